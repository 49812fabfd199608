//! The same values under another shape.

use super::operator::{Channels, Gradient, Moves, Operator};
use crate::onnx::file::{Form, OnnxFile, Site};
use crate::shape::{Shape, ShapeError, Tensor};

/// To `n x 1 x 1`, row-major over channel, row, column.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Flatten;

/// To another shape of the same length, row-major.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Reshape(pub Shape);

/// The same place in row-major order.
fn source(place: [usize; 3], input: Shape, output: Shape) -> Option<[usize; 3]> {
    Some(input.place(output.index(place)))
}

fn run(x: &Tensor, to: Shape) -> Tensor {
    Tensor::from_shape_vec((to.c, to.h, to.w), x.iter().copied().collect())
        .expect("lengths were checked")
}

impl Moves for Flatten {
    fn source(&self, place: [usize; 3], input: Shape, output: Shape) -> Option<[usize; 3]> {
        source(place, input, output)
    }
}

impl Operator for Flatten {
    fn name(&self) -> &'static str {
        "Flatten"
    }

    fn shape(&self, inputs: &[Shape]) -> Result<Shape, ShapeError> {
        Ok(Shape::new(inputs[0].len(), 1, 1))
    }

    fn run(&self, inputs: &[&Tensor], output: Shape) -> Tensor {
        run(inputs[0], output)
    }

    fn keeps_grid(&self) -> bool {
        true
    }

    fn channels(&self) -> Channels {
        Channels::Flattened
    }

    fn gradient(&self, _: Shape) -> Gradient<'_> {
        Gradient::Moves(self)
    }

    fn export(&self, site: &Site<'_>, file: &mut OnnxFile) -> Result<Form, String> {
        file.node(site.name, "Flatten", &[&site.inputs[0].name], Vec::new());
        Ok(Form::Flat)
    }
}

impl Moves for Reshape {
    fn source(&self, place: [usize; 3], input: Shape, output: Shape) -> Option<[usize; 3]> {
        source(place, input, output)
    }
}

impl Operator for Reshape {
    fn name(&self) -> &'static str {
        "Reshape"
    }

    fn shape(&self, inputs: &[Shape]) -> Result<Shape, ShapeError> {
        let (x, to) = (inputs[0], self.0);
        if to.checked_len() != Some(x.len()) {
            return ShapeError::fail(format!("cannot reshape {x} to {to}"));
        }
        Ok(to)
    }

    fn run(&self, inputs: &[&Tensor], output: Shape) -> Tensor {
        run(inputs[0], output)
    }

    fn keeps_grid(&self) -> bool {
        true
    }

    fn gradient(&self, _: Shape) -> Gradient<'_> {
        Gradient::Moves(self)
    }

    fn export(&self, site: &Site<'_>, file: &mut OnnxFile) -> Result<Form, String> {
        let Shape { c, h, w } = self.0;
        file.reshape(site.name.to_string(), &site.inputs[0].name, &[c, h, w]);
        Ok(Form::Image)
    }
}
