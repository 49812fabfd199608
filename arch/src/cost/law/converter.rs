//! Published converters at another resolution, rate or node: the law of their kind by bits and columns, times what the
//! regression over Murmann's survey says of the rate at these bits (not of ramps, whose columns convert together).
//!
//! The survey holds energy constant up to a corner rate and lets it rise beyond; area rises slowly with the rate. The
//! rate of 1.28 GS/s, at which ISAAC's table stands, is the point where the second factor is 1.

use super::adc_size;
use super::murmann::survey;
use crate::adc::ConverterKind;
use crate::cost::cost_law::CostLaw;
use crate::cost::figures::{Figures, NoFigures};
use crate::cost::key::{self, Key};
use crate::cost::node::Class;
use crate::cost::point::Point;
use crate::part::{Confidence, PartKind};
use crate::schema::Law;

pub(crate) struct Converter;

/// Rate of ISAAC's converter.
const REFERENCE_RATE: f64 = 1.28e9;

impl CostLaw for Converter {
    fn name(&self) -> &'static str {
        "converter"
    }

    fn parts(&self) -> &'static [PartKind] {
        &[PartKind::Adc]
    }

    fn source(&self, p: &Point) -> &'static str {
        p.adc.map_or("", |(kind, _)| kind.law().source)
    }

    fn confidence(&self, _: &Point) -> Confidence {
        Confidence::Derived
    }

    fn follows(&self) -> &'static [Key] {
        &[key::ADC_BITS, key::ADC_COLUMNS, key::ADC_RATE]
    }

    fn node(&self) -> Class {
        Class::Analog
    }

    fn figures(&self, _: PartKind, p: &Point) -> Result<Figures, NoFigures> {
        let (kind, size) = adc_size::of(p)?;
        let law = kind.law();
        let own = law
            .at(&size)
            .ok_or_else(|| adc_size::outside(kind, &size, law.covers()))?;
        // The survey is of converters that serve one column at a time.
        if !kind.published_laws().contains(&Law::MurmannSurvey) {
            return Ok(own);
        }
        // The regression starts at 4 bits.
        let bits = f64::from(size.bits.max(4));
        let nm = own.node_nm.unwrap_or(p.nm);
        let (here, there) = (
            survey(bits, p.conversion_rate(), nm),
            survey(bits, REFERENCE_RATE, nm),
        );
        Ok(Figures {
            energy_pj: own.energy_pj * here.energy_pj / there.energy_pj,
            area_um2: own.area_um2 * here.area_um2 / there.area_um2,
            ..own
        })
    }
}
