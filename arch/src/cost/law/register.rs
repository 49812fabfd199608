//! Published registers: area and static power follow the bits they hold, and so does the energy of one use, which is of the
//! whole register. One byte of the tile's output register goes by the bits to the power 0.78, as a byte of a memory does.
//!
//! A PE holds the inputs of all its rows and the outputs of all its weight columns, a tile those of its PEs.

use super::memory::ENERGY_EXPONENT;
use crate::cost::cost_law::CostLaw;
use crate::cost::figures::{Figures, NoFigures};
use crate::cost::key::{self, Key};
use crate::cost::node::Class;
use crate::cost::point::Point;
use crate::part::{Confidence, PartKind};

/// ISAAC's input register of 2 KB at 32 nm: 124 pJ and 2100 um2 (Table I).
const ENERGY_PJ: f64 = 124.0 / 16384.0;
const AREA_UM2: f64 = 2100.0 / 16384.0;

pub(crate) struct Register;

impl CostLaw for Register {
    fn name(&self) -> &'static str {
        "register"
    }

    fn parts(&self) -> &'static [PartKind] {
        &[
            PartKind::InputRegister,
            PartKind::OutputRegister,
            PartKind::TileRegister,
        ]
    }

    fn source(&self, _: &Point) -> &'static str {
        "law register: by the bits held"
    }

    fn confidence(&self, _: &Point) -> Confidence {
        Confidence::Derived
    }

    fn follows(&self) -> &'static [Key] {
        &[
            key::CROSSBARS,
            key::ROWS,
            key::OUTPUTS,
            key::INPUT_BITS,
            key::PES,
        ]
    }

    fn node(&self) -> Class {
        Class::Logic
    }

    fn figures(&self, kind: PartKind, p: &Point) -> Result<Figures, NoFigures> {
        let inputs = p.crossbars * p.rows * p.input_bits;
        let outputs = p.crossbars * p.outputs * p.input_bits;
        let (bits, exponent) = match kind {
            PartKind::InputRegister => (inputs, 1.0),
            PartKind::OutputRegister => (outputs, 1.0),
            _ => (p.pes * outputs, ENERGY_EXPONENT),
        };
        let area = AREA_UM2 * bits;
        Ok(Figures::new(ENERGY_PJ * bits.powf(exponent), area, area).at(32.0))
    }
}
