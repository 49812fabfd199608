//! Importers: files of other tools to a [`crate::Network`].
//!
//! [`onnx`] reads an ONNX model, keeping the operators as declared.

mod error;
pub mod onnx;
pub mod safetensors;

pub use error::{Fault, ImportError, UnsupportedNode};

use crate::Network;

/// An imported network.
#[derive(Debug, Clone)]
pub struct Import {
    /// The network; its layers carry the node names of the file.
    pub network: Network,
    /// What the importer changed or ignored, one sentence each, in file order.
    pub warnings: Vec<String>,
}
