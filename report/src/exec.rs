//! Accuracy of a data set on simulated crossbars.

use super::about::About;
use super::kind::Kind;
use crosscut_sim::func::FuncResult;
use crosscut_sim::func::run::monte_carlo::{Ablation, ChipStudy};
use crosscut_sim::func::run::values::ValueComparison;
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
    /// Images used for calibration: the first so many.
    pub calibration_images: u64,
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
}
