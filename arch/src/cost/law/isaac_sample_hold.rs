//! ISAAC Table I at 32 nm: 0.01 mW x 100 ns over 1024 samples; 0.00004 mm2 for 1024. Action: one column sampled.

use crate::cost::cost_law::CostLaw;
use crate::cost::figures::{Figures, NoFigures};
use crate::cost::key::Key;
use crate::cost::node::Class;
use crate::cost::point::Point;
use crate::part::PartKind;

pub(crate) struct IsaacSampleHold;

impl CostLaw for IsaacSampleHold {
    fn name(&self) -> &'static str {
        "isaac-sample-hold"
    }

    fn parts(&self) -> &'static [PartKind] {
        &[PartKind::SampleHold]
    }

    fn source(&self, _: &Point) -> &'static str {
        "law isaac-sample-hold: ISAAC (ISCA 2016) Table I, 1024 per IMA"
    }

    fn follows(&self) -> &'static [Key] {
        &[]
    }

    fn node(&self) -> Class {
        Class::Stays
    }

    fn figures(&self, _: PartKind, _: &Point) -> Result<Figures, NoFigures> {
        Ok(Figures::new(1.0 / 1024.0, 40.0 / 1024.0, 0.0).at(32.0))
    }
}
