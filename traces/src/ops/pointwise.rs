//! Layers that look at one value (or one position) at a time.

use crate::layer::Tensor;
use ndarray::{Array1, Array3, ArrayView3, Axis, Zip};

/// y = x * scale + shift per channel.
pub fn scale_shift(x: &Tensor, scale: &Array1<f32>, shift: &Array1<f32>) -> Tensor {
    let mut out = x.clone();
    for ((mut c, &a), &b) in out.axis_iter_mut(Axis(0)).zip(scale).zip(shift) {
        c.mapv_inplace(|v| v * a + b);
    }
    out
}

/// Rounds to codes (half to even) and back, as QuantizeLinear and DequantizeLinear do.
pub fn fake_quant(x: &Tensor, scale: &Array1<f32>, zero: &Array1<f32>, lo: f32, hi: f32) -> Tensor {
    let mut out = x.clone();
    for (i, mut c) in out.axis_iter_mut(Axis(0)).enumerate() {
        let j = if scale.len() == 1 { 0 } else { i };
        let (s, z) = (scale[j], zero[j]);
        c.mapv_inplace(|v| (((v / s).round_ties_even() + z).clamp(lo, hi) - z) * s);
    }
    out
}

/// Softmax over all values, shifted by the largest for range.
pub fn softmax(x: &Tensor) -> Tensor {
    let top = x.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let e = x.mapv(|v| (v - top).exp());
    let sum = e.sum();
    e / sum
}

/// Local response normalisation: x / (bias + alpha / size * sum of squares over `size` channels)^beta.
pub fn lrn(x: &Tensor, size: usize, alpha: f32, beta: f32, bias: f32) -> Tensor {
    let (c, _, _) = x.dim();
    let (before, after) = ((size - 1) / 2, size / 2);
    Array3::from_shape_fn(x.dim(), |(i, y, xx)| {
        let sum: f32 = (i.saturating_sub(before)..(i + after + 1).min(c))
            .map(|j| x[[j, y, xx]].powi(2))
            .sum();
        x[[i, y, xx]] / (bias + alpha / size as f32 * sum).powf(beta)
    })
}

/// Constant padding: top, left, bottom, right.
pub fn pad(x: ArrayView3<'_, f32>, pad: [usize; 4], value: f32) -> Tensor {
    let (c, h, w) = x.dim();
    let mut out = Array3::from_elem((c, h + pad[0] + pad[2], w + pad[1] + pad[3]), value);
    let mut inner = out.slice_mut(ndarray::s![.., pad[0]..pad[0] + h, pad[1]..pad[1] + w]);
    Zip::from(&mut inner).and(x).for_each(|o, &v| *o = v);
    out
}
