//! ISAAC's SAR converter in a linear and an exponential part: the table stands with the kind (`adc/sar.rs`).

use super::adc_size;
use crate::adc::ConverterKind;
use crate::cost::cost_law::CostLaw;
use crate::cost::figures::{Figures, NoFigures};
use crate::cost::key::{self, Key};
use crate::cost::node::Class;
use crate::cost::point::Point;
use crate::part::PartKind;
use crate::schema::Law;

pub(crate) struct IsaacSplit;

impl CostLaw for IsaacSplit {
    fn name(&self) -> &'static str {
        "isaac-split"
    }

    fn parts(&self) -> &'static [PartKind] {
        &[PartKind::Adc]
    }

    fn source(&self, p: &Point) -> &'static str {
        p.adc.map_or("", |(kind, _)| kind.law().source)
    }

    fn follows(&self) -> &'static [Key] {
        &[key::ADC_BITS]
    }

    fn node(&self) -> Class {
        Class::Analog
    }

    fn figures(&self, _: PartKind, p: &Point) -> Result<Figures, NoFigures> {
        adc_size::bits(Law::IsaacSplit, p, 1..=16)?;
        let (kind, size) = adc_size::of(p)?;
        let law = kind.law();
        law.at(&size)
            .ok_or_else(|| adc_size::outside(kind, &size, law.covers()))
    }
}
