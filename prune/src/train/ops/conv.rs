//! Convolution: one matrix product per block of output positions and channel group.

use super::columns::Geometry;
use crate::train::real::{Real, matrix, matrix_mut, multiply, sum};

/// Values of a patch matrix that stay near the core: larger blocks spill, smaller ones pack weights too often.
const PATCH_VALUES: usize = 1 << 19;

/// Output positions per matrix product.
pub fn block_columns(g: &Geometry) -> usize {
    (PATCH_VALUES / g.k().max(1)).clamp(128, 1024)
}

/// Values of scratch a chunk of `n` images needs.
pub fn scratch(g: &Geometry, n: usize) -> usize {
    g.k() * g.most_columns(n, block_columns(g))
}

/// y = w x + b.
pub fn forward<T: Real>(
    g: &Geometry,
    w: &[T],
    bias: Option<&[T]>,
    x: &[T],
    n: usize,
    y: &mut [T],
    scratch: &mut [T],
) {
    let (k, plane) = (g.k(), g.output.h * g.output.w);
    let qg = g.output.c / g.groups;
    for block in g.blocks(n, block_columns(g)) {
        let columns = g.columns(&block);
        let at = block.images.start * plane + block.rows.start * g.output.w;
        for group in 0..g.groups {
            let w = matrix(&w[group * qg * k..], qg, k, k);
            let y = matrix_mut(
                &mut y[group * qg * n * plane + at..],
                qg,
                columns,
                n * plane,
            );
            if g.is_pointwise() {
                let x = matrix(&x[group * k * n * plane + at..], k, columns, n * plane);
                multiply(w, x, false, y);
            } else {
                g.gather(x, n, group, &block, scratch);
                multiply(w, matrix(scratch, k, columns, columns), false, y);
            }
        }
    }
    for (y, &b) in y
        .chunks_exact_mut(n * plane)
        .zip(bias.into_iter().flatten())
    {
        y.iter_mut().for_each(|v| *v += b);
    }
}

/// Adds the gradients of weights and bias to `dw` and `db`; `first` overwrites instead.
pub fn backward_weights<T: Real>(
    g: &Geometry,
    x: &[T],
    dy: &[T],
    n: usize,
    first: bool,
    (dw, db): (&mut [T], &mut [T]),
    scratch: &mut [T],
) {
    let (k, plane) = (g.k(), g.output.h * g.output.w);
    let qg = g.output.c / g.groups;
    for (b, block) in g.blocks(n, block_columns(g)).into_iter().enumerate() {
        let columns = g.columns(&block);
        let at = block.images.start * plane + block.rows.start * g.output.w;
        for group in 0..g.groups {
            let dy = matrix(&dy[group * qg * n * plane + at..], qg, columns, n * plane);
            let dw = matrix_mut(&mut dw[group * qg * k..], qg, k, k);
            let add = !(first && b == 0);
            if g.is_pointwise() {
                let x = matrix(&x[group * k * n * plane + at..], k, columns, n * plane);
                multiply(dy, x.reversed_axes(), add, dw);
            } else {
                g.gather(x, n, group, &block, scratch);
                let x = matrix(scratch, k, columns, columns);
                multiply(dy, x.reversed_axes(), add, dw);
            }
        }
    }
    for (dy, db) in dy.chunks_exact(n * plane).zip(db) {
        let total = sum(dy.len(), |i| dy[i]);
        *db = if first { total } else { *db + total };
    }
}

/// Gradient of the input; `add` adds it to what is there.
pub fn backward_input<T: Real>(
    g: &Geometry,
    w: &[T],
    dy: &[T],
    n: usize,
    add: bool,
    dx: &mut [T],
    scratch: &mut [T],
) {
    let (k, plane) = (g.k(), g.output.h * g.output.w);
    let qg = g.output.c / g.groups;
    if !add && !g.is_pointwise() {
        dx.fill(T::zero());
    }
    for block in g.blocks(n, block_columns(g)) {
        let columns = g.columns(&block);
        let at = block.images.start * plane + block.rows.start * g.output.w;
        for group in 0..g.groups {
            let w = matrix(&w[group * qg * k..], qg, k, k).reversed_axes();
            let dy = matrix(&dy[group * qg * n * plane + at..], qg, columns, n * plane);
            if g.is_pointwise() {
                let dx = matrix_mut(&mut dx[group * k * n * plane + at..], k, columns, n * plane);
                multiply(w, dy, add, dx);
            } else {
                multiply(w, dy, false, matrix_mut(scratch, k, columns, columns));
                g.scatter(scratch, n, group, &block, dx);
            }
        }
    }
}
