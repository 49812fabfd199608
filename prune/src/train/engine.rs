//! One forward and one backward pass over a batch.

use super::chunk::{CHUNKS, Chunk, Scratch};
use super::dense::{self, DenseBuffers};
use super::error::TrainError;
use super::loss::{Score, cross_entropy};
use super::node::{self, Mode};
use super::ops::norm::{Moments, Slope};
use super::options::{BatchNorm, TrainOptions};
use super::params::{Norm, Param, Params};
use super::plan::{self, Kind, Plan};
use super::real::Real;
use super::reduce::Partials;
use crosscut_traces::{Network, Shape};
use rayon::prelude::*;
use std::ops::Range;

/// Share of a batch's statistics in the running ones after it.
const MOMENTUM: f64 = 0.1;

/// Shown the number of a batch norm and the moments of its input by channel.
pub type Seen<'a> = &'a mut dyn FnMut(usize, &[Moments]);

/// A network with everything needed to run batches through it.
#[derive(Debug)]
pub struct Engine<T> {
    /// Nodes.
    pub plan: Plan<T>,
    /// Parameters.
    pub params: Params<T>,
    chunks: Vec<Chunk<T>>,
    scratch: Scratch<T>,
    partials: Partials<T>,
    dense: Vec<DenseBuffers<T>>,
    slopes: Vec<Slope<T>>,
    batch_norm: BatchNorm,
    smoothing: f64,
    capacity: usize,
    images: usize,
}

impl<T: Real> Engine<T> {
    /// For batches of up to `options.batch` images.
    ///
    /// # Errors
    /// If there is nothing to train.
    pub fn new(net: &Network, options: &TrainOptions) -> Result<Engine<T>, TrainError> {
        let (plan, params) = plan::build(net, options)?;
        let capacity = options.batch.div_ceil(CHUNKS);
        let chunks = Chunk::all(&plan, options.batch);
        let dense = plan.nodes.iter();
        let dense = dense.map(|n| DenseBuffers::new(&n.kind, options.batch));
        Ok(Engine {
            scratch: Scratch::new(&plan, capacity),
            partials: Partials::new(&plan, &params, chunks.len()),
            dense: dense.collect(),
            slopes: Vec::new(),
            batch_norm: options.batch_norm,
            smoothing: options.label_smoothing,
            capacity,
            images: 0,
            chunks,
            plan,
            params,
        })
    }

    /// Bytes of buffers and parameters (value, gradient, momentum).
    pub fn bytes(&self) -> usize {
        self.chunks.iter().map(Chunk::bytes).sum::<usize>()
            + self.dense.iter().map(DenseBuffers::bytes).sum::<usize>()
            + self.scratch.bytes()
            + self.partials.bytes()
            + 3 * self.params.count() * size_of::<T>()
    }

    /// Shape of the outputs.
    pub fn outputs(&self) -> Shape {
        self.plan.nodes[self.plan.nodes.len() - 1].shape
    }

    /// Takes a batch of `images` images. `fill` writes image `i` of the batch: it is given `i` and, row by row of every
    /// channel, where the values of channel `c` start: `c * stride`.
    pub fn load(&mut self, images: usize, fill: &(dyn Fn(usize, &mut [T], usize) + Sync)) {
        assert!(
            (1..=self.capacity * self.chunks.len()).contains(&images),
            "the batch must fit the buffers"
        );
        self.images = images;
        let capacity = self.capacity;
        let input = self
            .plan
            .nodes
            .iter()
            .find(|n| matches!(n.kind, Kind::Input));
        let input = input.expect("a network has an input layer");
        self.chunks.par_iter_mut().for_each(|chunk| {
            chunk.occupy(images, capacity);
            let plane = input.shape.h * input.shape.w;
            for i in 0..chunk.n {
                let values = &mut chunk.acts[input.slot][i * plane..];
                fill(chunk.first + i, values, chunk.n * plane);
            }
        });
    }

