//! Local response normalisation.

use super::operator::{Dataflow, Gradient, Operator};
use crate::onnx::file::{Form, OnnxFile, Site, float, int};
use crate::shape::{Shape, ShapeError, Tensor};

/// x / (bias + alpha / size * sum of squares over `size` channels)^beta (Krizhevsky et al., NIPS 2012).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Lrn {
    /// Window of channels.
    pub size: usize,
    /// Alpha.
    pub alpha: f32,
    /// Beta.
    pub beta: f32,
    /// Bias k.
    pub bias: f32,
}

impl Operator for Lrn {
    fn name(&self) -> &'static str {
        "LRN"
    }

    fn shape(&self, inputs: &[Shape]) -> Result<Shape, ShapeError> {
        if self.size == 0 {
            return ShapeError::fail("window of channels must be at least 1");
        }
        Ok(inputs[0])
    }

    fn run(&self, inputs: &[&Tensor], _: Shape) -> Tensor {
        let (
            x,
            Lrn {
                size,
                alpha,
                beta,
                bias,
            },
        ) = (inputs[0], *self);
        let (c, _, _) = x.dim();
        let (before, after) = ((size - 1) / 2, size / 2);
        Tensor::from_shape_fn(x.dim(), |(i, y, xx)| {
            let sum: f32 = (i.saturating_sub(before)..(i + after + 1).min(c))
                .map(|j| x[[j, y, xx]].powi(2))
                .sum();
            x[[i, y, xx]] / (bias + alpha / size as f32 * sum).powf(beta)
        })
    }

    fn parameters(&self) -> Vec<u64> {
        let bits = |v: f32| u64::from(v.to_bits());
        vec![
            self.size as u64,
            bits(self.alpha),
            bits(self.beta),
            bits(self.bias),
        ]
    }

    fn dataflow(&self, _: &[Shape], _: Shape) -> Dataflow {
        Dataflow::Fused { evaluates: true }
    }

    fn gradient(&self, _: Shape) -> Gradient<'_> {
        let Lrn {
            size,
            alpha,
            beta,
            bias,
        } = *self;
        Gradient::Response {
            size,
            alpha,
            beta,
            bias,
        }
    }

    fn export(&self, site: &Site<'_>, file: &mut OnnxFile) -> Result<Form, String> {
        let x = file.image(&site.inputs[0], site.name);
        let attributes = [
            int("size", self.size as i64),
            float("alpha", self.alpha),
            float("beta", self.beta),
            float("bias", self.bias),
        ];
        let attributes = attributes.into_iter().flatten().collect();
        file.node(site.name, "LRN", &[&x], attributes);
        Ok(Form::Image)
    }
}
