//! `[adc.flash]`: 2^bits - 1 comparators decide at once, so that a conversion takes one step; every ADC converts one column
//! after another.

use super::kind::{ConverterKind, ConverterSize, OwnLaw, Work};
use super::table::adc_table;
use crate::cost::figures::Figures;
use crate::part::Confidence;
use crate::schema::Law;
use crate::units::SampleRate;
use serde::{Deserialize, Serialize};

adc_table! {
    /// `[adc.flash]`.
    pub struct FlashTable, "flash" {
        /// Conversions per second of one ADC.
        rate: SampleRate, "S/s";
    }
}

/// All codes are compared at once.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Flash {
    /// Conversions per second of one ADC.
    pub samples_per_s: f64,
}

impl From<&FlashTable> for Flash {
    fn from(table: &FlashTable) -> Flash {
        Flash {
            samples_per_s: table.rate.0,
        }
    }
}

impl ConverterKind for Flash {
    fn name(&self) -> &'static str {
        "flash"
    }

    fn steps(&self, _bits: u32) -> u64 {
        1
    }

    /// The ADC with the most conversions ends last.
    fn rounds(&self, work: &Work) -> u64 {
        work.conversions.div_ceil(work.adcs)
    }

    fn rounds_per_s(&self, _bits: u32) -> f64 {
        self.samples_per_s
    }

    fn law(&self) -> OwnLaw {
        OwnLaw {
            name: "adc-kind (flash)",
            source: "law adc-kind of a flash ADC: 2^bits - 1 comparators, each of 0.3 pJ a decision and 400 um2 as in NeuRRAM's published model at 130 nm",
            confidence: Confidence::Derived,
            bits: 1..=16,
            figures,
        }
    }

    /// The survey holds converters of every kind.
    fn published_laws(&self) -> &'static [Law] {
        &[Law::MurmannSurvey]
    }
}

/// Every comparator decides in every conversion. The ladder and the encoder have no figures: an assumption that they are
/// small beside the comparators.
fn figures(size: &ConverterSize) -> Figures {
    let comparators = f64::from(size.bits).exp2() - 1.0;
    Figures::new(0.3 * comparators, 400.0 * comparators, 0.0).at(130.0)
}
