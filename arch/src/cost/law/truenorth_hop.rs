//! TrueNorth at 28 nm: 72 fJ per bit and hop, router and 240 um of wire; its area is inside the core's. Action: one flit.

use crate::cost::cost_law::CostLaw;
use crate::cost::figures::{Figures, NoFigures};
use crate::cost::key::{self, Key};
use crate::cost::node::Class;
use crate::cost::point::Point;
use crate::part::PartKind;

pub(crate) struct TruenorthHop;

impl CostLaw for TruenorthHop {
    fn name(&self) -> &'static str {
        "truenorth-hop"
    }

    fn parts(&self) -> &'static [PartKind] {
        &[PartKind::Router]
    }

    fn source(&self, _: &Point) -> &'static str {
        "law truenorth-hop: 72 fJ per bit and hop measured on TrueNorth, 28 nm"
    }

    fn follows(&self) -> &'static [Key] {
        &[key::FLIT_BITS]
    }

    fn node(&self) -> Class {
        Class::Logic
    }

    fn figures(&self, _: PartKind, p: &Point) -> Result<Figures, NoFigures> {
        Ok(Figures::new(0.072 * p.flit_bits, 0.0, 0.0).at(28.0))
    }
}
