//! Convolution and fully connected layers.

use super::im2col::{Window, patches};
use crate::layer::{Conv, Gemm, Tensor};
use ndarray::linalg::general_mat_mul;
use ndarray::{Array3, ArrayView2, ArrayView3, Axis, s};

/// Convolution through patches and one matrix product per channel group.
pub fn conv(c: &Conv, input: ArrayView3<'_, f32>) -> Tensor {
    let weight = c.weight.values();
    let shape = weight.shape();
    let (q, k) = (shape[0], shape[1] * shape[2] * shape[3]);
    let weight = weight
        .view()
        .into_shape_with_order((q, k))
        .expect("weights are contiguous");
    let window = Window::of(c);
    let (h, w) = window.output(input.dim().1, input.dim().2);
    let mut out = Array3::zeros((q, h, w));
    let (pg, qg) = (input.dim().0 / c.groups, q / c.groups);
    for g in 0..c.groups {
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
    add_bias(&mut out, c.bias.as_ref().map(|b| b.view()));
    out
}

/// Fully connected layer on the flattened input.
pub fn gemm(g: &Gemm, input: ArrayView3<'_, f32>) -> Tensor {
    let weight = g.weight.values();
    let weight: ArrayView2<'_, f32> = weight
        .view()
        .into_dimensionality()
        .expect("gemm weights have 2 dimensions");
    let x = input.flatten();
    let y = weight.dot(&x);
    let mut out = y
        .into_shape_with_order((weight.nrows(), 1, 1))
        .expect("a vector is n x 1 x 1");
    add_bias(&mut out, g.bias.as_ref().map(|b| b.view()));
    out
}

fn add_bias(out: &mut Tensor, bias: Option<ndarray::ArrayView1<'_, f32>>) {
    if let Some(bias) = bias {
        for (mut channel, &b) in out.axis_iter_mut(Axis(0)).zip(bias) {
            channel += b;
        }
    }
}
