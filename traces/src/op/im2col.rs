//! Input windows as matrix rows.

use crate::shape::Tensor;
use ndarray::{Array1, Array2, ArrayView3, Axis};

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

/// Values copied at once, and by how many the input is longer than it need be so that the last may be.
const TOGETHER: usize = 4;

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
    let k = channels.len() * kh * kw;
    let (values, [h, w]) = padded(input, window.pad, channels.clone());
    // Lines of a window lie at fixed distances from its corner.
    let mut lines = Vec::with_capacity(channels.len() * kh);
    for channel in 0..channels.len() {
        for ky in 0..kh {
            lines.push((channel * h + ky * window.dilation[0]) * w);
        }
    }
    let mut out = Array2::default((oh * ow, k));
    let data = out.as_slice_mut().expect("fresh arrays are contiguous");
    for (position, row) in data.chunks_exact_mut(k.max(1)).enumerate() {
        let (y, x) = (position / ow, position % ow);
        let corner = &values[y * window.stride[0] * w + x * window.stride[1]..];
        if window.dilation[1] != 1 || kw == 1 {
            for (to, &line) in row.chunks_exact_mut(kw).zip(&lines) {
                let from = corner[line..].iter().step_by(window.dilation[1]);
                to.iter_mut().zip(from).for_each(|(to, &from)| *to = from);
            }
        } else {
            copy_lines(corner, &lines, kw, row);
        }
    }
    out
}

/// Channels with their padding, their height and width.
fn padded<T: Copy + Default>(
    input: ArrayView3<'_, T>,
    [top, left, bottom, right]: [usize; 4],
    channels: std::ops::Range<usize>,
) -> (Vec<T>, [usize; 2]) {
    let (_, h, w) = input.dim();
    let (height, width) = (h + top + bottom, w + left + right);
    let mut values = vec![T::default(); channels.len() * height * width + TOGETHER];
    let input = input.as_standard_layout();
    for (to, channel) in values
        .chunks_exact_mut((height * width).max(1))
        .zip(channels)
    {
        let lines = to.chunks_exact_mut(width).skip(top);
        for (to, from) in lines.zip(input.index_axis(Axis(0), channel).rows()) {
            to[left..][..w].copy_from_slice(from.as_slice().expect("standard layout"));
        }
    }
    (values, [height, width])
}

/// Copies the lines of a window, `kw` neighbouring values from each of `lines` on. Short ones are copied as whole vectors,
/// each over the surplus of the one before, until the row has no room for a surplus.
#[inline(always)]
fn copy_lines<T: Copy>(corner: &[T], lines: &[usize], kw: usize, row: &mut [T]) {
    let whole = if kw <= TOGETHER {
        lines.len().saturating_sub(TOGETHER.div_ceil(kw))
    } else {
        0
    };
    let mut at = 0;
    for &line in &lines[..whole] {
        let vector: [T; TOGETHER] = corner[line..line + TOGETHER].try_into().expect("as many");
        row[at..at + TOGETHER].copy_from_slice(&vector);
        at += kw;
    }
    for &line in &lines[whole..] {
        let from = corner[line..line + kw].iter();
        row[at..at + kw]
            .iter_mut()
            .zip(from)
            .for_each(|(to, &from)| *to = from);
        at += kw;
    }
}

/// Adds a bias per channel, if there is one.
pub(super) fn add_bias(out: &mut Tensor, bias: Option<&Array1<f32>>) {
    if let Some(bias) = bias {
        for (mut channel, &b) in out.axis_iter_mut(Axis(0)).zip(bias) {
            channel += b;
        }
    }
}
