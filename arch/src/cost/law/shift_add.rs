//! Published adders: energy and area follow the bits of the sum ([`Point::sum_bits`]); the adders of a tile are as many as it
//! takes values per tick. Action: one addition.

use crate::cost::cost_law::CostLaw;
use crate::cost::figures::{Figures, NoFigures};
use crate::cost::key::{self, Key};
use crate::cost::node::Class;
use crate::cost::point::Point;
use crate::part::{Confidence, PartKind};

/// ISAAC's adder of 37 bits at 32 nm: 0.0195 pJ and 60 um2 (Table I).
const ENERGY_PJ: f64 = 20.0 / 1024.0 / 37.0;
const AREA_UM2: f64 = 60.0 / 37.0;

pub(crate) struct ShiftAdd;

impl CostLaw for ShiftAdd {
    fn name(&self) -> &'static str {
        "adder"
    }

    fn parts(&self) -> &'static [PartKind] {
        &[PartKind::ShiftAdd, PartKind::TileShiftAdd]
    }

    fn source(&self, _: &Point) -> &'static str {
        "law adder: energy and area by the bits of a sum"
    }

    fn confidence(&self, _: &Point) -> Confidence {
        Confidence::Derived
    }

    fn follows(&self) -> &'static [Key] {
        &[
            key::ADC_BITS,
            key::INPUT_BITS,
            key::WEIGHT_BITS,
            key::DAC_BITS,
            key::CELL_BITS,
            key::VALUES,
        ]
    }

    fn node(&self) -> Class {
        Class::Logic
    }

    fn figures(&self, kind: PartKind, p: &Point) -> Result<Figures, NoFigures> {
        let lanes = if kind == PartKind::TileShiftAdd {
            p.values_per_tick
        } else {
            1.0
        };
        let bits = p.sum_bits();
        let area = AREA_UM2 * bits * lanes;
        Ok(Figures::new(ENERGY_PJ * bits, area, area).at(32.0))
    }
}
