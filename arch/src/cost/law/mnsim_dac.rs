//! Row drivers of MNSIM 2.0: 3.9 uW and 0.166 um2 at 1 bit (an inverter), both doubling with every bit; tabulated at 1, 2, 3, 4
//! and 6. Action: one row driven for one read.

use crate::cost::cost_law::CostLaw;
use crate::cost::figures::{Figures, NoFigures};
use crate::cost::key::{self, Key};
use crate::cost::node::Class;
use crate::cost::point::Point;
use crate::part::PartKind;

pub(crate) struct MnsimDac;

impl CostLaw for MnsimDac {
    fn name(&self) -> &'static str {
        "mnsim-dac"
    }

    fn parts(&self) -> &'static [PartKind] {
        &[PartKind::Dac]
    }

    fn source(&self, _: &Point) -> &'static str {
        "law mnsim-dac: DAC table of MNSIM 2.0, power and area double with every bit"
    }

    fn follows(&self) -> &'static [Key] {
        &[key::DAC_BITS, key::READ]
    }

    fn node(&self) -> Class {
        Class::Logic
    }

    fn figures(&self, _: PartKind, p: &Point) -> Result<Figures, NoFigures> {
        if !(1.0..=6.0).contains(&p.dac_bits) {
            return Err(NoFigures::new("dac.bits", p.dac_bits, "1 to 6 bits"));
        }
        let doublings = (p.dac_bits - 1.0).exp2();
        // uW x ns is fJ.
        let energy = 3.9 * doublings * p.read_ns / 1e3;
        Ok(Figures::new(energy, 0.166 * doublings, 0.0).at(32.0))
    }
}
