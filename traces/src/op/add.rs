//! Sum of values.

use super::operator::{Channels, Dataflow, Digital, DigitalWork, Gradient, Operator, Reach};
use crate::onnx::file::{Form, OnnxFile, OnnxNode, Site};
use crate::shape::{Shape, ShapeError, Tensor};

/// Sum of the inputs, in declared order.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Add;

impl Operator for Add {
    fn name(&self) -> &'static str {
        "Add"
    }

    fn takes_many(&self) -> bool {
        true
    }

    fn shape(&self, inputs: &[Shape]) -> Result<Shape, ShapeError> {
        let x = inputs[0];
        match inputs.iter().find(|s| **s != x) {
            Some(other) => ShapeError::fail(format!("cannot add {x} and {other}")),
            None => Ok(x),
        }
    }

    fn run(&self, inputs: &[&Tensor], _: Shape) -> Tensor {
        let mut out = inputs[0].clone();
        for x in &inputs[1..] {
            out += *x;
        }
        out
    }

    fn channels(&self) -> Channels {
        Channels::Apart
    }

    fn keeps_zero(&self, _: usize) -> bool {
        true
    }

    fn dataflow(&self, inputs: &[Shape], output: Shape) -> Dataflow {
        Dataflow::Digital(Digital {
            work: DigitalWork::Add,
            reach: Reach::Point,
            reads: inputs.len() * output.c,
        })
    }

    fn gradient(&self, _: Shape) -> Gradient<'_> {
        Gradient::Sum
    }

    fn export(&self, site: &Site<'_>, file: &mut OnnxFile) -> Result<Form, String> {
        Ok(match site.inputs.len() {
            1 => file.function(site, &OnnxNode::new("Identity")),
            2 => file.join(site, "Add", Vec::new()),
            _ => file.join(site, "Sum", Vec::new()),
        })
    }
}
