//! Published digital units of a tile (activation, pool): as many lanes as values per tick, each as wide as a value. Action: one
//! value.

use crate::cost::cost_law::CostLaw;
use crate::cost::figures::{Figures, NoFigures};
use crate::cost::key::{self, Key};
use crate::cost::node::Class;
use crate::cost::point::Point;
use crate::part::{Confidence, PartKind};

/// ISAAC's two sigmoid units of 16 bits at 32 nm: 0.54 pJ a value, 600 um2 (Table I, 96 values in 100 ns).
const ENERGY_PJ: f64 = 52.0 / 96.0 / 16.0;
const AREA_UM2: f64 = 600.0 / 32.0;

pub(crate) struct Lanes;

impl CostLaw for Lanes {
    fn name(&self) -> &'static str {
        "lanes"
    }

    fn parts(&self) -> &'static [PartKind] {
        &[PartKind::Activation, PartKind::Pool]
    }

    fn source(&self, _: &Point) -> &'static str {
        "law lanes: area by values per tick and bits of a value, energy by bits"
    }

    fn confidence(&self, _: &Point) -> Confidence {
        Confidence::Derived
    }

    fn follows(&self) -> &'static [Key] {
        &[key::VALUES, key::INPUT_BITS]
    }

    fn node(&self) -> Class {
        Class::Logic
    }

    fn figures(&self, _: PartKind, p: &Point) -> Result<Figures, NoFigures> {
        let area = p.values_per_tick * p.input_bits;
        let energy = ENERGY_PJ * p.input_bits;
        Ok(Figures::new(energy, AREA_UM2 * area, AREA_UM2 * area).at(32.0))
    }
}
