//! Pooling.

use crate::layer::{Pool, PoolKind, Shape, Tensor};
use ndarray::{Array3, ArrayView3, Axis};

/// Windowed pooling; `out` is the inferred output shape.
pub fn pool(p: &Pool, input: ArrayView3<'_, f32>, out: Shape) -> Tensor {
    let (_, h, w) = input.dim();
    Array3::from_shape_fn((out.c, out.h, out.w), |(c, y, x)| {
        let (y0, x0) = (y * p.stride[0], x * p.stride[1]);
        let (mut best, mut sum, mut inside, mut padded) =
            (f32::NEG_INFINITY, 0.0f32, 0usize, 0usize);
        for py in y0..y0 + p.kernel[0] {
            for px in x0..x0 + p.kernel[1] {
                let (iy, ix) = (py.wrapping_sub(p.pad[0]), px.wrapping_sub(p.pad[1]));
                // The end padding bounds what a mean over padding counts; a ceil-mode overhang beyond it does not count.
                padded += usize::from(py < h + p.pad[0] + p.pad[2] && px < w + p.pad[1] + p.pad[3]);
                if iy < h && ix < w {
                    let v = input[[c, iy, ix]];
                    best = best.max(v);
                    sum += v;
                    inside += 1;
                }
            }
        }
        match p.kind {
            PoolKind::Max => best,
            PoolKind::Average => sum / inside as f32,
            PoolKind::AverageWithPad => sum / padded as f32,
        }
    })
}

/// One value per channel.
pub fn global(input: ArrayView3<'_, f32>, max: bool) -> Tensor {
    let (c, h, w) = input.dim();
    let values = input.axis_iter(Axis(0)).map(|channel| {
        if max {
            channel.iter().copied().fold(f32::NEG_INFINITY, f32::max)
        } else {
            channel.iter().sum::<f32>() / (h * w) as f32
        }
    });
    Array3::from_shape_vec((c, 1, 1), values.collect()).expect("one value per channel")
}
