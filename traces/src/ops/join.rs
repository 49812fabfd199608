//! Layers with several inputs, and those that only move values.

use crate::layer::{Shape, Tensor};
use ndarray::{Array3, ArrayView3, Axis, concatenate};

/// Sum in declared order.
pub fn add(inputs: &[&Tensor]) -> Tensor {
    let mut out = inputs[0].clone();
    for x in &inputs[1..] {
        out += *x;
    }
    out
}

/// Joined along the channels.
pub fn concat(inputs: &[&Tensor]) -> Tensor {
    let views: Vec<_> = inputs.iter().map(|x| x.view()).collect();
    concatenate(Axis(0), &views).expect("shapes were checked")
}

/// The same values in row-major order under another shape.
pub fn reshape(x: &Tensor, to: Shape) -> Tensor {
    Array3::from_shape_vec((to.c, to.h, to.w), x.iter().copied().collect())
        .expect("lengths were checked")
}

/// Axes permuted.
pub fn transpose(x: ArrayView3<'_, f32>, axes: [usize; 3]) -> Tensor {
    x.permuted_axes(axes).as_standard_layout().into_owned()
}

/// Channel (g, i) of `groups` x rest becomes (i, g).
pub fn channel_shuffle(x: &Tensor, groups: usize) -> Tensor {
    let (c, h, w) = x.dim();
    let rest = c / groups;
    Array3::from_shape_fn((c, h, w), |(o, y, xx)| {
        x[[(o % groups) * rest + o / groups, y, xx]]
    })
}
