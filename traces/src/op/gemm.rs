//! Fully connected layers.

use super::im2col::add_bias;
use super::operator::{Dataflow, Gradient, Operator, Product};
use crate::onnx::file::{Form, OnnxFile, Site, int};
use crate::shape::{Shape, ShapeError, Tensor};
use crate::weights::Weights;
use ndarray::{Array1, ArrayView2};

/// Fully connected layer on the flattened input. Weight is `out x in`.
#[derive(Debug, Clone)]
pub struct Gemm {
    /// Weight values.
    pub weight: Weights,
    /// Bias, one per output.
    pub bias: Option<Array1<f32>>,
}

impl Gemm {
    fn multiplied(&self, input: &Tensor) -> Tensor {
        let weight = self.weight.values();
        let weight: ArrayView2<'_, f32> = weight
            .view()
            .into_dimensionality()
            .expect("gemm weights have 2 dimensions");
        let x = input.flatten();
        let y = weight.dot(&x);
        let mut out = y
            .into_shape_with_order((weight.nrows(), 1, 1))
            .expect("a vector is n x 1 x 1");
        add_bias(&mut out, self.bias.as_ref());
        out
    }
}

impl Operator for Gemm {
    fn name(&self) -> &'static str {
        "Gemm"
    }

    fn shape(&self, inputs: &[Shape]) -> Result<Shape, ShapeError> {
        let x = inputs[0];
        let [out, k] = *self.weight.shape() else {
            return ShapeError::fail(format!(
                "weight must have 2 dimensions, not {:?}",
                self.weight.shape()
            ));
        };
        if k != x.len() {
            return ShapeError::fail(format!(
                "weight {out}x{k} does not fit {} input values ({x})",
                x.len()
            ));
        }
        if self.bias.as_ref().is_some_and(|b| b.len() != out) {
            return ShapeError::fail(format!("bias must have {out} values"));
        }
        Ok(Shape::new(out, 1, 1))
    }

    fn run(&self, inputs: &[&Tensor], _: Shape) -> Tensor {
        self.multiplied(inputs[0])
    }

    fn product(&self) -> Option<Product<'_>> {
        Some(Product {
            weight: &self.weight,
            bias: self.bias.as_ref(),
            groups: 1,
        })
    }

    fn dataflow(&self, _: &[Shape], _: Shape) -> Dataflow {
        Dataflow::Product
    }

    fn gradient(&self, _: Shape) -> Gradient<'_> {
        Gradient::Learned
    }

    fn export(&self, site: &Site<'_>, file: &mut OnnxFile) -> Result<Form, String> {
        let name = site.name;
        let x = file.features(&site.inputs[0], name);
        let values = self.weight.values();
        let weight = file.floats(format!("{name}.weight"), values.shape(), values.iter());
        let mut inputs = vec![x, weight];
        if let Some(b) = &self.bias {
            inputs.push(file.floats(format!("{name}.bias"), &[b.len()], b));
        }
        let inputs: Vec<&str> = inputs.iter().map(String::as_str).collect();
        let transposed = int("transB", 1).into_iter().collect();
        file.node(name, "Gemm", &inputs, transposed);
        Ok(Form::Flat)
    }
}
