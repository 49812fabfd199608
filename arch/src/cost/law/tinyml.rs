//! ZigZag-IMC: `(100 b + 0.001 4^b) V^2` fJ at 0.9 V and `10^(1.206 - 0.0369 b) 2^b` um2, fitted to 22 and 28 nm macros.

use super::adc_size;
use crate::cost::cost_law::CostLaw;
use crate::cost::figures::{Figures, NoFigures};
use crate::cost::key::{self, Key};
use crate::cost::node::Class;
use crate::cost::point::Point;
use crate::part::PartKind;
use crate::schema::Law;

pub(crate) struct Tinyml;

impl CostLaw for Tinyml {
    fn name(&self) -> &'static str {
        "tinyml"
    }

    fn parts(&self) -> &'static [PartKind] {
        &[PartKind::Adc]
    }

    fn source(&self, _: &Point) -> &'static str {
        "law tinyml: ADC model of ZigZag-IMC, at 0.9 V"
    }

    fn follows(&self) -> &'static [Key] {
        &[key::ADC_BITS]
    }

    fn node(&self) -> Class {
        Class::Analog
    }

    fn figures(&self, _: PartKind, p: &Point) -> Result<Figures, NoFigures> {
        let bits = adc_size::bits(Law::Tinyml, p, 1..=12)?;
        let energy = (100.0 * bits + 0.001 * 4f64.powf(bits)) * VOLT * VOLT / 1e3;
        let area = 10f64.powf(1.206 - 0.0369 * bits) * 2f64.powf(bits);
        Ok(Figures::new(energy, area, 0.0).at(28.0))
    }
}

/// Supply of the model.
const VOLT: f64 = 0.9;
