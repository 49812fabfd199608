//! `[adc.ramp]`: single slope. A ramp runs through all codes, one per step of its clock, and every column has a comparator
//! that notes the step at which the ramp passes it. All columns of an array convert together, in 2^bits steps.

use super::kind::{ConverterKind, ConverterSize, OwnLaw, Work};
use super::table::adc_table;
use crate::cost::figures::Figures;
use crate::part::Confidence;
use crate::schema::Law;
use crate::units::Frequency;
use serde::{Deserialize, Serialize};

adc_table! {
    /// `[adc.ramp]`. An ADC of `pe.adcs` is one ramp with a comparator for every column of an array.
    pub struct RampTable, "ramp" {
        /// Steps of the ramp per second; a conversion takes 2^bits of them.
        clock: Frequency, "Hz";
    }
}

/// A ramp shared by the columns of an array.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Ramp {
    /// Steps of the ramp per second.
    pub steps_per_s: f64,
}

impl From<&RampTable> for Ramp {
    fn from(table: &RampTable) -> Ramp {
        Ramp {
            steps_per_s: table.clock.0,
        }
    }
}

impl ConverterKind for Ramp {
    fn name(&self) -> &'static str {
        "ramp"
    }

    fn steps(&self, bits: u32) -> u64 {
        1 << bits
    }

    /// The columns of an array convert together, however many there are.
    fn rounds(&self, work: &Work) -> u64 {
        work.arrays.div_ceil(work.adcs)
    }

    fn rounds_per_s(&self, bits: u32) -> f64 {
        self.steps_per_s / self.steps(bits) as f64
    }

    fn law(&self) -> OwnLaw {
        OwnLaw {
            name: "adc-kind (ramp)",
            source: "law adc-kind of a ramp: a comparator per column (0.3 pJ a step, 400 um2), a shared integrator (0.25 pJ a step, 350 um2) and counter (0.1 pJ a step, 170 um2), each as in NeuRRAM's published model at 130 nm",
            confidence: Confidence::Derived,
            bits: 1..=16,
            figures,
        }
    }

    /// The published laws are of converters that serve one column at a time.
    fn published_laws(&self) -> &'static [Law] {
        &[]
    }
}

/// Every step costs a decision of each comparator, and a step of the ramp and of the counter, shared by the columns. That
/// NeuRRAM's integrator and shift-add stand for a ramp and its counter is an assumption.
fn figures(size: &ConverterSize) -> Figures {
    const COMPARATOR: (f64, f64) = (0.3, 400.0);
    const INTEGRATOR: (f64, f64) = (0.25, 350.0);
    const COUNTER: (f64, f64) = (0.1, 170.0);
    let columns = f64::from(size.columns.max(1));
    let steps = f64::from(size.bits).exp2();
    let shared = (INTEGRATOR.0 + COUNTER.0, INTEGRATOR.1 + COUNTER.1);
    let energy = steps * (COMPARATOR.0 + shared.0 / columns);
    Figures::new(energy, COMPARATOR.1 * columns + shared.1, 0.0).at(130.0)
}
