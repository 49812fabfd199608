//! TrueNorth: 26 pJ per bit between chips at 1.8 V. Action: one byte.

use crate::cost::cost_law::CostLaw;
use crate::cost::figures::{Figures, NoFigures};
use crate::cost::key::Key;
use crate::cost::node::Class;
use crate::cost::point::Point;
use crate::part::PartKind;

pub(crate) struct TruenorthPad;

impl CostLaw for TruenorthPad {
    fn name(&self) -> &'static str {
        "truenorth-pad"
    }

    fn parts(&self) -> &'static [PartKind] {
        &[PartKind::ChipLink]
    }

    fn source(&self, _: &Point) -> &'static str {
        "law truenorth-pad: 26 pJ per bit between chips measured on TrueNorth"
    }

    fn follows(&self) -> &'static [Key] {
        &[]
    }

    fn node(&self) -> Class {
        Class::Stays
    }

    fn figures(&self, _: PartKind, _: &Point) -> Result<Figures, NoFigures> {
        Ok(Figures::new(26.0 * 8.0, 0.0, 0.0))
    }
}
