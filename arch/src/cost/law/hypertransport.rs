//! One of the four HyperTransport links of ISAAC Table I: 10.4 W and 22.88 mm2 for all four, drawn throughout. Action: one byte.

use crate::cost::cost_law::CostLaw;
use crate::cost::figures::{Figures, NoFigures};
use crate::cost::key::Key;
use crate::cost::node::Class;
use crate::cost::point::Point;
use crate::part::PartKind;

pub(crate) struct Hypertransport;

impl CostLaw for Hypertransport {
    fn name(&self) -> &'static str {
        "hypertransport"
    }

    fn parts(&self) -> &'static [PartKind] {
        &[PartKind::ChipLink]
    }

    fn source(&self, _: &Point) -> &'static str {
        "law hypertransport: ISAAC (ISCA 2016) Table I, four links drawing 10.4 W throughout"
    }

    fn follows(&self) -> &'static [Key] {
        &[]
    }

    fn node(&self) -> Class {
        Class::Stays
    }

    fn figures(&self, _: PartKind, _: &Point) -> Result<Figures, NoFigures> {
        Ok(Figures::new(0.0, 22.88e6 / 4.0, 10_400.0 / 4.0))
    }
}
