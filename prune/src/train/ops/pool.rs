//! Pooling over windows. Global pools are windows as large as the image.

use crate::train::real::Real;
use crosscut_traces::{Pool, PoolKind, Shape};
use std::ops::Range;

/// Along one axis: the cells of each window inside the image, and how many count as a mean's divisor.
fn windows(p: &Pool, axis: usize, n: usize, outputs: usize) -> Vec<(Range<usize>, usize)> {
    let (pad, after) = (p.pad[axis], p.pad[axis + 2]);
    let window = |o: usize| {
        let start = o * p.stride[axis];
        let end = start + p.kernel[axis];
        let inside = start.max(pad) - pad..end.clamp(pad, n + pad) - pad;
        // A window may hang over the end padding (ceil mode); what hangs over does not count as padding.
        let counted = match p.kind {
            PoolKind::AverageWithPad => end.min(n + pad + after) - start,
            _ => inside.len(),
        };
        (inside, counted)
    };
    (0..outputs).map(window).collect()
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
    let rows = windows(p, 0, input.h, output.h);
    let columns = windows(p, 1, input.w, output.w);
    for (i, (x, y)) in x.chunks_exact(from).zip(y.chunks_exact_mut(to)).enumerate() {
        let mut at = 0;
        for (ys, h) in &rows {
            for (xs, w) in &columns {
                let first = ys.start * input.w + xs.start;
                if p.kind == PoolKind::Max {
                    let (mut best, mut place) = (x[first], first);
                    for iy in ys.clone() {
                        let row = iy * input.w;
                        for (&v, at) in x[row..][xs.clone()].iter().zip(row + xs.start..) {
                            if v > best {
                                (best, place) = (v, at);
                            }
                        }
                    }
                    y[at] = best;
                    chosen[i * to + at] = place as u32;
                } else {
                    let mut total = T::zero();
                    for iy in ys.clone() {
                        let row = &x[iy * input.w..][xs.clone()];
                        row.iter().for_each(|&v| total += v);
                    }
                    y[at] = total / T::of((h * w) as f64);
                }
                at += 1;
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
    let rows = windows(p, 0, input.h, output.h);
    let columns = windows(p, 1, input.w, output.w);
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
        let mut dy = dy.iter();
        for (ys, h) in &rows {
            for ((xs, w), &d) in columns.iter().zip(&mut dy) {
                let share = d / T::of((h * w) as f64);
                for iy in ys.clone() {
                    let row = &mut dx[iy * input.w..][xs.clone()];
                    row.iter_mut().for_each(|d| *d += share);
                }
            }
        }
    }
}
