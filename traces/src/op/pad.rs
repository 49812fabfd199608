//! Constant padding.

use super::operator::{
    Channels, Dataflow, Digital, DigitalWork, Gradient, Moves, Operator, Reach, bits, sizes,
};
use crate::onnx::file::{Form, OnnxFile, Site};
use crate::shape::{Shape, ShapeError, Tensor};

/// Constant padding of rows and columns.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pad {
    /// Widths: top, left, bottom, right.
    pub pad: [usize; 4],
    /// Fill.
    pub value: f32,
}

impl Moves for Pad {
    fn source(&self, [c, y, x]: [usize; 3], input: Shape, _: Shape) -> Option<[usize; 3]> {
        let (y, x) = (y.wrapping_sub(self.pad[0]), x.wrapping_sub(self.pad[1]));
        (y < input.h && x < input.w).then_some([c, y, x])
    }

    fn fill(&self) -> f32 {
        self.value
    }
}

impl Operator for Pad {
    fn name(&self) -> &'static str {
        "Pad"
    }

    fn shape(&self, inputs: &[Shape]) -> Result<Shape, ShapeError> {
        let (x, pad) = (inputs[0], self.pad);
        Ok(Shape::new(
            x.c,
            x.h.saturating_add(pad[0]).saturating_add(pad[2]),
            x.w.saturating_add(pad[1]).saturating_add(pad[3]),
        ))
    }

    fn run(&self, inputs: &[&Tensor], output: Shape) -> Tensor {
        self.moved(inputs[0], output)
    }

    fn parameters(&self) -> Vec<u64> {
        [sizes([&self.pad]), bits([&self.value])].concat()
    }

    fn channels(&self) -> Channels {
        Channels::Apart
    }

    fn keeps_zero(&self, _: usize) -> bool {
        self.value == 0.0
    }

    fn dataflow(&self, _: &[Shape], output: Shape) -> Dataflow {
        Dataflow::Digital(Digital {
            work: DigitalWork::Move,
            reach: Reach::Window {
                kernel: [1, 1],
                stride: [1, 1],
                pad: [self.pad[0], self.pad[1]],
            },
            reads: output.c,
        })
    }

    fn gradient(&self, _: Shape) -> Gradient<'_> {
        Gradient::Moves(self)
    }

    fn export(&self, site: &Site<'_>, file: &mut OnnxFile) -> Result<Form, String> {
        let name = site.name;
        let [t, l, b, r] = self.pad.map(|p| p as i64);
        let pads = file.integers(format!("{name}.pads"), &[0, 0, t, l, 0, 0, b, r]);
        let value = file.floats(format!("{name}.value"), &[], [&self.value]);
        let x = file.image(&site.inputs[0], name);
        file.node(name, "Pad", &[&x, &pads, &value], Vec::new());
        Ok(Form::Image)
    }
}
