//! TrueNorth at 28 nm: 0.3 fJ per bit and um; wires run above other parts. Action: one byte.

use crate::cost::cost_law::CostLaw;
use crate::cost::figures::{Figures, NoFigures};
use crate::cost::key::{self, Key};
use crate::cost::node::Class;
use crate::cost::point::Point;
use crate::part::PartKind;

pub(crate) struct TruenorthWire;

impl CostLaw for TruenorthWire {
    fn name(&self) -> &'static str {
        "truenorth-wire"
    }

    fn parts(&self) -> &'static [PartKind] {
        &[PartKind::Bus]
    }

    fn source(&self, _: &Point) -> &'static str {
        "law truenorth-wire: 0.3 fJ per bit and um measured on TrueNorth, 28 nm"
    }

    fn follows(&self) -> &'static [Key] {
        &[key::LENGTH]
    }

    fn node(&self) -> Class {
        Class::Stays
    }

    fn figures(&self, _: PartKind, p: &Point) -> Result<Figures, NoFigures> {
        let length = p.length_um.ok_or_else(|| {
            let covers = "a wire of a given `length` (`\"1 mm\"`)";
            NoFigures::new("length", "not given", covers)
        })?;
        Ok(Figures::new(0.3e-3 * 8.0 * length, 0.0, 0.0).at(28.0))
    }
}
