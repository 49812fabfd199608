//! Progress on standard error: bars on a terminal, nothing otherwise.

use crate::bar::Bar;
use crate::interrupt;
use crate::train_progress::Reporter;
use crosscut::progress::{Progress, Task, TrainTask};
use crosscut_prune::train::Evaluation;
use crosscut_traces::Stop;
use std::io::IsTerminal;

/// Makes bars, or silence.
#[derive(Debug, Clone, Copy)]
pub struct Bars {
    visible: bool,
}

impl Bars {
    /// Bars on a terminal, unless standard output is for a program (`--json`).
    pub fn new(json: bool) -> Bars {
        Bars {
            visible: !json && std::io::stderr().is_terminal(),
        }
    }
}

impl Progress for Bars {
    fn begin(&self, what: &str, steps: u64) -> Box<dyn Task> {
        Box::new(Bar::new(what, steps, self.visible))
    }

    fn train(&self, what: &str, before: Option<Evaluation>) -> Box<dyn TrainTask> {
        Box::new(Reporter::new(Bar::new(what, 1, self.visible), what, before))
    }

    fn stop(&self) -> Stop {
        interrupt::stop()
    }
}

impl Task for Bar {
    fn set(&self, done: u64, steps: u64) {
        Bar::set(self, done, steps);
    }

    fn step(&self) {
        Bar::step(self);
    }

    fn say(&self, text: &str) {
        Bar::say(self, text);
    }
}
