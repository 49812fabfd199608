//! Published sample-and-holds at another resolution of the converter. Action: one column sampled.
//!
//! The noise of a sample, kT/C, is to stay a quarter of the quantisation noise of a full scale of 0.9 V at b bits:
//! C = 48 kT 4^b / V^2, 16 fF at 8 bits and 300 K, but at least 1 fF of wire and switch. The energy goes by C V^2. A capacitor
//! set by noise does not shrink with the node.

use crate::cost::cost_law::CostLaw;
use crate::cost::figures::{Figures, NoFigures};
use crate::cost::key::{self, Key};
use crate::cost::node::Class;
use crate::cost::point::Point;
use crate::part::{Confidence, PartKind};

pub(crate) struct SampleHold;

impl CostLaw for SampleHold {
    fn name(&self) -> &'static str {
        "kt-over-c"
    }

    fn parts(&self) -> &'static [PartKind] {
        &[PartKind::SampleHold]
    }

    fn source(&self, _: &Point) -> &'static str {
        "law kt-over-c: noise of a sampling capacitor below that of the converter"
    }

    fn confidence(&self, _: &Point) -> Confidence {
        Confidence::Derived
    }

    fn follows(&self) -> &'static [Key] {
        &[key::ADC_BITS]
    }

    fn node(&self) -> Class {
        Class::Stays
    }

    fn figures(&self, _: PartKind, p: &Point) -> Result<Figures, NoFigures> {
        let bits = p.adc.map_or(1.0, |(_, size)| f64::from(size.bits));
        let farad = 48.0 * BOLTZMANN * 300.0 * (2.0 * bits).exp2() / (VOLT * VOLT);
        let femto = (farad * 1e15).max(0.0) + LEAST_FF;
        // fF x V^2 is fJ; 10 fF take 1 um2.
        let area = femto / 10.0;
        Ok(Figures::new(femto * VOLT * VOLT / 1e3, area, area))
    }
}

/// J/K.
const BOLTZMANN: f64 = 1.380649e-23;
/// Full scale.
const VOLT: f64 = 0.9;
/// Wire and switch.
const LEAST_FF: f64 = 1.0;
