//! A factor and an addend per channel.

use super::operator::{Channels, Gradient, Operator, bits};
use crate::onnx::file::{Form, OnnxFile, Site, float};
use crate::shape::{Shape, ShapeError, Tensor};
use ndarray::{Array1, Axis};

/// y = x * scale + shift, per channel: batch norm at inference, or an affine Mul and Add.
#[derive(Debug, Clone, PartialEq)]
pub struct ScaleShift {
    /// Factor per channel.
    pub scale: Array1<f32>,
    /// Addend per channel.
    pub shift: Array1<f32>,
}

/// Added to a variance of 1 less itself, both exact in single precision: the factor of batch norm is then its scale.
const EPSILON: f32 = 1.0 / 131_072.0;

impl Operator for ScaleShift {
    fn name(&self) -> &'static str {
        "BatchNorm"
    }

    fn shape(&self, inputs: &[Shape]) -> Result<Shape, ShapeError> {
        let x = inputs[0];
        if self.scale.len() != x.c || self.shift.len() != x.c {
            return ShapeError::fail(format!(
                "needs {} scales and shifts, has {} and {}",
                x.c,
                self.scale.len(),
                self.shift.len()
            ));
        }
        Ok(x)
    }

    fn run(&self, inputs: &[&Tensor], _: Shape) -> Tensor {
        let mut out = inputs[0].clone();
        let factors = self.scale.iter().zip(&self.shift);
        for (mut c, (&a, &b)) in out.axis_iter_mut(Axis(0)).zip(factors) {
            c.mapv_inplace(|v| v * a + b);
        }
        out
    }

    fn parameters(&self) -> Vec<u64> {
        bits(self.scale.iter().chain(&self.shift))
    }

    fn channels(&self) -> Channels {
        Channels::Apart
    }

    fn keeps_zero(&self, channel: usize) -> bool {
        self.shift[channel] == 0.0
    }

    fn gradient(&self, _: Shape) -> Gradient<'_> {
        Gradient::Learned
    }

    fn export(&self, site: &Site<'_>, file: &mut OnnxFile) -> Result<Form, String> {
        let (name, n) = (site.name, self.scale.len());
        let scale = file.floats(format!("{name}.weight"), &[n], &self.scale);
        let shift = file.floats(format!("{name}.bias"), &[n], &self.shift);
        let mean = file.floats(format!("{name}.running_mean"), &[n], &vec![0.0; n]);
        let variance = vec![1.0 - EPSILON; n];
        let variance = file.floats(format!("{name}.running_var"), &[n], &variance);
        let x = &site.inputs[0];
        let inputs = [x.name.as_str(), &scale, &shift, &mean, &variance];
        let epsilon = float("epsilon", EPSILON).into_iter().collect();
        file.node(name, "BatchNormalization", &inputs, epsilon);
        Ok(x.form)
    }
}
