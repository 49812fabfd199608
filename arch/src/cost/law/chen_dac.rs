//! A row driver of 8 bits at 40 nm (Chen, VLSI 2018): 0.291 pJ and 438 um2. Action: one row driven for one read.

use crate::cost::cost_law::CostLaw;
use crate::cost::figures::{Figures, NoFigures};
use crate::cost::key::{self, Key};
use crate::cost::node::Class;
use crate::cost::point::Point;
use crate::part::PartKind;

pub(crate) struct Chen8b;

impl CostLaw for Chen8b {
    fn name(&self) -> &'static str {
        "chen-8b"
    }

    fn parts(&self) -> &'static [PartKind] {
        &[PartKind::Dac]
    }

    fn source(&self, _: &Point) -> &'static str {
        "law chen-8b: 8-bit DAC at 40 nm (Chen, VLSI 2018), Accelergy library"
    }

    fn follows(&self) -> &'static [Key] {
        &[key::DAC_BITS]
    }

    fn node(&self) -> Class {
        Class::Logic
    }

    fn figures(&self, _: PartKind, p: &Point) -> Result<Figures, NoFigures> {
        match p.dac_bits {
            8.0 => Ok(Figures::new(0.291, 438.0, 0.0).at(40.0)),
            bits => Err(NoFigures::new("dac.bits", bits, "8 bits")),
        }
    }
}
