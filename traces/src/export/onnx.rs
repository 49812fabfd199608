//! ONNX files of networks: one node per layer, named as the layer, weights as they are.
//!
//! The importer of this crate makes the same network of such a file, bit for bit in the float reference. Values between
//! layers are batch x channels x height x width, or batch x features around fully connected layers; where an operator
//! needs the other form, a reshaping node stands before it, which the importer takes as a layer only if values would
//! have another shape. The batch is dynamic. Operator set 13, which current runtimes and PyTorch tools read.

use super::error::ExportError;
use crate::net::Network;
use crate::onnx::file::{OnnxFile, Site, Value};
use crate::onnx::proto::{
    Dimension, Graph, Model, OperatorSet, TensorShape, TensorType, Type, ValueInfo,
};
use prost::Message;

/// Operator set written where no operator needs a later one.
const OPSET: i64 = 13;

/// The network as the bytes of an ONNX file.
///
/// # Errors
/// [`ExportError`] for a layer without a counterpart (codes of other than 8 bits).
pub fn save(net: &Network) -> Result<Vec<u8>, ExportError> {
    let mut file = OnnxFile::new(OPSET);
    let mut values: Vec<Value> = Vec::with_capacity(net.len());
    for (id, layer) in net.layers() {
        let inputs: Vec<Value> = net.inputs(id).iter().map(|i| values[i.0].clone()).collect();
        let site = Site {
            name: &layer.name,
            inputs: &inputs,
            shape: layer.shape,
        };
        let form = layer.op.operator().export(&site, &mut file);
        values.push(Value {
            name: layer.name.clone(),
            layer: id.0,
            shape: layer.shape,
            form: form.map_err(|what| ExportError {
                layer: layer.name.clone(),
                what,
            })?,
        });
    }
    let (input, output) = (&values[net.input().0], &values[net.output().0]);
    let model = Model {
        // The first version that allows operator sets 13 and 14.
        ir_version: 7,
        producer_name: "crosscut".to_string(),
        graph: Some(Graph {
            name: net.name.clone(),
            input: vec![info(input)],
            output: vec![info(output)],
            node: file.nodes,
            initializer: file.tensors,
        }),
        opset_import: vec![OperatorSet {
            domain: String::new(),
            version: file.operator_set,
        }],
    };
    Ok(model.encode_to_vec())
}

/// Name and type of an input or output with a dynamic batch.
fn info(value: &Value) -> ValueInfo {
    let batch = Dimension {
        value: None,
        param: Some("batch".to_string()),
    };
    let fixed = value.dims().into_iter().map(|d| Dimension {
        value: Some(d as i64),
        param: None,
    });
    ValueInfo {
        name: value.name.clone(),
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
