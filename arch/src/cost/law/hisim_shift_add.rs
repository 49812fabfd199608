//! Shift-and-add of HISIM at 28 nm. Action: one sample merged.

use crate::cost::cost_law::CostLaw;
use crate::cost::figures::{Figures, NoFigures};
use crate::cost::key::Key;
use crate::cost::node::Class;
use crate::cost::point::Point;
use crate::part::PartKind;

pub(crate) struct HisimShiftAdd;

impl CostLaw for HisimShiftAdd {
    fn name(&self) -> &'static str {
        "hisim-shift-add"
    }

    fn parts(&self) -> &'static [PartKind] {
        &[PartKind::ShiftAdd, PartKind::TileShiftAdd]
    }

    fn source(&self, _: &Point) -> &'static str {
        "law hisim-shift-add: HISIM, shift-and-add at 28 nm"
    }

    fn follows(&self) -> &'static [Key] {
        &[]
    }

    fn node(&self) -> Class {
        Class::Logic
    }

    fn figures(&self, _: PartKind, _: &Point) -> Result<Figures, NoFigures> {
        Ok(Figures::new(0.85, 1312.0, 0.0).at(28.0))
    }
}
