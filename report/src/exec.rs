//! Accuracy of a data set on simulated crossbars.

use super::about::About;
use super::check::{Check, check};
use super::kind::Kind;
use super::stream::Stop;
use crosscut_arch::Arch;
use crosscut_sim::func::FuncResult;
use crosscut_sim::func::run::monte_carlo::{Ablation, ChipStudy};
use crosscut_sim::func::run::values::ValueComparison;
use crosscut_sim::map::Mapping;
use serde::{Deserialize, Serialize};

pub use crosscut_sim::func::LayerFidelity as LayerExec;

/// A functional run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ExecReport {
    /// [`Kind::Exec`].
    #[serde(default = "Kind::exec")]
    pub kind: Kind,
    /// Network, machine and seed.
    #[serde(flatten)]
    pub about: About,
    /// Data set the accuracy is measured on.
    pub data: String,
    /// What was done to the stored values of images.
    pub preprocessing: String,
    /// Data set the input ranges are calibrated on, and how many of its images.
    pub calibration: String,
    /// Images used for calibration: the first N.
    pub calibration_images: u64,
    /// In what cells depart from their levels, with sources; empty for ideal and for digital cells.
    #[serde(default)]
    pub cells: Vec<String>,
    /// Where the limits of calibrated ADC ranges come from; absent where the machine alone gives the range.
    pub limits: Option<String>,
    /// Accuracies (top-1, as fractions) and per-layer diagnostics.
    #[serde(flatten)]
    pub result: FuncResult,
    /// Outputs of one layer, three ways (`--compare`).
    pub compare: Option<ValueComparison>,
    /// Each non-ideality by itself (`--ablate`).
    pub ablation: Option<Ablation>,
    /// Many chips of the machine (`--seeds`).
    pub chips: Option<ChipStudy>,
    /// What is missing, if somebody asked to stop.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub partial: Option<PartialValues>,
    /// Figures counted two ways.
    #[serde(default)]
    pub checks: Vec<Check>,
}

/// How far an interrupted run came. Studies of variants (`--ablate`, `--seeds`) that were not done are absent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PartialValues {
    /// What stopped it.
    pub reason: Stop,
    /// Images that the figures are of: the first ones.
    pub images_done: u64,
}

impl PartialValues {
    /// Of what was done.
    pub fn of(result: &FuncResult) -> PartialValues {
        PartialValues {
            reason: Stop::Interrupted,
            images_done: result.images,
        }
    }
}

/// ADC conversions two ways: as the kernels took the samples, and by the mapping's closed form; unit columns, whose sums
/// kernels take as exact, are left out of both. (The cycle engine counts
/// them a third way, as firings happen; the checks of a run compare that.)
pub fn checks(result: &FuncResult, mapping: &Mapping, arch: &Arch) -> Vec<Check> {
    let (mut counted, mut expected) = (0, 0);
    let mut missed = Vec::new();
    for (layer, map) in result.layers.iter().zip(&mapping.layers) {
        let mapped = map.adc_conversions(arch) * result.images;
        counted += layer.conversions;
        expected += mapped;
        if layer.conversions != mapped {
            missed.push(format!(
                "{}: {} taken, {mapped} mapped",
                layer.name, layer.conversions
            ));
        }
    }
    let detail = if missed.is_empty() {
        format!("{counted} taken, {expected} expected")
    } else {
        missed.join(", ")
    };
    let name = "ADC conversions equal the mapping's closed form";
    vec![check(name, missed.is_empty(), detail)]
}