    /// Runs nodes over chunks, then measures the input of the batch norm node `measured`.
    fn run(&mut self, nodes: Range<usize>, mode: Mode, measured: Option<usize>) {
        let (plan, params, scratch) = (&self.plan, &self.params, &self.scratch);
        let chunks = self.chunks.par_iter_mut().filter(|c| c.n > 0);
        chunks.for_each(|chunk| {
            for i in nodes.clone() {
                node::forward(plan, i, params, chunk, scratch, mode);
            }
            if let Some(i) = measured {
                node::measure(plan, i, chunk);
            }
        });
    }

    /// Forward pass of the batch that was loaded. `seen` is shown the moments of every batch norm's input, by its number,
    /// where it asks for them or the batch's statistics are used.
    pub fn forward(&mut self, mode: Mode, mut seen: Option<Seen<'_>>) {
        let batch_statistics =
            matches!(mode, Mode::Train(_)) && self.batch_norm == BatchNorm::Batch;
        let mut start = 0;
        for i in 0..self.plan.nodes.len() {
            match self.plan.nodes[i].kind {
                Kind::Dense { .. } => {
                    self.run(start..i, mode, None);
                    let buffers = &mut self.dense[i];
                    let (plan, params) = (&self.plan, &self.params);
                    dense::forward(plan, i, params, &mut self.chunks, buffers, self.images);
                    start = i + 1;
                }
                Kind::Norm(k) if batch_statistics || seen.is_some() => {
                    self.run(start..i, mode, Some(i));
                    let moments = self.moments();
                    if batch_statistics {
                        follow(&mut self.params.norms[k], &self.params.all, &moments);
                    }
                    if let Some(seen) = &mut seen {
                        seen(k, &moments);
                    }
                    start = i;
                }
                _ => {}
            }
        }
        self.run(start..self.plan.nodes.len(), mode, None);
    }

    /// Moments by channel over all chunks, in order.
    fn moments(&self) -> Vec<Moments> {
        let used = self.chunks.iter().filter(|c| c.n > 0);
        let mut all: Vec<Moments> = Vec::new();
        for chunk in used {
            all.resize(chunk.moments.len(), Moments::default());
            for (total, &m) in all.iter_mut().zip(&chunk.moments) {
                *total = total.join(m);
            }
        }
        all
    }

    /// Scores the outputs; with `learn`, also writes the gradient of the mean loss.
    pub fn score(&mut self, labels: &[u16], learn: bool) -> Score {
        let last = &self.plan.nodes[self.plan.nodes.len() - 1];
        let (shape, slot, gradient) = (last.shape, last.slot, last.gradient);
        let weight = 1.0 / self.images as f64;
        let smoothing = if learn { self.smoothing } else { 0.0 };
        self.chunks.par_iter_mut().for_each(|chunk| {
            let labels = &labels[chunk.first.min(labels.len())..];
            let into = learn.then_some((&mut chunk.gradients[gradient][..], weight));
            let outputs = &chunk.acts[slot];
            chunk.score = cross_entropy(outputs, chunk.n, shape, labels, smoothing, into);
        });
        let scores = self.chunks.iter().map(|c| c.score);
        scores.fold(Score::default(), Score::join)
    }

    /// Output `e` of image `i` of the batch.
    pub fn output(&self, i: usize, e: usize) -> T {
        let last = &self.plan.nodes[self.plan.nodes.len() - 1];
        let chunk = &self.chunks[i / self.capacity];
        let at = super::ops::moves::place(e, i - chunk.first, chunk.n, last.shape);
        chunk.acts[last.slot][at]
    }

