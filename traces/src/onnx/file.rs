//! An ONNX file under construction: nodes, attributes and constants.

use super::proto::{Attribute, Node, Tensor};
use crate::shape::Shape;

/// Which dimensions a value has behind the batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// Channels x height x width.
    Image,
    /// Features.
    Flat,
}

/// A value that nodes may read.
#[derive(Debug, Clone)]
pub struct Value {
    /// Its name: that of the layer that makes it.
    pub name: String,
    /// Number of that layer.
    pub layer: usize,
    /// Shape.
    pub shape: Shape,
    /// Dimensions in the file.
    pub form: Form,
}

impl Value {
    /// Dimensions behind the batch.
    pub fn dims(&self) -> Vec<usize> {
        match self.form {
            Form::Flat => vec![self.shape.len()],
            Form::Image => vec![self.shape.c, self.shape.h, self.shape.w],
        }
    }
}

/// A layer to be written.
#[derive(Debug, Clone, Copy)]
pub struct Site<'a> {
    /// Its name, which is that of its value too.
    pub name: &'a str,
    /// Values it takes.
    pub inputs: &'a [Value],
    /// Shape of its value.
    pub shape: Shape,
}

/// The node of a function of one value.
#[derive(Debug, Clone, PartialEq)]
pub struct OnnxNode {
    operator: &'static str,
    since: i64,
    attributes: Vec<(&'static str, f32)>,
    operands: Vec<(&'static str, f32)>,
}

impl OnnxNode {
    /// A node of an operator.
    pub fn new(operator: &'static str) -> OnnxNode {
        OnnxNode {
            operator,
            since: 1,
            attributes: Vec::new(),
            operands: Vec::new(),
        }
    }

    /// The operator set that brought the operator.
    pub fn since(self, since: i64) -> OnnxNode {
        OnnxNode { since, ..self }
    }

    /// With an attribute (other than 0, which the format takes for absent).
    pub fn attribute(mut self, name: &'static str, value: f32) -> OnnxNode {
        self.attributes.push((name, value));
        self
    }

    /// With a constant operand.
    pub fn operand(mut self, name: &'static str, value: f32) -> OnnxNode {
        self.operands.push((name, value));
        self
    }
}

/// Nodes and constants so far.
#[derive(Debug)]
pub struct OnnxFile {
    /// Nodes.
    pub nodes: Vec<Node>,
    /// Constants.
    pub tensors: Vec<Tensor>,
    /// Operator set that the nodes need.
    pub operator_set: i64,
}

impl OnnxFile {
    /// An empty file of an operator set.
    pub fn new(operator_set: i64) -> OnnxFile {
        OnnxFile {
            nodes: Vec::new(),
            tensors: Vec::new(),
            operator_set,
        }
    }

    /// Appends a function of one value; the form of its value is that of its operand.
    pub fn function(&mut self, site: &Site<'_>, node: &OnnxNode) -> Form {
        self.operator_set = self.operator_set.max(node.since);
        let mut inputs = vec![site.inputs[0].name.clone()];
        for (name, value) in &node.operands {
            inputs.push(self.floats(format!("{}.{name}", site.name), &[], [value]));
        }
        let attributes = node.attributes.iter();
        let attributes = attributes.filter_map(|&(name, v)| float(name, v)).collect();
        let inputs: Vec<&str> = inputs.iter().map(String::as_str).collect();
        self.node(site.name, node.operator, &inputs, attributes);
        site.inputs[0].form
    }

    /// Appends a node on all inputs, made of one form.
    pub fn join(&mut self, site: &Site<'_>, op: &str, attributes: Vec<Attribute>) -> Form {
        let flat = site.inputs.iter().all(|v| v.form == Form::Flat);
        let values: Vec<String> = (site.inputs.iter())
            .map(|v| {
                if flat {
                    v.name.clone()
                } else {
                    self.image(v, site.name)
                }
            })
            .collect();
        let values: Vec<&str> = values.iter().map(String::as_str).collect();
        self.node(site.name, op, &values, attributes);
        if flat { Form::Flat } else { Form::Image }
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

    /// Name of a value as batch x channels x height x width, for `user`.
    pub fn image(&mut self, value: &Value, user: &str) -> String {
        if value.form == Form::Image {
            return value.name.clone();
        }
        let Shape { c, h, w } = value.shape;
        let name = format!("{user}.image{}", value.layer);
        self.reshape(name, &value.name, &[c, h, w])
    }

    /// Name of a value as batch x features, for `user`.
    pub fn features(&mut self, value: &Value, user: &str) -> String {
        if value.form == Form::Flat {
            return value.name.clone();
        }
        let flat = format!("{user}.features");
        self.node(&flat, "Flatten", &[&value.name], Vec::new());
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
