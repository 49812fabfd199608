//! Input windows at sampled output positions: the rows that sums are compared on.

use crosscut_sim::map::Geometry;
use crosscut_traces::Tensor;
use crosscut_traces::random::Key;
use ndarray::ArrayViewMut1;
use rand::seq::index;

/// Distinct output positions per image, drawn from (key, image), in the order of the draw; all of them if there are no
/// more than asked for. Every output feature map is sampled at the same positions, so that one sample matrix serves them
/// all (the published method draws them per feature map).
pub fn points(key: Key, images: usize, positions: usize, per_image: usize) -> Vec<Vec<usize>> {
    let draw = |image: usize| {
        let mut rng = key.child(image as u64).rng();
        index::sample(&mut rng, positions, per_image.min(positions)).into_vec()
    };
    (0..images).map(draw).collect()
}

/// The input values that output `position` (row-major) of a layer looks at, one per im2col row over all channel groups:
/// `(p * kh + ky) * kw + kx`. Padding is 0; `line` holds zeros before the call.
pub fn window(g: &Geometry, image: &Tensor, position: usize, mut line: ArrayViewMut1<'_, f32>) {
    if g.is_gemm {
        line.iter_mut().zip(image).for_each(|(to, &x)| *to = x);
        return;
    }
    let (y, x) = (position / g.output.w, position % g.output.w);
    let mut column = 0;
    for p in 0..g.input.c {
        for ky in 0..g.kernel[0] {
            // Above or left of the image the subtraction wraps to a huge number, which is outside as well.
            let iy = (y * g.stride[0] + ky * g.dilation[0]).wrapping_sub(g.pad[0]);
            for kx in 0..g.kernel[1] {
                let ix = (x * g.stride[1] + kx * g.dilation[1]).wrapping_sub(g.pad[1]);
                if iy < g.input.h && ix < g.input.w {
                    line[column] = image[[p, iy, ix]];
                }
                column += 1;
            }
        }
    }
}
