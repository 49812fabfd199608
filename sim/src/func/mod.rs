//! The functional engine: which values come out.
//!
//! Bit-serial inputs x bit-sliced weights x one ADC sample per column and input step, on the
//! mapped row groups. [`FuncModel::prepare`] programs the arrays; a [`FuncSession`] multiplies for
//! the integer executor; [`evaluate`] runs a data set.
//!
//! Taken as exact: the sum of a row group's inputs (ISAAC's unit column), which the offset and
//! flip encodings subtract digitally; it is neither converted per slice nor counted as conversion.
//! Cells outside the band of an unrolled copy hold level zero, so each column sees its own window only.

pub mod adc;
mod coverage;
pub mod error;
mod evaluate;
mod input;
pub mod kernel;
mod program;
pub mod result;
mod samples;
mod session;

pub use error::FuncError;
pub use evaluate::evaluate;
pub use program::FuncModel;
pub use result::{FuncResult, LayerFidelity};
pub use session::{FuncSession, LayerTally};
