//! What can be wrong with a model file.

use std::fmt;

/// A model file that could not be imported.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("{origin}: {fault}")]
pub struct ImportError {
    /// The file (or the name given for bytes in memory).
    pub origin: String,
    /// What is wrong with it.
    pub fault: Fault,
}

/// A node that has no counterpart in this crate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnsupportedNode {
    /// Node name (made up from the operator and its position if the file gives none).
    pub node: String,
    /// Operator, with its domain if not the default one.
    pub op: String,
    /// What exactly is not supported; empty if it is the operator as such.
    pub detail: String,
}

impl fmt::Display for UnsupportedNode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.node, self.op)?;
        if !self.detail.is_empty() {
            write!(f, ": {}", self.detail)?;
        }
        Ok(())
    }
}

/// The kinds of fault.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum Fault {
    /// The file cannot be read.
    #[error("cannot be read: {0}")]
    Unreadable(String),
    /// The bytes are not an ONNX protobuf, or end too early.
    #[error("is not an ONNX model, or is truncated ({0})")]
    NotProtobuf(String),
    /// The model has no graph, or an empty one.
    #[error("has no graph")]
    NoGraph,
    /// A node reads a tensor nobody produces.
    #[error(
        "node '{node}' reads tensor '{tensor}', which is neither an input, an initialiser nor the result of a node"
    )]
    MissingTensor {
        /// Reader.
        node: String,
        /// Tensor.
        tensor: String,
    },
    /// A weight or an activation has the wrong shape.
    #[error("node '{node}': {what} has shape {found}, expected {expected}")]
    WrongShape {
        /// Node.
        node: String,
        /// Which operand.
        what: String,
        /// Shape the node needs.
        expected: String,
        /// Shape in the file.
        found: String,
    },
    /// Nodes without a counterpart here; all of them.
    #[error("{} unsupported {}: {}", .0.len(), if .0.len() == 1 { "node" } else { "nodes" }, join(.0))]
    Unsupported(Vec<UnsupportedNode>),
    /// A tensor of an element type the importer does not read.
    #[error("tensor '{tensor}' has unsupported element type {dtype}")]
    ElementType {
        /// Tensor.
        tensor: String,
        /// ONNX name of the type.
        dtype: String,
    },
    /// The network does not have exactly one input.
    #[error("needs exactly one input, has {}: {}", .0.len(), .0.join(", "))]
    Inputs(Vec<String>),
    /// The network does not have exactly one output.
    #[error("needs exactly one output, has {}: {}", .0.len(), .0.join(", "))]
    Outputs(Vec<String>),
    /// The declared input shape cannot be used.
    #[error("input '{input}': {detail}")]
    InputShape {
        /// Input name.
        input: String,
        /// Why.
        detail: String,
    },
    /// The nodes feed each other in a circle.
    #[error("the graph has a cycle through: {}", .0.join(", "))]
    Cycle(Vec<String>),
    /// Stored tensor data disagrees with its declared shape, or cannot be reached.
    #[error("tensor '{tensor}': {detail}")]
    Data {
        /// Tensor.
        tensor: String,
        /// Why.
        detail: String,
    },
    /// A node whose attributes or operands make no sense.
    #[error("node '{node}': {detail}")]
    Node {
        /// Node.
        node: String,
        /// Why.
        detail: String,
    },
    /// A weight that is infinite or not a number.
    #[error("{0}")]
    NotFinite(#[from] crate::net::NotFinite),
    /// The graph as a whole makes no sense.
    #[error("{0}")]
    Graph(String),
}

fn join(nodes: &[UnsupportedNode]) -> String {
    let texts: Vec<String> = nodes.iter().map(ToString::to_string).collect();
    texts.join("; ")
}
