//! Buffers: of one chunk of neighbouring images of a batch, and of one thread.

use super::loss::Score;
use super::ops::conv;
use super::ops::norm::Moments;
use super::plan::{Kind, Plan};
use super::real::Real;
use crosscut_traces::PoolKind;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Chunks of a whole batch. More would use more threads and more memory for partial gradients.
pub const CHUNKS: usize = 16;

/// Images of a batch that one thread handles at a time, with all they need.
#[derive(Debug, Clone)]
pub struct Chunk<T> {
    /// First image, counted in the batch.
    pub first: usize,
    /// Images in use; 0 where a batch is too small to reach this chunk.
    pub n: usize,
    /// Results by buffer.
    pub acts: Vec<Vec<T>>,
    /// Gradients by buffer.
    pub gradients: Vec<Vec<T>>,
    /// By node: place of each maximum (max pools only).
    pub chosen: Vec<Vec<u32>>,
    /// By channel: moments of the input of the batch norm at work.
    pub moments: Vec<Moments>,
    /// By channel: sums of the batch norm at work in the backward pass.
    pub sums: Vec<[f64; 2]>,
    /// Score of the images.
    pub score: Score,
}

impl<T: Real> Chunk<T> {
    /// Chunks for batches of up to `batch` images; with `learns` also for gradients.
    pub fn all(plan: &Plan<T>, batch: usize) -> Vec<Chunk<T>> {
        let capacity = batch.div_ceil(CHUNKS);
        let buffers = |sizes: &[usize]| -> Vec<Vec<T>> {
            let sized = sizes.iter().map(|&s| vec![T::zero(); s * capacity]);
            sized.collect()
        };
        let chosen = plan.nodes.iter().map(|n| match &n.kind {
            Kind::Pool(p) if p.kind == PoolKind::Max => vec![0; n.shape.len() * capacity],
            _ => Vec::new(),
        });
        let one = Chunk {
            first: 0,
            n: 0,
            acts: buffers(&plan.slots),
            gradients: buffers(&plan.gradients),
            chosen: chosen.collect(),
            moments: Vec::new(),
            sums: Vec::new(),
            score: Score::default(),
        };
        (0..batch.div_ceil(capacity))
            .map(|c| Chunk {
                first: c * capacity,
                ..one.clone()
            })
            .collect()
    }

    /// Sets how many images of a batch of `images` are its own.
    pub fn occupy(&mut self, images: usize, capacity: usize) {
        self.n = images.saturating_sub(self.first).min(capacity);
    }

    /// Bytes of all buffers.
    pub fn bytes(&self) -> usize {
        let values = |b: &[Vec<T>]| b.iter().map(Vec::len).sum::<usize>();
        let chosen = self.chosen.iter().map(Vec::len).sum::<usize>();
        (values(&self.acts) + values(&self.gradients)) * size_of::<T>() + chosen * 4
    }
}

/// Scratch by thread; what is in it never matters between uses.
#[derive(Debug)]
pub struct Scratch<T> {
    threads: Vec<Mutex<Vec<T>>>,
    size: usize,
}

impl<T: Real> Scratch<T> {
    /// For chunks of `capacity` images.
    pub fn new(plan: &Plan<T>, capacity: usize) -> Scratch<T> {
        let size = |kind: &Kind<T>| match kind {
            Kind::Conv { geometry, .. } if !geometry.is_pointwise() => {
                conv::scratch(geometry, capacity)
            }
            Kind::Dense { inputs, .. } => inputs * capacity,
            _ => 0,
        };
        let threads = rayon::current_num_threads().max(1);
        Scratch {
            threads: (0..threads).map(|_| Mutex::default()).collect(),
            size: plan.nodes.iter().map(|n| size(&n.kind)).max().unwrap_or(0),
        }
    }

    /// The scratch of this thread. It is made when first used.
    pub fn get(&self) -> MutexGuard<'_, Vec<T>> {
        let thread = rayon::current_thread_index().unwrap_or(0) % self.threads.len();
        // What a thread that panicked left behind does not matter either.
        let lock = self.threads[thread].lock();
        let mut scratch = lock.unwrap_or_else(PoisonError::into_inner);
        if scratch.len() < self.size {
            scratch.resize(self.size, T::zero());
        }
        scratch
    }

    /// Bytes if every thread uses its own.
    pub fn bytes(&self) -> usize {
        self.threads.len() * self.size * size_of::<T>()
    }
}
