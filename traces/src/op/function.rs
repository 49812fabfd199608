//! Functions of one value: an operator from its value and slope.

use super::kernel::{Kernel, Pointwise, Real, Values};
use super::operator::{Channels, Dataflow, Gradient, Operator};
use crate::onnx::file::{Form, OnnxFile, OnnxNode, Site};
use crate::shape::{Shape, ShapeError, Tensor};
use std::fmt::Debug;
use std::sync::Arc;

/// A function of one value, perhaps with parameters per channel. Implementing it makes an [`Operator`]: shape, float and
/// training kernels, zeros, station and ONNX node follow.
pub trait Function: Debug + Clone + Send + Sync + 'static {
    /// The name users know.
    const NAME: &'static str;
    /// Whether parameters differ from channel to channel.
    const PER_CHANNEL: bool = false;
    /// Whether the slope follows from the result alone: the trainer then writes the result over the operand.
    const SLOPE_FROM_RESULT: bool = false;

    /// The value at `x`.
    fn value<T: Real>(&self, x: T, channel: usize) -> T;

    /// The slope at `x`, where the value is `y`.
    fn slope<T: Real>(&self, x: T, y: T, channel: usize) -> T;

    /// The gradient `dy` of the result carried over to the operand.
    fn carried<T: Real>(&self, dy: T, x: T, y: T, channel: usize) -> T {
        dy * self.slope(x, y, channel)
    }

    /// Parameters, as numbers (see [`Operator::parameters`]).
    fn parameters(&self) -> Vec<u64> {
        Vec::new()
    }

    /// Whether the parameters fit the input.
    ///
    /// # Errors
    /// If they do not.
    fn check(&self, input: Shape) -> Result<(), ShapeError> {
        let _ = input;
        Ok(())
    }

    /// Its ONNX node.
    fn onnx(&self) -> OnnxNode;
}

impl<F: Function> Pointwise for F {
    fn slope_from_result(&self) -> bool {
        F::SLOPE_FROM_RESULT
    }
}

/// Values that may be worked on as one run.
fn run_of<F: Function>(run: usize, all: usize) -> usize {
    if F::PER_CHANNEL {
        run.max(1)
    } else {
        all.max(1)
    }
}

impl<T: Real, F: Function> Kernel<T> for F {
    fn forward(&self, x: &[T], run: usize, y: &mut [T]) {
        let run = run_of::<F>(run, y.len());
        for (c, (x, y)) in x.chunks(run).zip(y.chunks_mut(run)).enumerate() {
            y.iter_mut()
                .zip(x)
                .for_each(|(y, &x)| *y = self.value(x, c));
        }
    }

    fn forward_in_place(&self, x: &mut [T], run: usize) {
        let run = run_of::<F>(run, x.len());
        for (c, x) in x.chunks_mut(run).enumerate() {
            x.iter_mut().for_each(|v| *v = self.value(*v, c));
        }
    }

    fn backward(&self, values: Values<'_, T>, dy: &[T], run: usize, add: bool, dx: &mut [T]) {
        let run = run_of::<F>(run, dx.len());
        for (c, dx) in dx.chunks_mut(run).enumerate() {
            let at = c * run..c * run + dx.len();
            let (x, y, dy) = (&values.x[at.clone()], &values.y[at.clone()], &dy[at]);
            let given = dy.iter().zip(x).zip(y);
            let each = dx.iter_mut().zip(given);
            if add {
                each.for_each(|(d, ((&dy, &x), &y))| *d += self.carried(dy, x, y, c));
            } else {
                each.for_each(|(d, ((&dy, &x), &y))| *d = self.carried(dy, x, y, c));
            }
        }
    }

    fn backward_in_place(&self, y: &[T], d: &mut [T]) {
        for (d, &y) in d.iter_mut().zip(y) {
            *d = self.carried(*d, y, y, 0);
        }
    }
}

impl<F: Function> Operator for F {
    fn name(&self) -> &'static str {
        F::NAME
    }

    fn shape(&self, inputs: &[Shape]) -> Result<Shape, ShapeError> {
        self.check(inputs[0]).map(|()| inputs[0])
    }

    fn run(&self, inputs: &[&Tensor], output: Shape) -> Tensor {
        let mut value = inputs[0].as_standard_layout().into_owned();
        let all = value.as_slice_mut().expect("standard layout");
        self.forward_in_place(all, output.h * output.w);
        value
    }

    fn parameters(&self) -> Vec<u64> {
        Function::parameters(self)
    }

    fn channels(&self) -> Channels {
        Channels::Apart
    }

    fn keeps_zero(&self, channel: usize) -> bool {
        self.value(0f32, channel) == 0.0
    }

    fn dataflow(&self, _: &[Shape], _: Shape) -> Dataflow {
        Dataflow::Fused { evaluates: true }
    }

    fn gradient(&self, _: Shape) -> Gradient<'_> {
        Gradient::Function(Arc::new(self.clone()))
    }

    fn export(&self, site: &Site<'_>, file: &mut OnnxFile) -> Result<Form, String> {
        Ok(file.function(site, &self.onnx()))
    }
}
