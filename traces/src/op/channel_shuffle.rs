//! Channels regrouped (ShuffleNet, Zhang et al. 2018).

use super::operator::{Gradient, Moves, Operator};
use crate::onnx::file::{Form, OnnxFile, Site, ints};
use crate::shape::{Shape, ShapeError, Tensor};

/// Channel (g, i) of `groups` x rest becomes (i, g).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ChannelShuffle(pub usize);

impl Moves for ChannelShuffle {
    fn source(&self, [c, y, x]: [usize; 3], input: Shape, _: Shape) -> Option<[usize; 3]> {
        let rest = input.c / self.0;
        Some([(c % self.0) * rest + c / self.0, y, x])
    }
}

impl Operator for ChannelShuffle {
    fn name(&self) -> &'static str {
        "ChannelShuffle"
    }

    fn shape(&self, inputs: &[Shape]) -> Result<Shape, ShapeError> {
        let x = inputs[0];
        match x.c.checked_rem(self.0) {
            Some(0) => Ok(x),
            _ => ShapeError::fail(format!(
                "{} channels do not divide into {} groups",
                x.c, self.0
            )),
        }
    }

    fn run(&self, inputs: &[&Tensor], output: Shape) -> Tensor {
        self.moved(inputs[0], output)
    }

    fn parameters(&self) -> Vec<u64> {
        vec![self.0 as u64]
    }

    fn keeps_grid(&self) -> bool {
        true
    }

    fn gradient(&self, _: Shape) -> Gradient<'_> {
        Gradient::Moves(self)
    }

    fn export(&self, site: &Site<'_>, file: &mut OnnxFile) -> Result<Form, String> {
        let (name, groups, s) = (site.name, self.0, site.shape);
        let x = file.image(&site.inputs[0], name);
        let split = [groups, s.c / groups, s.h, s.w];
        let split = file.reshape(format!("{name}.split"), &x, &split);
        let perm = ints("perm", &[0, 2, 1, 3, 4]).into_iter().collect();
        // The importer makes the layer of this node, so that it has the layer's name.
        let turned = format!("{name}.turned");
        file.named(name, &turned, "Transpose", &[&split], perm);
        let joined = format!("{name}.joined");
        file.reshape_named(&joined, name, &turned, &[s.c, s.h, s.w]);
        Ok(Form::Image)
    }
}
