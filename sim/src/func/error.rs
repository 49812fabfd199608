//! What can be wrong with a functional run.

use crosscut_traces::exec::ExecError;
use crosscut_traces::quant::QuantError;

/// A functional run that cannot be done as asked.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum FuncError {
    /// Quantised network and machine disagree on formats.
    #[error("the network is quantised to {found} {what} bits, the machine has {expected}")]
    Format {
        /// `weight` or `input`.
        what: &'static str,
        /// Bits of the machine.
        expected: u32,
        /// Bits of the network.
        found: u32,
    },
    /// Somebody asked to stop before there was a result.
    #[error("interrupted before the first result")]
    Interrupted,
    /// The mapping lacks a layer.
    #[error("layer `{0}` is not mapped")]
    NotMapped(String),
    /// The mapping and the weights of a layer do not belong together.
    #[error("layer `{layer}`: {what}")]
    Mapping {
        /// Layer.
        layer: String,
        /// What is wrong.
        what: String,
    },
    /// Which rows of a banded copy are active together is not laid out.
    #[error(
        "layer `{0}` is unrolled, and the machine drives fewer rows at once than an array has: its values cannot be computed; map it with slice width 1, or drop `crossbar.active_rows`"
    )]
    ActiveRows(String),
    /// How sums are weighted and rounded in analog is not laid out.
    #[error(
        "machine `{machine}` adds the sums of weight slices and reads in analog (`{key}`): its values cannot be computed, only its counts, time and energy"
    )]
    AnalogSums {
        /// The machine.
        machine: String,
        /// The key that says so.
        key: String,
    },
    /// A calibrated range without limits.
    #[error(
        "the machine's ADC range is `calibrated`, which needs limits from real inputs: calibrate first (`crosscut profile`), or set `{key}` to full, unit-step or fixed"
    )]
    NotCalibrated {
        /// The key of the range.
        key: String,
    },
    /// Column sums that nothing converts.
    #[error(
        "the machine has no ADC: its columns are summed digitally, and nothing clips or is calibrated"
    )]
    NoAdc,
    /// Limits that do not fit network and machine.
    #[error("limits of the ADC ranges: layer `{layer}` {what}")]
    Limits {
        /// Layer.
        layer: String,
        /// What is wrong.
        what: String,
    },
    /// What the machine describes cannot be computed for a layer.
    #[error("layer `{layer}`: {what}")]
    NotComputable {
        /// Layer.
        layer: String,
        /// Why not, and what to change.
        what: String,
    },
    /// Images and labels differ in number, or there are none.
    #[error("{images} images come with {labels} labels; both must be equal and at least 1")]
    Labels {
        /// Images.
        images: usize,
        /// Labels.
        labels: usize,
    },
    /// The network does not go into the machine's formats.
    #[error(transparent)]
    Quant(#[from] QuantError),
    /// An image does not fit the network.
    #[error(transparent)]
    Exec(#[from] ExecError),
}
