//! What a functional run yields: accuracy and per-layer diagnostics.

use serde::{Deserialize, Serialize};

/// One compute layer over all images.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LayerFidelity {
    /// Layer name.
    pub name: String,
    /// Kernel used: `exact-integer` or `bit-plane-clip`.
    pub kernel: String,
    /// Column samples that left an array (ADC conversions; digital column sums without ADC).
    pub conversions: u64,
    /// Samples beyond the ADC's last code.
    pub clipped: u64,
    /// `clipped / conversions`.
    pub clip_rate: f64,
    /// Largest column sum seen. The `exact-integer` kernel forms no column sums: there it is the largest the programmed
    /// cells can give.
    pub largest_sum: u64,
    /// Root mean square of (crossbar - integer reference) accumulators over that of the reference.
    pub rms_error: f64,
}

/// Accuracy of one data set on simulated crossbars.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FuncResult {
    /// Images evaluated.
    pub images: u64,
    /// Top-1 of the float network.
    pub float_accuracy: f64,
    /// Top-1 of the integer reference.
    pub reference_accuracy: f64,
    /// Top-1 on the simulated crossbars.
    pub accuracy: f64,
    /// Images on which crossbars and integer reference choose the same class.
    pub agreement: f64,
    /// 95 % Wilson interval of `accuracy`.
    pub accuracy_interval: [f64; 2],
    /// Compute layers in order.
    pub layers: Vec<LayerFidelity>,
}
