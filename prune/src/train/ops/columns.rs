//! Patches as matrix columns (im2col) and back, on activations laid out channel x image x row x column.

use crate::train::real::Real;
use crosscut_traces::Conv;
use crosscut_traces::Shape;
use std::ops::Range;

/// Geometry of a convolution.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Geometry {
    /// Input.
    pub input: Shape,
    /// Output.
    pub output: Shape,
    /// Kernel (vertical, horizontal).
    pub kernel: [usize; 2],
    /// Stride.
    pub stride: [usize; 2],
    /// Dilation.
    pub dilation: [usize; 2],
    /// Padding: top, left, bottom, right.
    pub pad: [usize; 4],
    /// Channel groups.
    pub groups: usize,
}

/// Output positions handled by one matrix product: some images whole, or some rows of one image.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block {
    /// Images within the chunk.
    pub images: Range<usize>,
    /// Output rows.
    pub rows: Range<usize>,
}

impl Geometry {
    /// Of a layer.
    pub fn of(c: &Conv, input: Shape, output: Shape) -> Geometry {
        let shape = c.weight.shape();
        Geometry {
            input,
            output,
            kernel: [shape[2], shape[3]],
            stride: c.stride,
            dilation: c.dilation,
            pad: c.pad,
            groups: c.groups,
        }
    }

    /// Matrix rows of one channel group.
    pub fn k(&self) -> usize {
        self.input.c / self.groups * self.kernel[0] * self.kernel[1]
    }

    /// Whether patches are the input as it is.
    pub fn is_pointwise(&self) -> bool {
        self.kernel == [1, 1] && self.stride == [1, 1] && self.pad == [0; 4]
    }

    /// Output columns of a block.
    pub fn columns(&self, block: &Block) -> usize {
        block.images.len() * block.rows.len() * self.output.w
    }

    /// Blocks of a chunk of `n` images, about `most` output positions each.
    pub fn blocks(&self, n: usize, most: usize) -> Vec<Block> {
        let (h, w) = (self.output.h, self.output.w);
        let mut blocks = Vec::new();
        if h * w <= most {
            let step = (most / (h * w)).max(1);
            for i in (0..n).step_by(step) {
                blocks.push(Block {
                    images: i..(i + step).min(n),
                    rows: 0..h,
                });
            }
        } else {
            let step = (most / w).max(1);
            for i in 0..n {
                for y in (0..h).step_by(step) {
                    blocks.push(Block {
                        images: i..i + 1,
                        rows: y..(y + step).min(h),
                    });
                }
            }
        }
        blocks
    }

    /// Largest number of columns of any block.
    pub fn most_columns(&self, n: usize, most: usize) -> usize {
        let blocks = self.blocks(n, most);
        blocks.iter().map(|b| self.columns(b)).max().unwrap_or(0)
    }

    /// Outputs along an axis whose tap `k` falls inside the image.
    fn inside(&self, axis: usize, k: usize) -> Range<usize> {
        let (n, out) = match axis {
            0 => (self.input.h, self.output.h),
            _ => (self.input.w, self.output.w),
        };
        let (at, pad, stride) = (k * self.dilation[axis], self.pad[axis], self.stride[axis]);
        let first = pad.saturating_sub(at).div_ceil(stride).min(out);
        let end = (n + pad).saturating_sub(at).div_ceil(stride).min(out);
        first..end.max(first)
    }

    /// Whether a tap moves whole planes: outputs as wide as inputs, side by side.
    fn moves_planes(&self) -> bool {
        self.stride == [1, 1] && self.output.w == self.input.w
    }

    /// For a tap of a plane-moving geometry: the outputs of a block (counted from its first row) that lie in the
    /// image, and the first input they read.
    fn plane(&self, block: &Block, ky: usize, kx: usize) -> (Range<usize>, usize) {
        let w = self.output.w;
        let ys = self.inside(0, ky);
        let (y0, y1) = (
            ys.start.clamp(block.rows.start, block.rows.end),
            ys.end.clamp(block.rows.start, block.rows.end),
        );
        // Source of output (y, x) is (y + dy) w + x + dx; cells beyond the plane's ends are padding anyway.
        let down = (ky * self.dilation[0]) as isize - self.pad[0] as isize;
        let right = (kx * self.dilation[1]) as isize - self.pad[1] as isize;
        let off = down * w as isize + right;
        let start = ((y0 * w) as isize).max(-off);
        let end = ((y1 * w) as isize).min((self.input.h * w) as isize - off);
        if y0 >= y1 || start >= end {
            return (0..0, 0);
        }
        let base = (block.rows.start * w) as isize;
        let range = (start - base) as usize..(end - base) as usize;
        (range, (start + off) as usize)
    }

