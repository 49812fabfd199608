//! Fully connected layers run over the whole batch: their weights are large and used once per image.

use super::chunk::{Chunk, Scratch};
use super::ops::moves::place;
use super::params::Params;
use super::plan::{Kind, Plan};
use super::real::{Real, matrix, matrix_mut, multiply};
use rayon::prelude::*;

/// Outputs per matrix product.
const OUTPUTS: usize = 64;

/// Inputs and outputs of one layer for a whole batch.
#[derive(Debug, Clone, Default)]
pub struct DenseBuffers<T> {
    /// Images x inputs.
    x: Vec<T>,
    /// Outputs x images: results, then their gradients.
    y: Vec<T>,
}

impl<T: Real> DenseBuffers<T> {
    /// For batches of up to `batch` images; empty for nodes of other kinds.
    pub fn new(kind: &Kind<T>, batch: usize) -> DenseBuffers<T> {
        match kind {
            Kind::Dense {
                inputs, outputs, ..
            } => DenseBuffers {
                x: vec![T::zero(); inputs * batch],
                y: vec![T::zero(); outputs * batch],
            },
            _ => DenseBuffers {
                x: Vec::new(),
                y: Vec::new(),
            },
        }
    }

    /// Bytes.
    pub fn bytes(&self) -> usize {
        (self.x.len() + self.y.len()) * size_of::<T>()
    }
}

/// Forward of dense node `i` on a batch of `batch` images.
pub fn forward<T: Real>(
    plan: &Plan<T>,
    i: usize,
    params: &Params<T>,
    chunks: &mut [Chunk<T>],
    buffers: &mut DenseBuffers<T>,
    batch: usize,
) {
    let node = &plan.nodes[i];
    let Kind::Dense {
        inputs,
        outputs,
        weight,
        bias,
    } = node.kind
    else {
        return;
    };
    let operand = &plan.nodes[node.inputs[0]];
    let x = &mut buffers.x[..inputs * batch];
    let capacity = chunks[0].n.max(1);
    x.par_chunks_mut(capacity * inputs)
        .zip(chunks.par_iter())
        .for_each(|(x, chunk)| {
            let values = &chunk.acts[operand.slot];
            for (i, x) in x.chunks_exact_mut(inputs).enumerate() {
                for (e, x) in x.iter_mut().enumerate() {
                    *x = values[place(e, i, chunk.n, operand.shape)];
                }
            }
        });
    let (x, w) = (&*x, params.all[weight].used());
    let bias = bias.map(|b| params.all[b].used());
    let y = &mut buffers.y[..outputs * batch];
    y.par_chunks_mut(OUTPUTS * batch)
        .enumerate()
        .for_each(|(block, y)| {
            let rows = y.len() / batch;
            let w = matrix(&w[block * OUTPUTS * inputs..], rows, inputs, inputs);
            let x = matrix(x, batch, inputs, inputs).reversed_axes();
            multiply(w, x, false, matrix_mut(y, rows, batch, batch));
            for (o, y) in y.chunks_exact_mut(batch).enumerate() {
                let b = bias.map_or(T::zero(), |b| b[block * OUTPUTS + o]);
                y.iter_mut().for_each(|v| *v += b);
            }
        });
    let y = &*y;
    chunks.par_iter_mut().for_each(|chunk| {
        let (first, n) = (chunk.first, chunk.n);
        let to = chunk.acts[node.slot].chunks_exact_mut(n.max(1));
        for (to, y) in to.zip(y.chunks_exact(batch)).take(outputs * n.min(1)) {
            to.copy_from_slice(&y[first..first + n]);
        }
    });
}

/// Backward of dense node `i`: gradients of its parameters and of its operand.
pub fn backward<T: Real>(
    plan: &Plan<T>,
    i: usize,
    params: &mut Params<T>,
    chunks: &mut [Chunk<T>],
    buffers: &mut DenseBuffers<T>,
    scratch: &Scratch<T>,
    batch: usize,
) {
    let node = &plan.nodes[i];
    let Kind::Dense {
        inputs,
        outputs,
        weight,
        bias,
    } = node.kind
    else {
        return;
    };
    let operand = &plan.nodes[node.inputs[0]];
    let dy = &mut buffers.y[..outputs * batch];
    dy.par_chunks_mut(batch).enumerate().for_each(|(o, dy)| {
        for chunk in chunks.iter().filter(|c| c.n > 0) {
            let from = &chunk.gradients[node.gradient][o * chunk.n..][..chunk.n];
            dy[chunk.first..chunk.first + chunk.n].copy_from_slice(from);
        }
    });
    let (x, dy) = (&buffers.x[..inputs * batch], &*dy);
    let gradient = &mut params.all[weight].gradient;
    gradient
        .par_chunks_mut(OUTPUTS * inputs)
        .enumerate()
        .for_each(|(block, dw)| {
            let rows = dw.len() / inputs;
            let dy = matrix(&dy[block * OUTPUTS * batch..], rows, batch, batch);
            let x = matrix(x, batch, inputs, inputs);
            multiply(dy, x, false, matrix_mut(dw, rows, inputs, inputs));
        });
    if let Some(b) = bias {
        let sums = dy.chunks_exact(batch);
        let sums = sums.map(|dy| dy.iter().fold(T::zero(), |t, &d| t + d));
        for (db, total) in params.all[b].gradient.iter_mut().zip(sums) {
            *db = total;
        }
    }
    if !operand.learns {
        return;
    }
    let w = params.all[weight].used();
    chunks.par_iter_mut().filter(|c| c.n > 0).for_each(|chunk| {
        let n = chunk.n;
        let mut scratch = scratch.get();
        let dy = matrix(&dy[chunk.first..], outputs, n, batch).reversed_axes();
        let w = matrix(w, outputs, inputs, inputs);
        multiply(dy, w, false, matrix_mut(&mut scratch, n, inputs, inputs));
        let dx = &mut chunk.gradients[operand.gradient];
        for i in 0..n {
            for (e, &d) in scratch[i * inputs..][..inputs].iter().enumerate() {
                let p = place(e, i, n, operand.shape);
                dx[p] = if node.adds[0] { dx[p] + d } else { d };
            }
        }
    });
}
