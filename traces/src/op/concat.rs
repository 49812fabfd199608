//! Values side by side.

use super::operator::{Channels, Dataflow, Digital, DigitalWork, Gradient, Operator, Reach};
use crate::onnx::file::{Form, OnnxFile, Site, int};
use crate::shape::{Shape, ShapeError, Tensor};
use ndarray::{Axis, concatenate};

/// Inputs joined along the channels.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Concat;

impl Operator for Concat {
    fn name(&self) -> &'static str {
        "Concat"
    }

    fn takes_many(&self) -> bool {
        true
    }

    fn shape(&self, inputs: &[Shape]) -> Result<Shape, ShapeError> {
        let x = inputs[0];
        match inputs.iter().find(|s| s.image() != x.image()) {
            Some(other) => ShapeError::fail(format!("cannot join {x} and {other} along channels")),
            None => Ok(Shape::new(inputs.iter().map(|s| s.c).sum(), x.h, x.w)),
        }
    }

    fn run(&self, inputs: &[&Tensor], _: Shape) -> Tensor {
        let views: Vec<_> = inputs.iter().map(|x| x.view()).collect();
        concatenate(Axis(0), &views).expect("shapes were checked")
    }

    fn channels(&self) -> Channels {
        Channels::Joined
    }

    fn dataflow(&self, _: &[Shape], output: Shape) -> Dataflow {
        Dataflow::Digital(Digital {
            work: DigitalWork::Concat,
            reach: Reach::Point,
            reads: output.c,
        })
    }

    fn gradient(&self, _: Shape) -> Gradient<'_> {
        Gradient::Join
    }

    fn export(&self, site: &Site<'_>, file: &mut OnnxFile) -> Result<Form, String> {
        Ok(file.join(site, "Concat", int("axis", 1).into_iter().collect()))
    }
}
