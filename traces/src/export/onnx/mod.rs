//! ONNX files of networks: one node per layer, named as the layer, weights as they are.
//!
//! The importer of this crate makes the same network of such a file, bit for bit in the float reference. Values between
//! layers are batch x channels x height x width, or batch x features around fully connected layers; where an operator
//! needs the other form, a reshaping node stands before it, which the importer takes as a layer only if values would
//! have another shape. The batch is dynamic. Operator set 13, which current runtimes and PyTorch tools read.

mod layers;
mod write;

use super::ExportError;
use crate::import::onnx::proto::{
    Dimension, Graph, Model, OperatorSet, TensorShape, TensorType, Type, ValueInfo,
};
use crate::network::Network;
use prost::Message;
use write::Writer;

/// Operator set written.
const OPSET: i64 = 13;

/// The network as the bytes of an ONNX file.
///
/// # Errors
/// [`ExportError`] for a layer without a counterpart (codes of other than 8 bits).
pub fn save(net: &Network) -> Result<Vec<u8>, ExportError> {
    let mut writer = Writer::new(net);
    for (id, _) in net.layers() {
        layers::write(&mut writer, id)?;
    }
    let (input, output) = (net.input(), net.output());
    let model = Model {
        // The first version that allows operator set 13.
        ir_version: 7,
        producer_name: "crosscut".to_string(),
        graph: Some(Graph {
            name: net.name.clone(),
            input: vec![info(writer.name(input), &writer.dims(input))],
            output: vec![info(writer.name(output), &writer.dims(output))],
            node: writer.nodes,
            initializer: writer.tensors,
        }),
        opset_import: vec![OperatorSet {
            domain: String::new(),
            version: OPSET,
        }],
    };
    Ok(model.encode_to_vec())
}

/// Name and type of an input or output with a dynamic batch.
fn info(name: &str, dims: &[usize]) -> ValueInfo {
    let batch = Dimension {
        value: None,
        param: Some("batch".to_string()),
    };
    let fixed = dims.iter().map(|&d| Dimension {
        value: Some(d as i64),
        param: None,
    });
    ValueInfo {
        name: name.to_string(),
        kind: Some(Type {
            tensor: Some(TensorType {
                elem_type: 1,
                shape: Some(TensorShape {
                    dim: std::iter::once(batch).chain(fixed).collect(),
                }),
            }),
        }),
    }
}
