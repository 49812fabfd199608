//! How far a pruning is: one interface for every long step.

use crosscut_traces::Stop;

/// What is being done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// Every layer is pruned alone, at a list of ratios.
    Sweep,
    /// The layers are pruned one after another.
    Prune,
    /// Several methods are brought to several budgets.
    Methods,
}

impl std::fmt::Display for Stage {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Stage::Sweep => "single layers",
            Stage::Prune => "pruning",
            Stage::Methods => "methods",
        })
    }
}

/// Where a stage is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Step<'a> {
    /// Stage.
    pub stage: Stage,
    /// The layer or method at work.
    pub what: &'a str,
    /// Steps done.
    pub done: usize,
    /// Steps in all.
    pub of: usize,
}

/// Is told how far a pruning is.
pub trait Progress {
    /// Called before every step and after the last. Stages may lie within each other ([`Stage::Methods`] around the
    /// others) and repeat.
    fn step(&mut self, step: Step<'_>);

    /// Asked between layers and between training steps.
    fn stop(&self) -> Stop {
        Stop::default()
    }
}

impl<F: FnMut(Step<'_>)> Progress for F {
    fn step(&mut self, step: Step<'_>) {
        self(step);
    }
}

/// Nobody is told.
#[derive(Debug, Clone, Copy, Default)]
pub struct Quiet;

impl Progress for Quiet {
    fn step(&mut self, _: Step<'_>) {}
}
