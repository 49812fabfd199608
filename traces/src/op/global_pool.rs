//! Pooling over the whole image.

use super::operator::{Channels, Dataflow, Digital, DigitalWork, Gradient, Operator, Reach};
use super::window::{Pool, PoolKind};
use crate::onnx::file::{Form, OnnxFile, Site};
use crate::shape::{Shape, ShapeError, Tensor};
use ndarray::{ArrayView2, Axis};

/// Mean over height and width.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct GlobalAveragePool;

impl Operator for GlobalAveragePool {
    fn name(&self) -> &'static str {
        "GlobalAveragePool"
    }

    fn shape(&self, inputs: &[Shape]) -> Result<Shape, ShapeError> {
        Ok(one_per_channel(inputs[0]))
    }

    fn run(&self, inputs: &[&Tensor], output: Shape) -> Tensor {
        reduced(inputs[0], output, |c| {
            c.iter().sum::<f32>() / c.len() as f32
        })
    }

    fn channels(&self) -> Channels {
        Channels::Apart
    }

    fn keeps_zero(&self, _: usize) -> bool {
        true
    }

    fn dataflow(&self, inputs: &[Shape], _: Shape) -> Dataflow {
        unit(inputs[0])
    }

    fn gradient(&self, input: Shape) -> Gradient<'_> {
        Gradient::Pool(Pool::whole(PoolKind::Average, input))
    }

    fn export(&self, site: &Site<'_>, file: &mut OnnxFile) -> Result<Form, String> {
        Ok(on_image(site, file, self.name()))
    }
}

/// Maximum over height and width.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct GlobalMaxPool;

impl Operator for GlobalMaxPool {
    fn name(&self) -> &'static str {
        "GlobalMaxPool"
    }

    fn shape(&self, inputs: &[Shape]) -> Result<Shape, ShapeError> {
        Ok(one_per_channel(inputs[0]))
    }

    fn run(&self, inputs: &[&Tensor], output: Shape) -> Tensor {
        reduced(inputs[0], output, |c| {
            c.iter().copied().fold(f32::NEG_INFINITY, f32::max)
        })
    }

    fn keeps_grid(&self) -> bool {
        true
    }

    fn channels(&self) -> Channels {
        Channels::Apart
    }

    fn keeps_zero(&self, _: usize) -> bool {
        true
    }

    fn dataflow(&self, inputs: &[Shape], _: Shape) -> Dataflow {
        unit(inputs[0])
    }

    fn gradient(&self, input: Shape) -> Gradient<'_> {
        Gradient::Pool(Pool::whole(PoolKind::Max, input))
    }

    fn export(&self, site: &Site<'_>, file: &mut OnnxFile) -> Result<Form, String> {
        Ok(on_image(site, file, self.name()))
    }
}

fn one_per_channel(x: Shape) -> Shape {
    Shape::new(x.c, 1, 1)
}

/// One value per channel.
fn reduced(x: &Tensor, output: Shape, value: impl Fn(ArrayView2<'_, f32>) -> f32) -> Tensor {
    let values = x.axis_iter(Axis(0)).map(value).collect();
    Tensor::from_shape_vec((output.c, 1, 1), values).expect("one value per channel")
}

fn unit(input: Shape) -> Dataflow {
    Dataflow::Digital(Digital {
        work: DigitalWork::Pool,
        reach: Reach::Whole,
        reads: input.len(),
    })
}

fn on_image(site: &Site<'_>, file: &mut OnnxFile, operator: &str) -> Form {
    let x = file.image(&site.inputs[0], site.name);
    file.node(site.name, operator, &[&x], Vec::new());
    Form::Image
}
