//! Accuracy of a data set on simulated crossbars.

use super::About;
use crate::func::{FuncResult, LayerFidelity};
use serde::{Deserialize, Serialize};

/// One compute layer over all images.
pub type LayerExec = LayerFidelity;

/// A functional run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ExecReport {
    /// Network, machine and seed.
    #[serde(flatten)]
    pub about: About,
    /// Data set the accuracy is measured on.
    pub data: String,
    /// What was done to the stored values of images.
    #[serde(default)]
    pub preprocessing: String,
    /// Data set the input ranges are calibrated on, and how many of its images.
    pub calibration: String,
    /// Images used for calibration: the first so many.
    pub calibration_images: u64,
    /// Accuracies (top-1, as fractions) and per-layer diagnostics.
    #[serde(flatten)]
    pub result: FuncResult,
}
