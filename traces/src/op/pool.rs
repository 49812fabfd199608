//! Pooling over windows.

use super::operator::{Channels, Dataflow, Digital, DigitalWork, Gradient, Operator, Reach, sizes};
use super::window::{Pool, PoolKind};
use crate::onnx::file::{Form, OnnxFile, Site, int, ints};
use crate::shape::{Shape, ShapeError, Tensor};

impl Operator for Pool {
    fn name(&self) -> &'static str {
        if self.kind == PoolKind::Max {
            "MaxPool"
        } else {
            "AveragePool"
        }
    }

    fn shape(&self, inputs: &[Shape]) -> Result<Shape, ShapeError> {
        self.pooled(inputs[0])
    }

    fn run(&self, inputs: &[&Tensor], out: Shape) -> Tensor {
        let input = inputs[0];
        let (_, h, w) = input.dim();
        Tensor::from_shape_fn((out.c, out.h, out.w), |(c, y, x)| {
            let (y0, x0) = (y * self.stride[0], x * self.stride[1]);
            let (mut best, mut sum, mut inside, mut padded) =
                (f32::NEG_INFINITY, 0.0f32, 0usize, 0usize);
            for py in y0..y0 + self.kernel[0] {
                for px in x0..x0 + self.kernel[1] {
                    let (iy, ix) = (py.wrapping_sub(self.pad[0]), px.wrapping_sub(self.pad[1]));
                    // The end padding bounds what a mean over padding counts; a ceil-mode overhang beyond it does not count.
                    padded += usize::from(
                        py < h + self.pad[0] + self.pad[2] && px < w + self.pad[1] + self.pad[3],
                    );
                    if iy < h && ix < w {
                        let v = input[[c, iy, ix]];
                        best = best.max(v);
                        sum += v;
                        inside += 1;
                    }
                }
            }
            match self.kind {
                PoolKind::Max => best,
                PoolKind::Average => sum / inside as f32,
                PoolKind::AverageWithPad => sum / padded as f32,
            }
        })
    }

    fn parameters(&self) -> Vec<u64> {
        let rest = [usize::from(self.ceil), self.kind as usize];
        sizes([&self.kernel, &self.stride, &self.pad, &rest])
    }

    fn keeps_grid(&self) -> bool {
        self.kind == PoolKind::Max
    }

    fn channels(&self) -> Channels {
        Channels::Apart
    }

    fn keeps_zero(&self, _: usize) -> bool {
        true
    }

    fn dataflow(&self, _: &[Shape], output: Shape) -> Dataflow {
        Dataflow::Digital(Digital {
            work: DigitalWork::Pool,
            reach: Reach::Window {
                kernel: self.kernel,
                stride: self.stride,
                pad: [self.pad[0], self.pad[1]],
            },
            reads: self.kernel[0] * self.kernel[1] * output.c,
        })
    }

    fn gradient(&self, _: Shape) -> Gradient<'_> {
        Gradient::Pool(*self)
    }

    fn export(&self, site: &Site<'_>, file: &mut OnnxFile) -> Result<Form, String> {
        let x = file.image(&site.inputs[0], site.name);
        let padded = i64::from(self.kind == PoolKind::AverageWithPad);
        let attributes = [
            ints("kernel_shape", &self.kernel),
            ints("strides", &self.stride),
            ints("pads", &self.pad),
            int("ceil_mode", i64::from(self.ceil)),
            int("count_include_pad", padded),
        ];
        let attributes = attributes.into_iter().flatten().collect();
        file.node(site.name, self.name(), &[&x], attributes);
        Ok(Form::Image)
    }
}
