//! The law of the machine's own kind of converter (`adc/sar.rs`, `ramp.rs`, `flash.rs`).

use super::adc_size;
use crate::adc::ConverterKind;
use crate::cost::cost_law::CostLaw;
use crate::cost::figures::{Figures, NoFigures};
use crate::cost::key::{self, Key};
use crate::cost::node::Class;
use crate::cost::point::Point;
use crate::part::{Confidence, PartKind};

pub(crate) struct AdcKind;

impl CostLaw for AdcKind {
    fn name(&self) -> &'static str {
        "adc-kind"
    }

    fn parts(&self) -> &'static [PartKind] {
        &[PartKind::Adc]
    }

    fn source(&self, p: &Point) -> &'static str {
        p.adc.map_or("", |(kind, _)| kind.law().source)
    }

    fn confidence(&self, p: &Point) -> Confidence {
        p.adc
            .map_or(Confidence::Read, |(kind, _)| kind.law().confidence)
    }

    fn follows(&self) -> &'static [Key] {
        &[key::ADC_BITS, key::ADC_COLUMNS]
    }

    fn node(&self) -> Class {
        Class::Analog
    }

    fn figures(&self, _: PartKind, p: &Point) -> Result<Figures, NoFigures> {
        let (kind, size) = adc_size::of(p)?;
        let law = kind.law();
        law.at(&size)
            .ok_or_else(|| adc_size::outside(kind, &size, law.covers()))
    }
}
