//! The functional engine: which values come out.
//!
//! Inputs enter bit by bit, weights sit in sliced cells of the mapped row groups, every column of every read passes the
//! ADC, and shift-and-add puts the pieces together. With a converter wide enough the accumulators equal the integer
//! reference bit for bit. Cells that scatter, drift, stick or are noisy, and wires, make sums analog (`device`).
//! Simplifications: the sum of inputs that offset weights need is exact (unit column not converted), zero cells of
//! unrolled copies add nothing, and those named in `device`.

pub mod adc;
pub mod calibrate;
pub mod chips;
pub mod device;
mod divergence;
pub mod encode;
mod error;
mod evaluate;
mod fidelity;
pub mod frame;
mod gauss;
pub mod histogram;
pub mod kernel;
pub mod model;
mod packed;
pub mod physics;
pub mod profile;
pub mod program;
pub mod range;
pub mod result;
mod runs;
pub(crate) mod selection;
pub mod session;
mod spread;
pub mod stats;
pub mod values;
mod verdict;
pub mod wires;

pub use adc::{Codes, Converters};
pub use error::FuncError;
pub use evaluate::{evaluate, wilson};
pub use model::FuncModel;
pub use physics::{Detail, Physics, Switches};
pub use result::{Divergence, FuncResult, LayerFidelity, SliceFidelity};
pub use session::FuncSession;
pub use stats::{LayerStats, SliceStats};
