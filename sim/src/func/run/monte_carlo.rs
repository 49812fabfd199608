//! Many chips of one machine, and one chip with one non-ideality after the other: accuracy alone, without per-layer
//! diagnostics.

use crate::func::error::FuncError;
use crate::func::options::{FuncOptions, NonIdealities};
use crate::func::ratio::ratio;
use crate::func::run::evaluate::{check, wilson};
use crate::func::run::images::{on_crossbars, squares};
use crate::func::run::model::FuncModel;
use crate::map::Mapping;
use crosscut_arch::Arch;
use crosscut_traces::exec::{exact::ExactAccumulator, int, top1};
use crosscut_traces::{QuantNetwork, Tensor};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

/// Accuracy of one variant of a machine.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Outcome {
    /// Top-1.
    pub accuracy: f64,
    /// 95 % Wilson interval of it.
    pub interval: [f64; 2],
    /// Images with the class of the integer reference.
    pub agreement: f64,
    /// Root mean square of (output - reference's output) over that of the reference's, all outputs of all images.
    pub output_error: f64,
}

/// Images with the reference's answers, to measure many variants on.
pub struct Bench<'a> {
    arch: &'a Arch,
    mapping: &'a Mapping,
    qnet: &'a QuantNetwork,
    images: &'a [Tensor],
    labels: &'a [u16],
    reference: Vec<Tensor>,
}

impl<'a> Bench<'a> {
    /// Runs the integer reference.
    ///
    /// # Errors
    /// If images and labels differ in number or an image does not fit the network.
    pub fn new(
        arch: &'a Arch,
        mapping: &'a Mapping,
        qnet: &'a QuantNetwork,
        images: &'a [Tensor],
        labels: &'a [u16],
    ) -> Result<Bench<'a>, FuncError> {
        check(images, labels)?;
        let run = |x: &Tensor| int::run(qnet, x, &mut ExactAccumulator::new(qnet));
        let reference = images.par_iter().map(run).collect::<Result<_, _>>()?;
        Ok(Bench {
            arch,
            mapping,
            qnet,
            images,
            labels,
            reference,
        })
    }

    /// Measures one variant.
    ///
    /// # Errors
    /// As [`FuncModel::prepare_with`].
    pub fn measure(&self, options: &FuncOptions) -> Result<Outcome, FuncError> {
        let options = FuncOptions {
            activity: false,
            ..options.clone()
        };
        let model = FuncModel::prepare_with(self.arch, self.mapping, self.qnet, &options)?;
        let run = |(i, image): (usize, &Tensor)| {
            if options.stop.is_asked() {
                return Err(FuncError::Interrupted);
            }
            on_crossbars(&model, self.qnet, image, i as u64)
        };
        let outputs: Vec<Tensor> = (self.images.par_iter().enumerate())
            .map(run)
            .collect::<Result<_, _>>()?;
        let n = self.images.len() as f64;
        let (mut right, mut same, mut error) = (0u64, 0u64, [0.0; 2]);
        for ((output, reference), label) in outputs.iter().zip(&self.reference).zip(self.labels) {
            right += u64::from(top1(output) == usize::from(*label));
            same += u64::from(top1(output) == top1(reference));
            let e = squares(output, reference);
            error = [error[0] + e[0], error[1] + e[1]];
        }
        let accuracy = right as f64 / n;
        Ok(Outcome {
            accuracy,
            interval: wilson(accuracy, n),
            agreement: same as f64 / n,
            output_error: ratio(error[0], error[1]).sqrt(),
        })
    }
}

/// Accuracies of many chips.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ChipStudy {
    /// Accuracy of each chip, by number.
    pub accuracies: Vec<f64>,
    /// Mean.
    pub mean: f64,
    /// Standard deviation between chips (n - 1).
    pub deviation: f64,
    /// Accuracy of the worst chip.
    pub least: f64,
    /// Accuracies that 95, 50 and 5 % of the chips reach.
    pub percentiles: [f64; 3],
    /// Accuracy of the best chip.
    pub most: f64,
}

