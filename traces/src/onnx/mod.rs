//! The ONNX file format: messages, and a file under construction.

pub(crate) mod file;
pub(crate) mod proto;

pub use file::{Form, OnnxFile, OnnxNode, Site, Value, float, int, ints};
