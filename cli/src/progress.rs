//! How long work says where it is. The library shows nothing by itself: implement [`Progress`] to show it.

use crosscut_prune::train::{EpochRecord, Evaluation, TrainStep};
use crosscut_traces::Stop;

/// Hears of work as it begins.
pub trait Progress: Send + Sync {
    /// Work of a number of steps begins; what is returned hears of it until it is dropped.
    fn begin(&self, what: &str, steps: u64) -> Box<dyn Task>;

    /// Training begins; `before` is the network on the held-back images before the first step.
    fn train(&self, what: &str, before: Option<Evaluation>) -> Box<dyn TrainTask>;

    /// Asked between the steps of long work. What ends early says so: results are marked as partial, and where there is
    /// none yet, [`crate::Error::is_interrupted`] holds of the error.
    fn stop(&self) -> Stop {
        Stop::default()
    }
}

/// Hears of one piece of work. Steps may end on any thread.
pub trait Task: Sync {
    /// `done` of `steps` steps are done.
    fn set(&self, done: u64, steps: u64);

    /// One step more is done.
    fn step(&self);

    /// What there is to say of the work so far.
    fn say(&self, _text: &str) {}
}

/// Hears of one training run.
pub trait TrainTask {
    /// After a step.
    fn step(&mut self, at: &TrainStep);

    /// After an epoch of `steps` steps, one of `epochs`.
    fn epoch(&mut self, record: &EpochRecord, epochs: u32, steps: usize);
}

/// Shows nothing.
#[derive(Debug, Clone, Copy, Default)]
pub struct Silent;

impl Progress for Silent {
    fn begin(&self, _: &str, _: u64) -> Box<dyn Task> {
        Box::new(Silent)
    }

    fn train(&self, _: &str, _: Option<Evaluation>) -> Box<dyn TrainTask> {
        Box::new(Silent)
    }
}

impl Task for Silent {
    fn set(&self, _: u64, _: u64) {}

    fn step(&self) {}
}

impl TrainTask for Silent {
    fn step(&mut self, _: &TrainStep) {}

    fn epoch(&mut self, _: &EpochRecord, _: u32, _: usize) {}
}
