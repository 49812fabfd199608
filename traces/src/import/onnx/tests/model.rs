//! Small models written node by node and encoded as a file would be.

use crate::import::{Fault, Import, onnx};
use crate::onnx::proto::{
    Attribute, Dimension, Graph, Model, Node, OperatorSet, Tensor, TensorShape, TensorType, Type,
    ValueInfo,
};
use prost::Message;

/// A model under construction.
pub(super) struct Sketch {
    pub model: Model,
}

/// An attribute value.
pub(super) enum At<'a> {
    I(i64),
    F(f32),
    S(&'a str),
    Is(&'a [i64]),
}

impl Sketch {
    /// A model with one input of these dimensions (0 means dynamic) and the output named `y`.
    pub(super) fn new(opset: i64, input: &[i64]) -> Self {
        let dim = |&d: &i64| Dimension {
            value: (d > 0).then_some(d),
            param: (d <= 0).then(|| "N".to_string()),
        };
        let shape = TensorShape {
            dim: input.iter().map(dim).collect(),
        };
        let kind = Type {
            tensor: Some(TensorType {
                elem_type: 1,
                shape: Some(shape),
            }),
        };
        let graph = Graph {
            input: vec![ValueInfo {
                name: "x".into(),
                kind: Some(kind),
            }],
            output: vec![ValueInfo {
                name: "y".into(),
                kind: None,
            }],
            ..Default::default()
        };
        let model = Model {
            ir_version: 8,
            producer_name: String::new(),
            graph: Some(graph),
            opset_import: vec![OperatorSet {
                domain: String::new(),
                version: opset,
            }],
        };
        Sketch { model }
    }

    pub(super) fn graph(&mut self) -> &mut Graph {
        self.model.graph.as_mut().unwrap()
    }

    /// Adds a node; `text` is "Op in1 in2 > out1 out2", `-` an operand left out.
    pub(super) fn node(mut self, text: &str, attributes: &[(&str, At)]) -> Self {
        let (call, outputs) = text.split_once('>').unwrap();
        let mut words = call.split_whitespace();
        let op_type = words.next().unwrap().to_string();
        let name = |w: &str| {
            if w == "-" {
                String::new()
            } else {
                w.to_string()
            }
        };
        let attribute = |(name, at): &(&str, At)| {
            let mut a = Attribute {
                name: (*name).into(),
                ..Default::default()
            };
            match at {
                At::I(v) => a.i = *v,
                At::F(v) => a.f = *v,
                At::S(v) => a.s = v.as_bytes().to_vec(),
                At::Is(v) => a.ints = v.to_vec(),
            }
            a
        };
        let node = Node {
            input: words.map(name).collect(),
            output: outputs.split_whitespace().map(String::from).collect(),
            op_type,
            attribute: attributes.iter().map(attribute).collect(),
            ..Default::default()
        };
        self.graph().node.push(node);
        self
    }

    pub(super) fn tensor(mut self, t: Tensor) -> Self {
        self.graph().initializer.push(t);
        self
    }

    pub(super) fn floats(self, name: &str, dims: &[i64], values: &[f32]) -> Self {
        self.tensor(Tensor {
            name: name.into(),
            dims: dims.to_vec(),
            data_type: 1,
            float_data: values.to_vec(),
            ..Default::default()
        })
    }

    pub(super) fn ints(self, name: &str, values: &[i64]) -> Self {
        self.tensor(Tensor {
            name: name.into(),
            dims: vec![values.len() as i64],
            data_type: 7,
            int64_data: values.to_vec(),
            ..Default::default()
        })
    }

    pub(super) fn bytes(&self) -> Vec<u8> {
        self.model.encode_to_vec()
    }

    pub(super) fn import(&self) -> Result<Import, Fault> {
        onnx::from_bytes(&self.bytes(), "sketch", None).map_err(|e| e.fault)
    }

    /// The message of the import that must fail.
    pub(super) fn refused(&self) -> String {
        onnx::from_bytes(&self.bytes(), "sketch", None)
            .unwrap_err()
            .to_string()
    }
}
