//! Published row drivers at another resolution: unit elements that double with every bit, and the row they drive, which grows
//! with the columns. Action: one row driven for one read.
//!
//! MNSIM 2.0 tabulates power and area that double with every bit (1, 2, 3, 4 and 6 bits). The row of 128 cells is taken to load
//! a driver as much as one unit element does, an assumption; ISAAC's driver of 1 bit (0.39 pJ, 0.166 um2 at 32 nm) sets the scale.
//! Published drivers of many bits are far from it: 0.291 pJ at 8 bits and 40 nm (Chen 2018).

use crate::cost::cost_law::CostLaw;
use crate::cost::figures::{Figures, NoFigures};
use crate::cost::key::{self, Key};
use crate::cost::node::Class;
use crate::cost::point::Point;
use crate::part::{Confidence, PartKind};

pub(crate) struct Driver;

impl CostLaw for Driver {
    fn name(&self) -> &'static str {
        "driver"
    }

    fn parts(&self) -> &'static [PartKind] {
        &[PartKind::Dac]
    }

    fn source(&self, _: &Point) -> &'static str {
        "law driver: unit elements double with every bit (MNSIM 2.0), a row by its columns"
    }

    fn confidence(&self, _: &Point) -> Confidence {
        Confidence::Derived
    }

    fn follows(&self) -> &'static [Key] {
        &[key::DAC_BITS, key::COLUMNS]
    }

    fn node(&self) -> Class {
        Class::Logic
    }

    fn figures(&self, _: PartKind, p: &Point) -> Result<Figures, NoFigures> {
        let elements = (p.dac_bits - 1.0).exp2();
        let energy = elements + p.columns / 128.0;
        let area = 0.166 * elements;
        Ok(Figures::new(0.195 * energy, area, area).at(32.0))
    }
}
