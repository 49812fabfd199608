//! The functional engine: which values come out.

pub mod result;

pub use result::{FuncResult, LayerFidelity};
