//! Axes in another order.

use super::operator::{Dataflow, Digital, DigitalWork, Gradient, Moves, Operator, Reach, sizes};
use crate::onnx::file::{Form, OnnxFile, Site, ints};
use crate::shape::{Shape, ShapeError, Tensor};

/// Axes of (channel, row, column) permuted: axis `i` of the output is axis `self.0[i]` of the input.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Transpose(pub [usize; 3]);

impl Moves for Transpose {
    fn source(&self, place: [usize; 3], _: Shape, _: Shape) -> Option<[usize; 3]> {
        let mut source = [0; 3];
        for (axis, v) in self.0.iter().zip(place) {
            source[*axis] = v;
        }
        Some(source)
    }
}

impl Operator for Transpose {
    fn name(&self) -> &'static str {
        "Transpose"
    }

    fn shape(&self, inputs: &[Shape]) -> Result<Shape, ShapeError> {
        let dims = [inputs[0].c, inputs[0].h, inputs[0].w];
        let mut seen = self.0;
        seen.sort_unstable();
        if seen != [0, 1, 2] {
            return ShapeError::fail(format!("{:?} is no permutation of 0, 1, 2", self.0));
        }
        let [c, h, w] = self.0.map(|axis| dims[axis]);
        Ok(Shape::new(c, h, w))
    }

    fn run(&self, inputs: &[&Tensor], output: Shape) -> Tensor {
        self.moved(inputs[0], output)
    }

    fn parameters(&self) -> Vec<u64> {
        sizes([&self.0])
    }

    fn keeps_grid(&self) -> bool {
        true
    }

    fn dataflow(&self, _: &[Shape], output: Shape) -> Dataflow {
        Dataflow::Digital(Digital {
            work: DigitalWork::Move,
            // The first row asks for something of the last one, whichever axes change places.
            reach: Reach::Whole,
            reads: output.c,
        })
    }

    fn gradient(&self, _: Shape) -> Gradient<'_> {
        Gradient::Moves(self)
    }

    fn export(&self, site: &Site<'_>, file: &mut OnnxFile) -> Result<Form, String> {
        let x = file.image(&site.inputs[0], site.name);
        let [a, b, c] = self.0.map(|a| a + 1);
        let perm = ints("perm", &[0, a, b, c]);
        file.node(site.name, "Transpose", &[&x], perm.into_iter().collect());
        Ok(Form::Image)
    }
}
