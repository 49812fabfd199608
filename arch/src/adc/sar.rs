//! `[adc.sar]`: successive approximation, one step per bit; every ADC converts one column after another.

use super::kind::{ConverterKind, OwnLaw, Work};
use super::table::adc_table;
use crate::cost::figures::Figures;
use crate::part::Confidence;
use crate::schema::Law;
use crate::units::SampleRate;
use serde::{Deserialize, Serialize};

adc_table! {
    /// `[adc.sar]`.
    pub struct SarTable, "sar" {
        /// Conversions per second of one ADC.
        rate: SampleRate, "S/s";
    }
}

/// Successive approximation.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Sar {
    /// Conversions per second of one ADC.
    pub samples_per_s: f64,
}

impl From<&SarTable> for Sar {
    fn from(table: &SarTable) -> Sar {
        Sar {
            samples_per_s: table.rate.0,
        }
    }
}

impl ConverterKind for Sar {
    fn name(&self) -> &'static str {
        "sar"
    }

    fn steps(&self, bits: u32) -> u64 {
        u64::from(bits)
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
            name: "isaac-split",
            source: "law isaac-split: ISAAC's SAR ADC in a linear and an exponential part, Accelergy library",
            confidence: Confidence::Read,
            bits: 4..=10,
            figures: |size| isaac_split(size.bits),
        }
    }

    fn published_laws(&self) -> &'static [Law] {
        &[
            Law::IsaacSplit,
            Law::MurmannSurvey,
            Law::Tinyml,
            Law::PumaLinear,
            Law::PerBitDoubling,
            Law::NeurramNeuron,
        ]
    }
}

/// ISAAC's SAR ADC at 32 nm with a linear part (buffer, memory, clock) and an exponential one (capacitive DAC), tabulated
/// for 4 to 10 bits in the Accelergy component library; 8 bits are ISAAC's 2 mW at 1.2 GS/s and 1200 um2.
fn isaac_split(bits: u32) -> Figures {
    const TABLE: [(f64, f64); 7] = [
        (0.79, 361.0),
        (0.99, 477.0),
        (1.20, 627.0),
        (1.42, 845.0),
        (1.67, 1200.0),
        (1.97, 1828.0),
        (2.38, 3002.0),
    ];
    let (energy, area) = TABLE[bits.clamp(4, 10) as usize - 4];
    Figures::new(energy, area, 0.0).at(32.0)
}
