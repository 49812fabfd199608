//! Networks as files other tools read.

mod error;
pub mod onnx;

pub use error::ExportError;
