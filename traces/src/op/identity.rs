//! Nothing.

use super::operator::{Channels, Gradient, Operator};
use crate::onnx::file::{Form, OnnxFile, OnnxNode, Site};
use crate::shape::{Shape, Tensor};

/// Does nothing at inference (Dropout, Identity).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Identity;

impl Operator for Identity {
    fn name(&self) -> &'static str {
        "Identity"
    }

    fn run(&self, inputs: &[&Tensor], _: Shape) -> Tensor {
        inputs[0].clone()
    }

    fn does_nothing(&self) -> bool {
        true
    }

    fn keeps_grid(&self) -> bool {
        true
    }

    fn channels(&self) -> Channels {
        Channels::Apart
    }

    fn keeps_zero(&self, _: usize) -> bool {
        true
    }

    fn gradient(&self, _: Shape) -> Gradient<'_> {
        Gradient::Same
    }

    fn export(&self, site: &Site<'_>, file: &mut OnnxFile) -> Result<Form, String> {
        Ok(file.function(site, &OnnxNode::new("Identity")))
    }
}
