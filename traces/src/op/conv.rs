//! Convolution.

use super::im2col::{Window, add_bias, patches};
use super::operator::{Dataflow, Gradient, Operator, Product, sizes};
use super::window::windows;
use crate::onnx::file::{Form, OnnxFile, Site, int, ints};
use crate::shape::{Shape, ShapeError, Tensor};
use crate::weights::Weights;
use ndarray::linalg::general_mat_mul;
use ndarray::{Array1, s};

/// Convolution. Weight is `Q x P/groups x kh x kw` (ONNX order).
#[derive(Debug, Clone)]
pub struct Conv {
    /// Kernel values.
    pub weight: Weights,
    /// Bias, one per output channel.
    pub bias: Option<Array1<f32>>,
    /// Stride (vertical, horizontal).
    pub stride: [usize; 2],
    /// Padding: top, left, bottom, right (ONNX order).
    pub pad: [usize; 4],
    /// Dilation (vertical, horizontal).
    pub dilation: [usize; 2],
    /// Channel groups.
    pub groups: usize,
}

impl Conv {
    /// Its window.
    pub fn window(&self) -> Window {
        let shape = self.weight.shape();
        Window {
            kernel: [shape[2], shape[3]],
            stride: self.stride,
            dilation: self.dilation,
            pad: self.pad,
        }
    }

    /// Convolution through patches and one matrix product per channel group.
    fn convolved(&self, input: &Tensor) -> Tensor {
        let input = input.view();
        let weight = self.weight.values();
        let shape = weight.shape();
        let (q, k) = (shape[0], shape[1] * shape[2] * shape[3]);
        let weight = weight
            .view()
            .into_shape_with_order((q, k))
            .expect("weights are contiguous");
        let window = self.window();
        let (h, w) = window.output(input.dim().1, input.dim().2);
        let mut out = Tensor::zeros((q, h, w));
        let (pg, qg) = (input.dim().0 / self.groups, q / self.groups);
        for g in 0..self.groups {
            let x = patches(input, &window, g * pg..(g + 1) * pg);
            let y = out.slice_mut(s![g * qg..(g + 1) * qg, .., ..]);
            let mut y = y
                .into_shape_with_order((qg, h * w))
                .expect("whole channels are contiguous");
            general_mat_mul(
                1.0,
                &weight.slice(s![g * qg..(g + 1) * qg, ..]),
                &x.t(),
                0.0,
                &mut y,
            );
        }
        add_bias(&mut out, self.bias.as_ref());
        out
    }
}

impl Operator for Conv {
    fn name(&self) -> &'static str {
        "Conv"
    }

    fn shape(&self, inputs: &[Shape]) -> Result<Shape, ShapeError> {
        let x = inputs[0];
        let [q, p, kh, kw] = *self.weight.shape() else {
            return ShapeError::fail(format!(
                "weight must have 4 dimensions, not {:?}",
                self.weight.shape()
            ));
        };
        let groups = self.groups;
        if groups == 0 || p.checked_mul(groups) != Some(x.c) || q % groups != 0 {
            return ShapeError::fail(format!(
                "weight {q}x{p}x{kh}x{kw} with {groups} groups does not fit {} input channels",
                x.c
            ));
        }
        if self.bias.as_ref().is_some_and(|b| b.len() != q) {
            return ShapeError::fail(format!("bias must have {q} values"));
        }
        let along = |axis: usize, n: usize, kernel: usize| {
            let pad = self.pad[axis].saturating_add(self.pad[axis + 2]);
            let (stride, dilation) = (self.stride[axis], self.dilation[axis]);
            windows(n, kernel, stride, dilation, pad, false)
        };
        Ok(Shape::new(q, along(0, x.h, kh)?, along(1, x.w, kw)?))
    }

    fn run(&self, inputs: &[&Tensor], _: Shape) -> Tensor {
        self.convolved(inputs[0])
    }

    fn parameters(&self) -> Vec<u64> {
        sizes([&self.stride, &self.pad, &self.dilation, &[self.groups]])
    }

    fn product(&self) -> Option<Product<'_>> {
        Some(Product {
            weight: &self.weight,
            bias: self.bias.as_ref(),
            groups: self.groups,
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
        let x = file.image(&site.inputs[0], name);
        let values = self.weight.values();
        let shape = values.shape();
        let weight = file.floats(format!("{name}.weight"), shape, values.iter());
        let mut inputs = vec![x, weight];
        if let Some(b) = &self.bias {
            inputs.push(file.floats(format!("{name}.bias"), &[b.len()], b));
        }
        let attributes = [
            ints("kernel_shape", &shape[2..]),
            ints("strides", &self.stride),
            ints("pads", &self.pad),
            ints("dilations", &self.dilation),
            int("group", self.groups as i64),
        ];
        let inputs: Vec<&str> = inputs.iter().map(String::as_str).collect();
        let attributes = attributes.into_iter().flatten().collect();
        file.node(name, "Conv", &inputs, attributes);
        Ok(Form::Image)
    }
}
