//! The input of a network.

use super::operator::{Dataflow, Gradient, Operator};
use crate::onnx::file::{Form, OnnxFile, Site};
use crate::shape::{Shape, Tensor};

/// Stands for an input in answers; its shape and value come from outside (see [`super::Op`]).
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Source;

impl Operator for Source {
    fn name(&self) -> &'static str {
        "Input"
    }

    fn run(&self, _: &[&Tensor], output: Shape) -> Tensor {
        Tensor::zeros((output.c, output.h, output.w))
    }

    fn dataflow(&self, _: &[Shape], _: Shape) -> Dataflow {
        Dataflow::Source
    }

    fn gradient(&self, _: Shape) -> Gradient<'_> {
        Gradient::Learned
    }

    fn export(&self, _: &Site<'_>, _: &mut OnnxFile) -> Result<Form, String> {
        Ok(Form::Image)
    }
}
