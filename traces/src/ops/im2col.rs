//! Input windows as matrix rows.

use crate::layer::Conv;
use ndarray::{Array2, ArrayView3};

/// Window geometry of a convolution.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    /// Kernel (vertical, horizontal).
    pub kernel: [usize; 2],
    /// Stride.
    pub stride: [usize; 2],
    /// Dilation.
    pub dilation: [usize; 2],
    /// Padding: top, left, bottom, right.
    pub pad: [usize; 4],
}

impl Window {
    /// Window of a convolution layer.
    pub fn of(c: &Conv) -> Window {
        let shape = c.weight.shape();
        Window {
            kernel: [shape[2], shape[3]],
            stride: c.stride,
            dilation: c.dilation,
            pad: c.pad,
        }
    }

    /// Output size on an input of `h x w`.
    pub fn output(&self, h: usize, w: usize) -> (usize, usize) {
        let along = |n: usize, a: usize| {
            (n + self.pad[a] + self.pad[a + 2] - self.dilation[a] * (self.kernel[a] - 1) - 1)
                / self.stride[a]
                + 1
        };
        (along(h, 0), along(w, 1))
    }
}

/// Patches of `channels` of the input: one row per output position (row-major), columns
/// `(p * kh + ky) * kw + kx` with `p` counted from the first channel of the range. Padding is `T::default()`.
pub fn patches<T: Copy + Default>(
    input: ArrayView3<'_, T>,
    window: &Window,
    channels: std::ops::Range<usize>,
) -> Array2<T> {
    let (_, h, w) = input.dim();
    let (oh, ow) = window.output(h, w);
    let [kh, kw] = window.kernel;
    let taps = kh * kw;
    let k = channels.len() * taps;
    let mut out = Array2::default((oh * ow, k));
    let data = out.as_slice_mut().expect("fresh arrays are contiguous");
    let input = input.as_standard_layout();
    let values = input.as_slice().expect("standard layout");
    // Where a window lies inside the input, its values are at fixed distances from its corner.
    let mut offsets = Vec::with_capacity(k);
    for channel in channels.clone() {
        for ky in 0..kh {
            for kx in 0..kw {
                offsets.push((channel * h + ky * window.dilation[0]) * w + kx * window.dilation[1]);
            }
        }
    }
    let reach = |a: usize| (window.kernel[a] - 1) * window.dilation[a];
    for y in 0..oh {
        let top = (y * window.stride[0]).wrapping_sub(window.pad[0]);
        let inside_y = top < h && top + reach(0) < h;
        for x in 0..ow {
            let row = &mut data[(y * ow + x) * k..][..k];
            let left = (x * window.stride[1]).wrapping_sub(window.pad[1]);
            if inside_y && left < w && left + reach(1) < w {
                let corner = &values[top * w + left..];
                for (to, &offset) in row.iter_mut().zip(&offsets) {
                    *to = corner[offset];
                }
                continue;
            }
            for (p, channel) in channels.clone().enumerate() {
                for ky in 0..kh {
                    let iy = top.wrapping_add(ky * window.dilation[0]);
                    if iy >= h {
                        continue;
                    }
                    for kx in 0..kw {
                        let ix = left.wrapping_add(kx * window.dilation[1]);
                        if ix < w {
                            row[p * taps + ky * kw + kx] = input[[channel, iy, ix]];
                        }
                    }
                }
            }
        }
    }
    out
}
