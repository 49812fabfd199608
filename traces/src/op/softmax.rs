//! Softmax.

use super::operator::{Dataflow, Gradient, Operator};
use crate::onnx::file::{Form, OnnxFile, Site, int};
use crate::shape::{Shape, Tensor};

/// Softmax over all values.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Softmax;

impl Operator for Softmax {
    fn name(&self) -> &'static str {
        "Softmax"
    }

    /// Shifted by the largest value for range.
    fn run(&self, inputs: &[&Tensor], _: Shape) -> Tensor {
        let top = inputs[0].iter().copied().fold(f32::NEG_INFINITY, f32::max);
        let e = inputs[0].mapv(|v| (v - top).exp());
        let sum = e.sum();
        e / sum
    }

    fn dataflow(&self, _: &[Shape], _: Shape) -> Dataflow {
        Dataflow::Fused { evaluates: true }
    }

    fn gradient(&self, _: Shape) -> Gradient<'_> {
        Gradient::Softmax
    }

    fn export(&self, site: &Site<'_>, file: &mut OnnxFile) -> Result<Form, String> {
        let x = &site.inputs[0];
        let axis = || int("axis", 1).into_iter().collect();
        if x.form == Form::Flat || site.shape.image() == [1, 1] {
            file.node(site.name, "Softmax", &[&x.name], axis());
            return Ok(x.form);
        }
        let x = file.features(x, site.name);
        file.node(site.name, "Softmax", &[&x], axis());
        Ok(Form::Flat)
    }
}
