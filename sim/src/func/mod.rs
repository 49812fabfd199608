//! The functional engine: which values come out.
//!
//! Inputs enter bit by bit, weights sit in sliced cells of the mapped row groups, every column of every read passes the
//! ADC, and shift-and-add puts the pieces together. With a converter wide enough the accumulators equal the integer
//! reference bit for bit. Cells that scatter, drift, stick or are noisy, and wires, make sums analog (`device`).
//! Simplifications: the sum of inputs that offset weights need is exact (unit column not converted), zero cells of
//! unrolled copies add nothing, and those named in `device`.

pub mod adc;
pub mod cells;
pub mod error;
pub mod isa;
pub mod kernel;
pub mod options;
mod ratio;
pub mod run;

pub use adc::codes::Codes;
pub use adc::converters::Converters;
pub use adc::stats::{LayerStats, WeightSliceStats};
pub use error::FuncError;
pub use isa::Isa;
pub use options::{Detail, FuncOptions, Limits, NonIdealities};
pub use run::evaluate::{evaluate, wilson};
pub use run::model::FuncModel;
pub use run::result::{Divergence, FuncResult, LayerFidelity, WeightSliceFidelity};
pub use run::session::FuncSession;
pub use run::setup::ValueSetup;
