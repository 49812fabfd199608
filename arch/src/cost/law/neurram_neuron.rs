//! NeuRRAM's neuron as its published model has it, at 130 nm: a sample of 1.2 pJ for each
//! phase, 0.25 pJ for every pulse it integrates, 0.3 pJ
//! for every step of the conversion; 1270 um2 (Accelergy library, CiMLoop). Action: one conversion, of a whole product.

use crate::cost::cost_law::CostLaw;
use crate::cost::figures::{Figures, NoFigures};
use crate::cost::key::{self, Key};
use crate::cost::node::Class;
use crate::cost::point::Point;
use crate::part::{Confidence, PartKind};

pub(crate) struct NeurramNeuron;

impl CostLaw for NeurramNeuron {
    fn name(&self) -> &'static str {
        "neurram-neuron"
    }

    fn parts(&self) -> &'static [PartKind] {
        &[PartKind::Adc]
    }

    fn source(&self, _: &Point) -> &'static str {
        "law neurram-neuron: NeuRRAM's published model, sample 1.2 pJ, integrate 0.25 pJ a pulse, convert 0.3 pJ a step"
    }

    fn confidence(&self, _: &Point) -> Confidence {
        Confidence::Derived
    }

    fn follows(&self) -> &'static [Key] {
        &[key::ADC_BITS, key::PULSES, key::STEPS, key::PHASES]
    }

    fn node(&self) -> Class {
        Class::Analog
    }

    fn figures(&self, _: PartKind, p: &Point) -> Result<Figures, NoFigures> {
        let Some(t) = p.trains else {
            let covers = "inputs as pulse trains (`[timing.integrated]`)";
            return Err(NoFigures::new("timing", "of another kind", covers));
        };
        let energy = 1.2 * t.phases + 0.25 * t.pulses + 0.3 * t.steps;
        Ok(Figures::new(energy, 325_120.0 / 256.0, 0.0).at(130.0))
    }
}
