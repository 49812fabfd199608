//! Regression of the Accelergy ADC plug-in over Murmann's ADC survey: by bits, conversion rate and node. It turns up again
//! below 4 bits, where the plug-in refuses it.

use super::adc_size;
use crate::cost::cost_law::CostLaw;
use crate::cost::figures::{Figures, NoFigures};
use crate::cost::key::{self, Key};
use crate::cost::node::Class;
use crate::cost::point::Point;
use crate::part::PartKind;
use crate::schema::Law;

pub(crate) struct MurmannSurvey;

impl CostLaw for MurmannSurvey {
    fn name(&self) -> &'static str {
        "murmann-survey"
    }

    fn parts(&self) -> &'static [PartKind] {
        &[PartKind::Adc]
    }

    fn source(&self, _: &Point) -> &'static str {
        "law murmann-survey: Accelergy ADC plug-in, regression over Murmann's ADC survey"
    }

    fn follows(&self) -> &'static [Key] {
        &[key::ADC_BITS, key::ADC_RATE]
    }

    fn node(&self) -> Class {
        Class::Own
    }

    fn figures(&self, _: PartKind, p: &Point) -> Result<Figures, NoFigures> {
        let bits = adc_size::bits(Law::MurmannSurvey, p, 4..=16)?;
        Ok(survey(bits, p.conversion_rate(), p.nm))
    }
}

/// The regression; `rate` in conversions per second.
pub(super) fn survey(bits: f64, rate: f64, nm: f64) -> Figures {
    let quality = (213.7807 - 2.8719 * rate.ln()).min(128.3068 + 3.22051 * bits.ceil());
    let signal_to_noise = 6.0206 * bits + 1.7609;
    let shape = 26.04962 + 1.88004 * nm.ln() - 2.82913 * bits.ln() - 1.47020;
    let energy = 0.5 * 10f64.powf((signal_to_noise - quality) / 10.0) * shape.exp();
    let area = 1.34619 + 0.99328 * nm.ln() + 0.18072 * rate.ln() + 0.29912 * energy.ln();
    Figures::new(energy, area.exp(), 0.0)
}
