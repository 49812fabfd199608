//! How a training run is watched.

use super::record::{EpochRecord, Evaluation, TrainStep};
use crosscut_traces::Stop;

/// Is told how a run goes. Everything is optional.
pub trait Observer {
    /// Before the first step: the held-back images as they are.
    fn start(&mut self, before: Option<Evaluation>) {
        let _ = before;
    }

    /// After a step.
    fn step(&mut self, step: &TrainStep) {
        let _ = step;
    }

    /// After an epoch of `steps` steps; `epochs` are to be done.
    fn epoch(&mut self, record: &EpochRecord, epochs: u32, steps: usize) {
        let _ = (record, epochs, steps);
    }

    /// Asked between steps.
    fn stop(&self) -> Stop {
        Stop::default()
    }
}

/// Nobody watches.
#[derive(Debug, Clone, Copy, Default)]
pub struct Unwatched;

impl Observer for Unwatched {}

/// Nobody watches, but somebody may ask to stop.
impl Observer for Stop {
    fn stop(&self) -> Stop {
        self.clone()
    }
}
