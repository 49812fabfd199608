//! The network under construction, and what each tensor name stands for.

use super::super::error::Fault;
use super::budget::{Budget, Limits};
use super::constant::{Const, Dtype, MAX_ELEMENTS};
use super::node::NodeView;
use crate::net::{LayerId, Network};
use crate::op::{Op, Reshape};
use crate::shape::Shape;
use std::collections::{BTreeMap, BTreeSet};

/// An activation: the layer that holds its values and its ONNX dimensions, batch (always 1) first.
///
/// The values are row-major in both views, so a reshape may change `dims` alone; `Builder::settled`
/// adds the `Reshape` layer when an operator needs the layer's own shape to agree.
#[derive(Debug, Clone)]
pub(crate) struct Act {
    pub layer: LayerId,
    pub dims: Vec<usize>,
}

/// Integer codes between QuantizeLinear and DequantizeLinear; `act` already holds the rounded real values.
#[derive(Debug, Clone)]
pub(crate) struct Code {
    pub act: Act,
    pub scale: Vec<f32>,
    pub zero: Vec<i64>,
    pub dtype: Dtype,
}

/// What a tensor name stands for.
#[derive(Debug, Clone)]
pub(crate) enum Value {
    Const(Const),
    Act(Act),
    Code(Code),
    /// Result of an unsupported node: its users are skipped, so that all unsupported nodes are found in one pass.
    Poison,
}

/// Everything the operator functions read and write.
pub(crate) struct Builder {
    pub net: Network,
    pub values: BTreeMap<String, Value>,
    /// How often each tensor is read (graph output included).
    pub uses: BTreeMap<String, usize>,
    /// Tensors that are the direct result of a Conv or Gemm still without bias.
    pub open_bias: BTreeMap<String, LayerId>,
    pub warnings: Vec<String>,
    pub opset: i64,
    /// The batch size in the file, if it is a fixed number other than 1.
    pub batch: Option<usize>,
    pub output: String,
    /// Nodes that only turn a channels-last input, left out.
    pub absorbed: BTreeSet<usize>,
    /// What constants have taken so far: a few bytes of file can ask for any amount of memory.
    pub budget: Budget,
    names: BTreeSet<String>,
    /// The number a name was last made unique with, so that many nodes of one name cost no search each.
    numbers: BTreeMap<String, u64>,
}

/// The layer shape of ONNX dimensions (batch dropped).
pub(crate) fn layer_shape(dims: &[usize]) -> Shape {
    match dims.get(1..).unwrap_or(&[]) {
        [] => Shape::new(1, 1, 1),
        [n] => Shape::new(*n, 1, 1),
        [c, h] => Shape::new(*c, *h, 1),
        [c, h, rest @ ..] => Shape::new(*c, *h, rest.iter().product()),
    }
}

impl Builder {
    pub(crate) fn new(name: &str, opset: i64, output: &str, limits: &Limits) -> Self {
        Builder {
            net: Network::new(name),
            values: BTreeMap::new(),
            uses: BTreeMap::new(),
            open_bias: BTreeMap::new(),
            warnings: Vec::new(),
            opset,
            batch: None,
            output: output.to_string(),
            absorbed: BTreeSet::new(),
            budget: Budget::new(limits),
            names: BTreeSet::new(),
            numbers: BTreeMap::new(),
        }
    }

    pub(crate) fn unique(&mut self, wanted: &str) -> String {
        let mut name = wanted.to_string();
        while !self.names.insert(name.clone()) {
            let number = self.numbers.entry(wanted.to_string()).or_insert(1);
            *number += 1;
            name = format!("{wanted}_{number}");
        }
        name
    }

    /// Operand `i`, which must be there.
    pub(crate) fn value(&self, node: &NodeView, i: usize) -> Result<&Value, Fault> {
        let name = node
            .input(i)
            .ok_or_else(|| node.fault(format!("operand {i} is missing")))?;
        self.values.get(name).ok_or_else(|| Fault::MissingTensor {
            node: node.name.clone(),
            tensor: name.to_string(),
        })
    }

    /// Operand `i` as an activation.
    pub(crate) fn act(&self, node: &NodeView, i: usize) -> Result<Act, Fault> {
        match self.value(node, i)? {
            Value::Act(a) => Ok(a.clone()),
            Value::Const(_) => Err(node.unsupported(format!("operand {i} is a constant"))),
            _ => Err(node.unsupported(format!(
                "operand {i} is quantised: expected DequantizeLinear before it"
            ))),
        }
    }

    /// Operand `i` as a constant; `None` if it is left out.
    pub(crate) fn optional(&self, node: &NodeView, i: usize) -> Result<Option<Const>, Fault> {
        if node.input(i).is_none() {
            return Ok(None);
        }
        match self.value(node, i)? {
            Value::Const(c) => Ok(Some(c.clone())),
            _ => Err(node.unsupported(format!("operand {i} is not a constant"))),
        }
    }

    /// Operand `i` as a constant of real numbers, if there is one. Integers without a scale are refused: what reals they
    /// stand for is anybody's guess.
    pub(crate) fn optional_reals(&self, node: &NodeView, i: usize) -> Result<Option<Const>, Fault> {
        let constant = self.optional(node, i)?;
        match &constant {
            Some(c) if c.dtype != Dtype::Float => Err(Fault::Data {
                tensor: node.input(i).unwrap_or_default().to_string(),
                detail: format!(
                    "type {}, expected floats; integers come with a scale through DequantizeLinear",
                    c.dtype.name()
                ),
            }),
            _ => Ok(constant),
        }
    }