impl ChipStudy {
    /// Of at least one accuracy.
    pub fn new(accuracies: Vec<f64>) -> ChipStudy {
        let mut sorted = accuracies.clone();
        sorted.sort_by(f64::total_cmp);
        let n = sorted.len();
        let mean = sorted.iter().sum::<f64>() / n as f64;
        let squares: f64 = sorted.iter().map(|a| (a - mean).powi(2)).sum();
        // The worst of the best `share` of the chips.
        let reached = |share: f64| sorted[n - ((share * n as f64).ceil() as usize).clamp(1, n)];
        ChipStudy {
            mean,
            deviation: (squares / (n.max(2) - 1) as f64).sqrt(),
            least: sorted[0],
            percentiles: [0.95, 0.5, 0.05].map(reached),
            most: sorted[n - 1],
            accuracies,
        }
    }

    /// Share of the chips whose accuracy is at least `accuracy`.
    pub fn yield_at(&self, accuracy: f64) -> f64 {
        let good = self.accuracies.iter().filter(|a| **a >= accuracy).count();
        good as f64 / self.accuracies.len() as f64
    }
}

/// One non-ideality.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Ablated {
    /// What it is.
    pub name: String,
    /// With it alone.
    pub alone: Outcome,
    /// With all others.
    pub without: Outcome,
}

/// Each non-ideality by itself, the most damaging first.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Ablation {
    /// With none.
    pub none: Outcome,
    /// With all.
    pub all: Outcome,
    /// By damage: accuracy alone, then agreement with the reference, then error of the outputs.
    pub parts: Vec<Ablated>,
    /// Non-idealities that this machine does not have, or that change no output.
    pub idle: Vec<String>,
}

/// Reads and sets one switch.
type Switch = fn(&mut NonIdealities) -> &mut bool;

/// Every non-ideality by name.
const PARTS: [(&str, Switch); 9] = [
    ("programming spread", |s| &mut s.programming),
    ("read noise", |s| &mut s.read_noise),
    ("drift", |s| &mut s.drift),
    ("stuck cells", |s| &mut s.stuck),
    ("finite on/off ratio", |s| &mut s.on_off),
    ("wire resistance", |s| &mut s.wires),
    ("ADC clipping", |s| &mut s.clipping),
    ("ADC rounding", |s| &mut s.rounding),
    ("ADC gain/offset/INL", |s| &mut s.converter),
];

/// Variants that an ablation measures; for progress.
pub const VARIANTS: u64 = 2 + 2 * PARTS.len() as u64;

/// Measures each non-ideality alone and all others without it.
///
/// # Errors
/// As [`Bench::measure`].
pub fn ablate(
    bench: &Bench<'_>,
    options: &FuncOptions,
    progress: &(dyn Fn() + Sync),
) -> Result<Ablation, FuncError> {
    let with = |non_idealities: NonIdealities| {
        let outcome = bench.measure(&FuncOptions {
            non_idealities,
            ..options.clone()
        });
        progress();
        outcome
    };
    let (none, all) = (with(NonIdealities::none())?, with(options.non_idealities)?);
    let (mut parts, mut idle) = (Vec::new(), Vec::new());
    for (name, switch) in PARTS {
        let mut alone = NonIdealities::none();
        *switch(&mut alone) = true;
        let mut without = options.non_idealities;
        *switch(&mut without) = false;
        let (alone, without) = (with(alone)?, with(without)?);
        if alone == none && without == all {
            idle.push(name.to_string());
        } else {
            let name = name.to_string();
            parts.push(Ablated {
                name,
                alone,
                without,
            });
        }
    }
    parts.sort_by(|a, b| {
        let key = |p: &Ablated| (p.alone.accuracy, p.alone.agreement, -p.alone.output_error);
        key(a)
            .partial_cmp(&key(b))
            .unwrap_or(std::cmp::Ordering::Equal)
    });
    Ok(Ablation {
        none,
        all,
        parts,
        idle,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn yield_counts_chips_and_percentiles_are_reached() {
        let s = ChipStudy::new(vec![0.9, 0.7, 0.8, 1.0]);
        assert_eq!((s.least, s.most, s.mean), (0.7, 1.0, 0.85));
        // Deviations -0.15, -0.05, 0.05, 0.15: sqrt(0.05 / 3).
        assert!((s.deviation - (0.05f64 / 3.0).sqrt()).abs() < 1e-12);
        assert_eq!(s.percentiles, [0.7, 0.9, 1.0]);
        assert_eq!((s.yield_at(0.8), s.yield_at(1.01)), (0.75, 0.0));
    }
}
