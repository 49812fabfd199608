//! How much memory the constants of a model may take: what is stored, what is filled, what nodes make of it.
//!
//! A file of 300 bytes can describe constants of many gigabytes, by filling a shape, by broadcasting and by joining
//! copies. Every constant is paid for here before it is made.

use super::super::error::Fault;

/// Values that nodes may make beyond a multiple of what the model holds: shape arithmetic of small models.
const FREE: u64 = 1 << 24;

/// Values that nodes may make for each one stored or filled: weights are cast, scaled, turned and reshaped.
const PER_VALUE: u64 = 4;

/// What a model may ask for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Values of all constants that are stored in the model or beside it, and again of all that are filled by
    /// ConstantOfShape. VGG-19 has 144 million.
    pub values: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            values: 200_000_000,
        }
    }
}

/// What was taken so far.
#[derive(Debug)]
pub(crate) struct Budget {
    limits: Limits,
    stored: u64,
    filled: u64,
    made: u64,
}

impl Budget {
    pub(crate) fn new(limits: &Limits) -> Budget {
        Budget {
            limits: *limits,
            stored: 0,
            filled: 0,
            made: 0,
        }
    }

    /// Values of a stored tensor; asked before they are read.
    pub(crate) fn store(&mut self, values: usize) -> Result<(), Fault> {
        self.stored = self.stored.saturating_add(values as u64);
        self.within(self.stored, "stores")
    }

    /// Values of a filled shape.
    pub(crate) fn fill(&mut self, values: usize) -> Result<(), Fault> {
        self.filled = self.filled.saturating_add(values as u64);
        self.within(self.filled, "fills")
    }

    /// Values of a constant that a node computes from others.
    pub(crate) fn make(&mut self, values: usize) -> Result<(), Fault> {
        self.made = self.made.saturating_add(values as u64);
        let most = FREE + PER_VALUE * (self.stored + self.filled);
        if self.made <= most {
            return Ok(());
        }
        Err(Fault::Graph(format!(
            "nodes on constants make more than {most} values: {FREE} and {PER_VALUE} for each of the {} that the model \
             stores or fills; evaluate them before the export",
            self.stored + self.filled
        )))
    }

    fn within(&self, values: u64, verb: &str) -> Result<(), Fault> {
        let most = self.limits.values;
        if values <= most {
            return Ok(());
        }
        Err(Fault::Graph(format!(
            "the model {verb} more than {most} constant values; `--most-weights` raises the limit"
        )))
    }
}
