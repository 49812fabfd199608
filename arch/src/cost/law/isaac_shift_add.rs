//! ISAAC Table I at 32 nm: 0.2 mW x 100 ns over 1024 samples; 0.00024 mm2 for four. Action: one sample merged.

use crate::cost::cost_law::CostLaw;
use crate::cost::figures::{Figures, NoFigures};
use crate::cost::key::Key;
use crate::cost::node::Class;
use crate::cost::point::Point;
use crate::part::PartKind;

pub(crate) struct IsaacShiftAdd;

impl CostLaw for IsaacShiftAdd {
    fn name(&self) -> &'static str {
        "isaac-shift-add"
    }

    fn parts(&self) -> &'static [PartKind] {
        &[PartKind::ShiftAdd, PartKind::TileShiftAdd]
    }

    fn source(&self, _: &Point) -> &'static str {
        "law isaac-shift-add: ISAAC (ISCA 2016) Table I, one addition per conversion"
    }

    fn follows(&self) -> &'static [Key] {
        &[]
    }

    fn node(&self) -> Class {
        Class::Logic
    }

    fn figures(&self, _: PartKind, _: &Point) -> Result<Figures, NoFigures> {
        Ok(Figures::new(20.0 / 1024.0, 60.0, 0.0).at(32.0))
    }
}