    /// Operand `i` as a constant of real numbers.
    pub(crate) fn reals(&self, node: &NodeView, i: usize) -> Result<Const, Fault> {
        self.optional_reals(node, i)?
            .ok_or_else(|| node.fault(format!("operand {i} is missing")))
    }

    /// Operand `i` as a constant.
    pub(crate) fn constant(&self, node: &NodeView, i: usize) -> Result<Const, Fault> {
        self.optional(node, i)?
            .ok_or_else(|| node.fault(format!("operand {i} is missing")))
    }

    /// Integers given as attribute (older operator sets) or as operand `i`; `None` if neither.
    pub(crate) fn ints(
        &self,
        node: &NodeView,
        attribute: &str,
        i: usize,
    ) -> Result<Option<Vec<i64>>, Fault> {
        if let Some(v) = node.ints(attribute) {
            return Ok(Some(v.to_vec()));
        }
        self.optional(node, i)?
            .map(|c| {
                c.to_ints()
                    .ok_or_else(|| node.fault(format!("operand {i} is not of an integer type")))
            })
            .transpose()
    }

    /// All operands, if every one is a constant.
    pub(crate) fn all_constant(&self, node: &NodeView) -> Option<Vec<Const>> {
        let values = node
            .proto
            .input
            .iter()
            .filter(|n| !n.is_empty())
            .map(|n| self.values.get(n));
        values
            .map(|v| {
                if let Some(Value::Const(c)) = v {
                    Some(c.clone())
                } else {
                    None
                }
            })
            .collect()
    }

    /// Adds a layer; its shape is inferred.
    pub(crate) fn emit(
        &mut self,
        node: &NodeView,
        op: Op,
        inputs: &[LayerId],
    ) -> Result<LayerId, Fault> {
        self.emit_named(node, &node.name, op, inputs)
    }

    /// Adds a layer under another name than the node's (helper layers).
    pub(crate) fn emit_named(
        &mut self,
        node: &NodeView,
        name: &str,
        op: Op,
        inputs: &[LayerId],
    ) -> Result<LayerId, Fault> {
        let shapes: Vec<Shape> = inputs.iter().map(|&i| self.net.layer(i).shape).collect();
        let shape = crate::op::infer(&op, &shapes).map_err(|e| node.fault(e.to_string()))?;
        let size = shape
            .c
            .checked_mul(shape.h)
            .and_then(|n| n.checked_mul(shape.w));
        if size.is_none_or(|n| n == 0 || n > MAX_ELEMENTS) {
            return Err(node.fault(format!(
                "result of {}x{}x{} values",
                shape.c, shape.h, shape.w
            )));
        }
        let name = self.unique(name);
        Ok(self.net.push(name, op, inputs, shape))
    }

    /// The layer of `act` with the layer shape its dimensions ask for.
    pub(crate) fn settled(&mut self, node: &NodeView, act: &Act) -> Result<LayerId, Fault> {
        let shape = layer_shape(&act.dims);
        if self.net.layer(act.layer).shape == shape {
            return Ok(act.layer);
        }
        self.emit_named(
            node,
            &format!("{}_reshape", node.name),
            Op::of(Reshape(shape)),
            &[act.layer],
        )
    }

    /// Operand `i` as an image (batch, channels, height, width).
    pub(crate) fn image(&mut self, node: &NodeView, i: usize) -> Result<(LayerId, Shape), Fault> {
        let act = self.act(node, i)?;
        if act.dims.len() != 4 {
            return Err(node.unsupported(format!(
                "input of shape {:?}: only batch x channels x height x width",
                act.dims
            )));
        }
        Ok((self.settled(node, &act)?, layer_shape(&act.dims)))
    }

    /// Binds the node's first result.
    pub(crate) fn set(&mut self, node: &NodeView, value: Value) {
        if let Some(name) = node.proto.output.first() {
            self.values.insert(name.clone(), value);
        }
    }

    /// Binds the first result to a layer.
    pub(crate) fn set_act(&mut self, node: &NodeView, layer: LayerId, dims: Vec<usize>) {
        self.set(node, Value::Act(Act { layer, dims }));
    }

    /// Binds the first result to an image layer.
    pub(crate) fn set_image(&mut self, node: &NodeView, layer: LayerId) {
        let s = self.net.layer(layer).shape;
        self.set_act(node, layer, vec![1, s.c, s.h, s.w]);
    }

    /// An operator that keeps its operand's shape: one layer, same dimensions.
    pub(crate) fn unary(&mut self, node: &NodeView, op: Op) -> Result<(), Fault> {
        let act = self.act(node, 0)?;
        let input = self.settled(node, &act)?;
        let layer = self.emit(node, op, &[input])?;
        self.set_act(node, layer, act.dims);
        Ok(())
    }

    /// Notes something the importer changed or ignored.
    pub(crate) fn warn(&mut self, node: &NodeView, text: &str) {
        self.warnings.push(format!(
            "node '{}' ({}): {text}",
            node.name, node.proto.op_type
        ));
    }

    /// How often the tensor is read.
    pub(crate) fn readers(&self, tensor: &str) -> usize {
        self.uses.get(tensor).copied().unwrap_or(0)
    }
}
