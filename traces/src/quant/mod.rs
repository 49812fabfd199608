//! The quantised network: integer weights and input scales for every compute layer.
//!
//! Only matrix products are integer: the input of a compute layer is rounded to `input_bits`
//! codes, multiplied with `weight_bits` integer weights and accumulated exactly; the
//! accumulator times `input_scale x weight_scale` plus bias is the layer's float output. All
//! other layers work on these floats. An accumulator is therefore the one place where an ideal
//! crossbar and the reference must agree bit for bit.

mod calibrate;
mod error;
mod grid;
mod network;
mod own;
mod weights;

pub use calibrate::{
    Calibration, QuantSpec, quantise, quantise_seeded, quantise_weights, quantise_with,
};
pub use error::QuantError;
pub use grid::code_range;
pub use network::{Accumulate, QuantLayer, QuantNetwork};
pub use weights::WeightRule;
