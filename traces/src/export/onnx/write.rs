//! Nodes, attributes and constants under construction.

use crate::import::onnx::proto::{Attribute, Node, Tensor};
use crate::layer::Shape;
use crate::network::{LayerId, Network};

/// What a file is made of.
pub struct Writer<'a> {
    /// The network.
    pub net: &'a Network,
    /// Nodes so far.
    pub nodes: Vec<Node>,
    /// Constants so far.
    pub tensors: Vec<Tensor>,
    /// Whether a layer's value is batch x features.
    flat: Vec<bool>,
}

impl<'a> Writer<'a> {
    /// An empty file.
    pub fn new(net: &'a Network) -> Writer<'a> {
        Writer {
            net,
            nodes: Vec::new(),
            tensors: Vec::new(),
            flat: vec![false; net.len()],
        }
    }

    /// Name of a layer, which is that of its value.
    pub fn name(&self, id: LayerId) -> &'a str {
        &self.net.layer(id).name
    }

    /// Dimensions of a layer's value behind the batch.
    pub fn dims(&self, id: LayerId) -> Vec<usize> {
        let s = self.net.layer(id).shape;
        if self.flat[id.0] {
            vec![s.len()]
        } else {
            vec![s.c, s.h, s.w]
        }
    }

    /// Whether a layer's value is batch x features.
    pub fn is_flat(&self, id: LayerId) -> bool {
        self.flat[id.0]
    }

    /// Says that a layer's value is batch x features.
    pub fn set_flat(&mut self, id: LayerId) {
        self.flat[id.0] = true;
    }

    /// A constant of real numbers; its name.
    pub fn floats<'v>(
        &mut self,
        name: String,
        dims: &[usize],
        values: impl IntoIterator<Item = &'v f32>,
    ) -> String {
        let bytes = values.into_iter().flat_map(|v| v.to_le_bytes()).collect();
        self.tensor(name, 1, dims, bytes)
    }

    /// A constant of 64-bit integers; its name.
    pub fn integers(&mut self, name: String, values: &[i64]) -> String {
        let bytes = values.iter().flat_map(|v| v.to_le_bytes()).collect();
        self.tensor(name, 7, &[values.len()], bytes)
    }

    /// A constant of any type.
    pub fn tensor(&mut self, name: String, kind: i32, dims: &[usize], bytes: Vec<u8>) -> String {
        self.tensors.push(Tensor {
            dims: dims.iter().map(|&d| d as i64).collect(),
            data_type: kind,
            name: name.clone(),
            raw_data: Some(bytes),
            ..Tensor::default()
        });
        name
    }

    /// A node whose value has its name.
    pub fn node(&mut self, name: &str, op: &str, inputs: &[&str], attributes: Vec<Attribute>) {
        self.named(name, name, op, inputs, attributes);
    }

    /// A node whose value has another name.
    pub fn named(
        &mut self,
        name: &str,
        value: &str,
        op: &str,
        inputs: &[&str],
        attributes: Vec<Attribute>,
    ) {
        self.nodes.push(Node {
            input: inputs.iter().map(ToString::to_string).collect(),
            output: vec![value.to_string()],
            name: name.to_string(),
            op_type: op.to_string(),
            attribute: attributes,
            domain: String::new(),
        });
    }

    /// A node that gives the value `from` the dimensions `dims` behind the batch; its name.
    pub fn reshape(&mut self, name: String, from: &str, dims: &[usize]) -> String {
        self.reshape_named(&name, &name, from, dims);
        name
    }

    /// As [`Writer::reshape`], with a value of another name than the node's.
    pub fn reshape_named(&mut self, name: &str, value: &str, from: &str, dims: &[usize]) {
        // 0 copies the batch.
        let dims = std::iter::once(0).chain(dims.iter().map(|&d| d as i64));
        let dims = self.integers(format!("{name}.dims"), &dims.collect::<Vec<_>>());
        self.named(name, value, "Reshape", &[from, &dims], Vec::new());
    }

    /// Value of a layer as batch x channels x height x width, for `user`.
    pub fn image(&mut self, id: LayerId, user: &str) -> String {
        let name = self.name(id).to_string();
        if !self.flat[id.0] {
            return name;
        }
        let Shape { c, h, w } = self.net.layer(id).shape;
        self.reshape(format!("{user}.image{}", id.0), &name, &[c, h, w])
    }

    /// Value of a layer as batch x features, for `user`.
    pub fn features(&mut self, id: LayerId, user: &str) -> String {
        let name = self.name(id).to_string();
        if self.flat[id.0] {
            return name;
        }
        let flat = format!("{user}.features");
        self.node(&flat, "Flatten", &[&name], Vec::new());
        flat
    }
}

fn attribute(name: &str, kind: i32) -> Attribute {
    Attribute {
        name: name.to_string(),
        kind,
        ..Attribute::default()
    }
}

/// A whole number; none if it is 0, which is the default of all that are written here.
pub fn int(name: &str, i: i64) -> Option<Attribute> {
    (i != 0).then(|| Attribute {
        i,
        ..attribute(name, 2)
    })
}

/// A real number other than 0 (a 0 would not be written at all).
pub fn float(name: &str, f: f32) -> Option<Attribute> {
    (f != 0.0).then(|| Attribute {
        f,
        ..attribute(name, 1)
    })
}

/// Whole numbers.
pub fn ints(name: &str, values: &[usize]) -> Option<Attribute> {
    Some(Attribute {
        ints: values.iter().map(|&v| v as i64).collect(),
        ..attribute(name, 7)
    })
}
