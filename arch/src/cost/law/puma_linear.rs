//! PUMAsim at 32 nm: 0.25 mW a bit at one conversion per ns, a tenth of it leakage; the area does not depend on bits.

use super::adc_size;
use crate::cost::cost_law::CostLaw;
use crate::cost::figures::{Figures, NoFigures};
use crate::cost::key::{self, Key};
use crate::cost::node::Class;
use crate::cost::point::Point;
use crate::part::PartKind;
use crate::schema::Law;

pub(crate) struct PumaLinear;

impl CostLaw for PumaLinear {
    fn name(&self) -> &'static str {
        "puma-linear"
    }

    fn parts(&self) -> &'static [PartKind] {
        &[PartKind::Adc]
    }

    fn source(&self, _: &Point) -> &'static str {
        "law puma-linear: ADC constants of PUMAsim, power linear in bits, area constant"
    }

    fn follows(&self) -> &'static [Key] {
        &[key::ADC_BITS]
    }

    fn node(&self) -> Class {
        Class::Analog
    }

    fn figures(&self, _: PartKind, p: &Point) -> Result<Figures, NoFigures> {
        let bits = adc_size::bits(Law::PumaLinear, p, 1..=16)?;
        Ok(Figures::new(0.225 * bits, 1200.0, 0.025 * bits).at(32.0))
    }
}