    /// Backward pass: gradients of all parameters.
    pub fn backward(&mut self, mode: Mode) {
        let mut pending: Vec<usize> = Vec::new();
        for i in (0..self.plan.nodes.len()).rev() {
            if !self.plan.nodes[i].learns {
                continue;
            }
            match self.plan.nodes[i].kind {
                Kind::Dense { .. } => {
                    self.run_back(&mut pending, mode, None);
                    dense::backward(
                        &self.plan,
                        i,
                        &mut self.params,
                        &mut self.chunks,
                        &mut self.dense[i],
                        &self.scratch,
                        self.images,
                    );
                }
                Kind::Conv { .. } => {
                    self.run_back(&mut pending, mode, None);
                    let (plan, params) = (&self.plan, &mut self.params);
                    let partials = &mut self.partials;
                    partials.weights_of(plan, i, params, &self.chunks, &self.scratch);
                    pending.push(i);
                }
                Kind::Norm(k) => {
                    self.run_back(&mut pending, mode, Some((i, k)));
                    self.norm_slopes(k, mode);
                    pending.push(i);
                }
                _ => pending.push(i),
            }
        }
        self.run_back(&mut pending, mode, None);
    }

    /// Runs the backward passes that wait, then the sums of a batch norm.
    fn run_back(&mut self, pending: &mut Vec<usize>, mode: Mode, norm: Option<(usize, usize)>) {
        let (plan, params, scratch) = (&self.plan, &self.params, &self.scratch);
        let slopes = &self.slopes;
        let chunks = self.chunks.par_iter_mut().filter(|c| c.n > 0);
        chunks.for_each(|chunk| {
            for &i in pending.iter() {
                node::backward(plan, i, params, slopes, chunk, scratch, mode);
            }
            if let Some((i, k)) = norm {
                node::measure_gradients(plan, i, &params.norms[k].center, chunk);
            }
        });
        pending.clear();
    }

    /// Gradients of gamma and beta of a batch norm, and the slopes of its input.
    fn norm_slopes(&mut self, k: usize, mode: Mode) {
        let mut sums: Vec<[f64; 2]> = Vec::new();
        for chunk in self.chunks.iter().filter(|c| c.n > 0) {
            sums.resize(chunk.sums.len(), [0.0; 2]);
            for (total, s) in sums.iter_mut().zip(&chunk.sums) {
                *total = [total[0] + s[0], total[1] + s[1]];
            }
        }
        let norm = &self.params.norms[k];
        let node = self
            .plan
            .nodes
            .iter()
            .find(|n| matches!(n.kind, Kind::Norm(j) if j == k));
        let plane = node.map_or(1, |n| n.shape.h * n.shape.w);
        let values = (self.images * plane) as f64;
        let of_batch = matches!(mode, Mode::Train(_)) && self.batch_norm == BatchNorm::Batch;
        self.slopes.clear();
        for (c, &[dy, moment]) in sums.iter().enumerate() {
            let (a, inverse) = (norm.a[c].to(), norm.inverse[c]);
            let (of_x, constant) = if of_batch {
                let of_x = -a * inverse * inverse * moment / values;
                (of_x, -a * dy / values - of_x * norm.center[c].to())
            } else {
                (0.0, 0.0)
            };
            self.slopes.push(Slope {
                of_dy: norm.a[c],
                of_x: T::of(of_x),
                constant: T::of(constant),
            });
        }
        let (gamma, beta) = (norm.gamma, norm.beta);
        let inverse = norm.inverse.clone();
        for (c, &[dy, moment]) in sums.iter().enumerate() {
            self.params.all[gamma].gradient[c] = T::of(moment * inverse[c]);
            self.params.all[beta].gradient[c] = T::of(dy);
        }
    }
}

/// Batch statistics become the layer's, and part of its running ones (the variance without bias, as is usual).
fn follow<T: Real>(norm: &mut Norm<T>, params: &[Param<T>], moments: &[Moments]) {
    let mean: Vec<f64> = moments.iter().map(|m| m.mean).collect();
    let variance: Vec<f64> = moments.iter().map(|m| m.variance()).collect();
    norm.set(params, &mean, &variance);
    for (c, m) in moments.iter().enumerate() {
        let unbiased = (m.m2 / (m.count - 1.0).max(1.0)).max(0.0);
        norm.mean[c] += MOMENTUM * (m.mean - norm.mean[c]);
        norm.variance[c] += MOMENTUM * (unbiased - norm.variance[c]);
    }
}
