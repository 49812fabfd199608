//! What a functional run yields: accuracy and per-layer diagnostics.

use crate::func::cells::activity::LayerActivity;
use serde::{Deserialize, Serialize};

/// One weight slice of a layer over all images.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct WeightSliceFidelity {
    /// Samples of columns that hold weights.
    pub conversions: u64,
    /// Samples below the first code.
    pub clipped_low: u64,
    /// Samples beyond the last code.
    pub clipped_high: u64,
    /// Clipped samples over all.
    pub clip_rate: f64,
    /// Smallest and largest column sum: seen, or where the kernel forms no sums, possible.
    pub sums: [i64; 2],
    /// Whether `sums` were seen.
    pub seen: bool,
    /// Column sums of the first and the last code; absent without ADC.
    pub range: Option<[i64; 2]>,
    /// Column sum per code.
    pub step: Option<i64>,
    /// Share of the range of codes that lies between the smallest and the largest sum.
    pub range_use: Option<f64>,
}

/// One compute layer over all images. Errors are root mean squares over those of what they are compared with.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LayerFidelity {
    /// Layer name.
    pub name: String,
    /// Kernel used, such as `exact-integer` or `bit-plane-clip`.
    pub kernel: String,
    /// Column samples that left an array (ADC conversions; 0 on machines without ADC).
    pub conversions: u64,
    /// Samples beyond the ADC's first or last code.
    pub clipped: u64,
    /// `clipped / conversions`.
    pub clip_rate: f64,
    /// Largest column sum seen. The `exact-integer` kernel forms no column sums: there it is the largest the programmed
    /// cells can give.
    pub largest_sum: u64,
    /// Error of this layer alone: its accumulators against ideal ones of the same inputs.
    pub rms_error: f64,
    /// Error of its output against the integer reference, errors of earlier layers included.
    pub rms_error_reference: f64,
    /// Error of its output against the float network, quantisation and errors of earlier layers included.
    pub rms_error_float: f64,
    /// Largest share of the ADC's codes that a weight slice makes use of; absent without ADC.
    pub range_use: Option<f64>,
    /// Values that entered the layer.
    pub inputs: u64,
    /// Those outside the calibrated range of inputs, limited to its ends.
    pub inputs_outside: u64,
    /// Those outside it in the integer reference of the same images: what other calibration images could change.
    #[serde(default)]
    pub inputs_outside_reference: u64,
    /// Traced images whose class first differs from the integer reference's with this layer (see [`Divergence`]).
    pub first_wrong: u64,
    /// Which rows carry something and which cells conduct, where that was measured.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub activity: Option<LayerActivity>,
    /// By weight slice, least significant first.
    #[serde(rename = "slices")]
    pub weight_slices: Vec<WeightSliceFidelity>,
}

/// Where classes begin to differ from those of the integer reference.
///
/// An image is traced by running its first k compute layers with the accumulators of the crossbars and all later ones in
/// the integer reference. The smallest k that gives another class than the reference alone names the layer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Divergence {
    /// Images on which crossbars and reference choose different classes.
    pub images: u64,
    /// Number of images traced, from the first on.
    pub traced: u64,
    /// First layer, in network order, with which the class of a traced image changes.
    pub first_layer: Option<String>,
    /// Layer with which it changes for most of them.
    pub main_layer: Option<String>,
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
    /// Where classes begin to differ.
    pub divergence: Divergence,
    /// What accuracy was lost by, and what would help, in words.
    pub verdict: Vec<String>,
    /// Compute layers in order.
    pub layers: Vec<LayerFidelity>,
}
