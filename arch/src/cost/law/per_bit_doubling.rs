//! hwcomponents' default: ISAAC's 8-bit ADC at 32 nm (1.67 pJ, 1200 um2), both doubling with every bit.

use super::adc_size;
use crate::cost::cost_law::CostLaw;
use crate::cost::figures::{Figures, NoFigures};
use crate::cost::key::{self, Key};
use crate::cost::node::Class;
use crate::cost::point::Point;
use crate::part::PartKind;
use crate::schema::Law;

pub(crate) struct PerBitDoubling;

impl CostLaw for PerBitDoubling {
    fn name(&self) -> &'static str {
        "per-bit-doubling"
    }

    fn parts(&self) -> &'static [PartKind] {
        &[PartKind::Adc]
    }

    fn source(&self, _: &Point) -> &'static str {
        "law per-bit-doubling: default ADC of hwcomponents, twice the energy and area with every bit"
    }

    fn follows(&self) -> &'static [Key] {
        &[key::ADC_BITS]
    }

    fn node(&self) -> Class {
        Class::Analog
    }

    fn figures(&self, _: PartKind, p: &Point) -> Result<Figures, NoFigures> {
        let bits = adc_size::bits(Law::PerBitDoubling, p, 1..=16)?;
        let times = 2f64.powf(bits - 8.0);
        Ok(Figures::new(1.67 * times, 1200.0 * times, 0.0).at(32.0))
    }
}
