//! Pooling over windows. Global pools are windows as large as the image.

use crate::train::real::Real;
use crosscut_traces::{Pool, PoolKind, Shape};

/// A window's cells inside the image, and what its sum is divided by.
struct Cells {
    y: std::ops::Range<usize>,
    x: std::ops::Range<usize>,
    divisor: usize,
}

fn cells(p: &Pool, input: Shape, oy: usize, ox: usize) -> Cells {
    let along = |o: usize, axis: usize, n: usize| {
        let start = o * p.stride[axis];
        let end = start + p.kernel[axis];
        let pad = p.pad[axis];
        // A window may hang over the end padding (ceil mode); what hangs over does not count as padding.
        let padded = end.min(n + pad + p.pad[axis + 2]) - start;
        let inside = start.max(pad) - pad..end.clamp(pad, n + pad) - pad;
        (inside, padded)
    };
    let (y, h) = along(oy, 0, input.h);
    let (x, w) = along(ox, 1, input.w);
    let divisor = match p.kind {
        PoolKind::AverageWithPad => h * w,
        _ => y.len() * x.len(),
    };
    Cells { y, x, divisor }
}

/// Forward over `n` images per channel. `chosen` gets the place of the maximum in its plane (max pooling).
pub fn forward<T: Real>(
    p: &Pool,
    (input, output): (Shape, Shape),
    x: &[T],
    y: &mut [T],
    chosen: &mut [u32],
) {
    let (from, to) = (input.h * input.w, output.h * output.w);
    for (i, (x, y)) in x.chunks_exact(from).zip(y.chunks_exact_mut(to)).enumerate() {
        for oy in 0..output.h {
            for ox in 0..output.w {
                let c = cells(p, input, oy, ox);
                let at = oy * output.w + ox;
                if p.kind == PoolKind::Max {
                    let (mut best, mut place) = (
                        x[c.y.start * input.w + c.x.start],
                        c.y.start * input.w + c.x.start,
                    );
                    for iy in c.y.clone() {
                        for ix in c.x.clone() {
                            let v = x[iy * input.w + ix];
                            if v > best {
                                (best, place) = (v, iy * input.w + ix);
                            }
                        }
                    }
                    y[at] = best;
                    chosen[i * to + at] = place as u32;
                } else {
                    let mut total = T::zero();
                    for iy in c.y.clone() {
                        for ix in c.x.clone() {
                            total += x[iy * input.w + ix];
                        }
                    }
                    y[at] = total / T::of(c.divisor as f64);
                }
            }
        }
    }
}

/// Adds the gradient of the input to `dx`.
pub fn backward<T: Real>(
    p: &Pool,
    (input, output): (Shape, Shape),
    dy: &[T],
    dx: &mut [T],
    chosen: &[u32],
) {
    let (from, to) = (input.h * input.w, output.h * output.w);
    for (i, (dx, dy)) in dx
        .chunks_exact_mut(from)
        .zip(dy.chunks_exact(to))
        .enumerate()
    {
        if p.kind == PoolKind::Max {
            for (&place, &d) in chosen[i * to..][..to].iter().zip(dy) {
                dx[place as usize] += d;
            }
            continue;
        }
        for oy in 0..output.h {
            for ox in 0..output.w {
                let c = cells(p, input, oy, ox);
                let share = dy[oy * output.w + ox] / T::of(c.divisor as f64);
                for iy in c.y.clone() {
                    for ix in c.x.clone() {
                        dx[iy * input.w + ix] += share;
                    }
                }
            }
        }
    }
}