    /// Fills `out`, K x columns, with the patches of the channels of group `g`. `x` holds `n` images.
    pub fn gather<T: Real>(&self, x: &[T], n: usize, g: usize, block: &Block, out: &mut [T]) {
        let columns = self.columns(block);
        self.taps(g, |row, channel, ky, kx| {
            let out = &mut out[row * columns..][..columns];
            let xs = self.inside(1, kx);
            let (per_image, w) = (block.rows.len() * self.output.w, self.output.w);
            for (i, image) in block.images.clone().enumerate() {
                let plane = &x[(channel * n + image) * self.input.h * self.input.w..]
                    [..self.input.h * self.input.w];
                let out = &mut out[i * per_image..][..per_image];
                if self.moves_planes() {
                    let (range, from) = self.plane(block, ky, kx);
                    out[..range.start].fill(T::zero());
                    out[range.end..].fill(T::zero());
                    let len = range.len();
                    out[range].copy_from_slice(&plane[from..from + len]);
                    clear_sides(out, w, &xs);
                } else {
                    self.gather_rows(plane, block, ky, kx, &xs, out);
                }
            }
        });
    }

    fn gather_rows<T: Real>(
        &self,
        plane: &[T],
        block: &Block,
        ky: usize,
        kx: usize,
        xs: &Range<usize>,
        out: &mut [T],
    ) {
        let ys = self.inside(0, ky);
        for (y, out) in block.rows.clone().zip(out.chunks_exact_mut(self.output.w)) {
            out.fill(T::zero());
            if !ys.contains(&y) || xs.is_empty() {
                continue;
            }
            let iy = y * self.stride[0] + ky * self.dilation[0] - self.pad[0];
            let row = &plane[iy * self.input.w..][..self.input.w];
            let first = xs.start * self.stride[1] + kx * self.dilation[1] - self.pad[1];
            let from = row[first..].iter().step_by(self.stride[1]);
            for (o, &v) in out[xs.clone()].iter_mut().zip(from) {
                *o = v;
            }
        }
    }

    /// Adds gradients of patches, K x columns, to the gradients `dx` of the input. Cells of `columns` that are padding
    /// are cleared on the way.
    pub fn scatter<T: Real>(
        &self,
        patches: &mut [T],
        n: usize,
        g: usize,
        block: &Block,
        dx: &mut [T],
    ) {
        let columns = self.columns(block);
        self.taps(g, |row, channel, ky, kx| {
            let from = &mut patches[row * columns..][..columns];
            let xs = self.inside(1, kx);
            let (per_image, w) = (block.rows.len() * self.output.w, self.output.w);
            for (i, image) in block.images.clone().enumerate() {
                let plane = &mut dx[(channel * n + image) * self.input.h * self.input.w..]
                    [..self.input.h * self.input.w];
                let from = &mut from[i * per_image..][..per_image];
                if self.moves_planes() {
                    clear_sides(from, w, &xs);
                    let (range, to) = self.plane(block, ky, kx);
                    let len = range.len();
                    for (d, &v) in plane[to..to + len].iter_mut().zip(&from[range]) {
                        *d += v;
                    }
                } else {
                    self.scatter_rows(from, block, ky, kx, &xs, plane);
                }
            }
        });
    }

    fn scatter_rows<T: Real>(
        &self,
        from: &[T],
        block: &Block,
        ky: usize,
        kx: usize,
        xs: &Range<usize>,
        plane: &mut [T],
    ) {
        let ys = self.inside(0, ky);
        for (y, from) in block.rows.clone().zip(from.chunks_exact(self.output.w)) {
            if !ys.contains(&y) || xs.is_empty() {
                continue;
            }
            let iy = y * self.stride[0] + ky * self.dilation[0] - self.pad[0];
            let row = &mut plane[iy * self.input.w..][..self.input.w];
            let first = xs.start * self.stride[1] + kx * self.dilation[1] - self.pad[1];
            let to = row[first..].iter_mut().step_by(self.stride[1]);
            for (d, &v) in to.zip(&from[xs.clone()]) {
                *d += v;
            }
        }
    }

    /// Visits every matrix row of a group: row, input channel, tap.
    fn taps(&self, g: usize, mut visit: impl FnMut(usize, usize, usize, usize)) {
        let channels = self.input.c / self.groups;
        let mut row = 0;
        for channel in g * channels..(g + 1) * channels {
            for ky in 0..self.kernel[0] {
                for kx in 0..self.kernel[1] {
                    visit(row, channel, ky, kx);
                    row += 1;
                }
            }
        }
    }
}

/// Zeroes what lies outside `xs` in every row of `w` values.
fn clear_sides<T: Real>(rows: &mut [T], w: usize, xs: &Range<usize>) {
    if *xs == (0..w) {
        return;
    }
    for row in rows.chunks_exact_mut(w) {
        row[..xs.start].fill(T::zero());
        row[xs.end..].fill(T::zero());
    }
}
