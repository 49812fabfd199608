//! Weight gradients of convolutions: partial sums over fixed parts of the batch, then added in order.

use super::chunk::{Chunk, Scratch};
use super::ops::conv;
use super::params::Params;
use super::plan::{Kind, Plan};
use super::real::Real;
use rayon::prelude::*;

/// Bytes of partial sums one layer may take.
const BYTES: usize = 64 << 20;

/// Values that are added by one thread at a time.
const VALUES: usize = 1 << 14;

/// Partial gradients, shared by all layers.
#[derive(Debug, Clone, Default)]
pub struct Partials<T>(Vec<Vec<T>>);

/// Parts of a batch of `chunks` chunks for a layer of `values` values: a fixed number, so that sums do not depend on
/// the threads.
fn parts<T>(values: usize, chunks: usize) -> usize {
    (BYTES / (values * size_of::<T>()).max(1)).clamp(1, chunks.max(1))
}

impl<T: Real> Partials<T> {
    /// For all convolutions of a plan.
    pub fn new(plan: &Plan<T>, params: &Params<T>, chunks: usize) -> Partials<T> {
        let mut sizes = vec![0; chunks];
        for node in &plan.nodes {
            if let Kind::Conv { weight, bias, .. } = node.kind {
                let len = |p: usize| params.all[p].value.len();
                let values = len(weight) + node.shape.c;
                debug_assert!(bias.is_none_or(|b| len(b) == node.shape.c));
                for size in &mut sizes[..parts::<T>(values, chunks)] {
                    *size = values.max(*size);
                }
            }
        }
        Partials(sizes.into_iter().map(|s| vec![T::zero(); s]).collect())
    }

    /// Bytes.
    pub fn bytes(&self) -> usize {
        self.0.iter().map(Vec::len).sum::<usize>() * size_of::<T>()
    }

    /// Gradients of weight and bias of convolution node `i`.
    pub fn weights_of(
        &mut self,
        plan: &Plan<T>,
        i: usize,
        params: &mut Params<T>,
        chunks: &[Chunk<T>],
        scratch: &Scratch<T>,
    ) {
        let node = &plan.nodes[i];
        let Kind::Conv {
            geometry,
            weight,
            bias,
        } = &node.kind
        else {
            return;
        };
        let used: Vec<&Chunk<T>> = chunks.iter().filter(|c| c.n > 0).collect();
        let len = params.all[*weight].value.len();
        let values = len + node.shape.c;
        let count = parts::<T>(values, chunks.len());
        let of_part = used.len().div_ceil(count);
        let count = used.len().div_ceil(of_part);
        let operand = &plan.nodes[node.inputs[0]];
        let partials = &mut self.0[..count];
        partials
            .par_iter_mut()
            .zip(used.par_chunks(of_part))
            .for_each(|(partial, chunks)| {
                let (dw, db) = partial[..values].split_at_mut(len);
                for (k, chunk) in chunks.iter().enumerate() {
                    let x = &chunk.acts[operand.slot];
                    let dy = &chunk.gradients[node.gradient][..node.shape.len() * chunk.n];
                    let into = (&mut *dw, &mut *db);
                    let mut scratch = scratch.get();
                    conv::backward_weights(geometry, x, dy, chunk.n, k == 0, into, &mut scratch);
                }
            });
        let partials = &self.0[..count];
        let total = |into: &mut [T], at: usize| {
            into.par_chunks_mut(VALUES)
                .enumerate()
                .for_each(|(b, into)| {
                    let from = at + b * VALUES;
                    into.copy_from_slice(&partials[0][from..from + into.len()]);
                    for partial in &partials[1..] {
                        for (d, &v) in into.iter_mut().zip(&partial[from..]) {
                            *d += v;
                        }
                    }
                });
        };
        total(&mut params.all[*weight].gradient, 0);
        if let Some(b) = *bias {
            total(&mut params.all[b].gradient, len);
        }
    }
}
