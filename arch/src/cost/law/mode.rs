//! Published crossbars that add, hold rows or pool: digital arrays that work on one vector, so that their energy follows the
//! vector and its words. The array itself is counted as crossbar. An assumption: SemiMap names the modes and no power of them,
//! and no other design publishes any. Action: one phase.

use crate::cost::cost_law::CostLaw;
use crate::cost::figures::{Figures, NoFigures};
use crate::cost::key::{self, Key};
use crate::cost::node::Class;
use crate::cost::point::Point;
use crate::part::{Confidence, PartKind};

pub(crate) struct Mode;

impl CostLaw for Mode {
    fn name(&self) -> &'static str {
        "mode"
    }

    fn parts(&self) -> &'static [PartKind] {
        &[PartKind::ReduceMode, PartKind::BufferMode]
    }

    fn source(&self, _: &Point) -> &'static str {
        "law mode: energy by columns and bits of a word"
    }

    fn confidence(&self, _: &Point) -> Confidence {
        Confidence::Derived
    }

    fn follows(&self) -> &'static [Key] {
        &[key::COLUMNS, key::CELL_BITS]
    }

    fn node(&self) -> Class {
        Class::Logic
    }

    fn figures(&self, _: PartKind, p: &Point) -> Result<Figures, NoFigures> {
        Ok(Figures::new(p.columns * p.cell.bits, 1.0, 1.0).at(p.nm))
    }
}
