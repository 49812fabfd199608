//! Nodes that need only their own chunk: forward and backward.

use super::chunk::{Chunk, Scratch};
use super::ops::moves::place;
use super::ops::norm::{Moments, Slope};
use super::ops::{conv, norm, pool, put, row};
use super::params::Params;
use super::plan::{Kind, Node, Plan};
use super::real::Real;
use crosscut_traces::op::Values;
use crosscut_traces::random::Key;
use rand::RngExt;
use std::mem::take;

/// What a pass is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// A training step of this number: values are dropped, batch norm may use the batch.
    Train(u64),
    /// Values as the network would give them.
    Evaluate,
}

/// Applies the factors of a dropout node to values of a chunk: dropped, or enlarged so that the mean stays.
fn drop_values<T: Real>(
    node: &Node<T>,
    (keep, key): (f64, Key),
    chunk: (usize, usize),
    step: u64,
    mut apply: impl FnMut(usize, T),
) {
    let (first, n) = chunk;
    // Numbers are those of the whole batch, so that they do not depend on chunks.
    let mut rng = key.child(step).rng();
    rng.seek((first * node.shape.len()) as u64);
    for i in 0..n {
        for e in 0..node.shape.len() {
            let dropped = rng.random::<f64>() >= keep;
            let factor = if dropped { 0.0 } else { 1.0 / keep };
            apply(place(e, i, n, node.shape), T::of(factor));
        }
    }
}

/// Value of node `i` for the images of a chunk.
pub fn forward<T: Real>(
    plan: &Plan<T>,
    i: usize,
    params: &Params<T>,
    chunk: &mut Chunk<T>,
    scratch: &Scratch<T>,
    mode: Mode,
) {
    let node = &plan.nodes[i];
    let n = chunk.n;
    let mut buffer = take(&mut chunk.acts[node.slot]);
    let y = &mut buffer[..node.shape.len() * n];
    let run = node.shape.h * node.shape.w * n;
    let operand = |k: usize| {
        let input = &plan.nodes[node.inputs[k]];
        (&chunk.acts[input.slot], input.shape)
    };
    let mut chosen = take(&mut chunk.chosen[i]);
    match &node.kind {
        // The images were put there; dense layers run over the whole batch.
        Kind::Input | Kind::Dense { .. } => {}
        Kind::Conv {
            geometry,
            weight,
            bias,
        } => {
            let (w, b) = (
                params.all[*weight].used(),
                bias.map(|b| params.all[b].used()),
            );
            let x = operand(0).0;
            conv::forward(geometry, w, b, x, n, y, &mut scratch.get());
        }
        Kind::Norm(k) => {
            let s = &params.norms[*k];
            norm::affine(&operand(0).0[..y.len()], &s.a, &s.b, run, y);
        }
        Kind::Affine(a, b) => norm::affine(&operand(0).0[..y.len()], a, b, run, y),
        Kind::Function(f) if node.in_place => T::kernel(f.as_ref()).forward_in_place(y, run),
        Kind::Function(f) => {
            T::kernel(f.as_ref()).forward(&operand(0).0[..y.len()], run, y);
        }
        Kind::Pool(p) => {
            let (x, shape) = operand(0);
            pool::forward(
                p,
                (shape, node.shape),
                &x[..shape.len() * n],
                y,
                &mut chosen,
            );
        }
        Kind::Add => {
            y.copy_from_slice(&operand(0).0[..y.len()]);
            for k in 1..node.inputs.len() {
                y.iter_mut().zip(operand(k).0).for_each(|(y, &x)| *y += x);
            }
        }
        Kind::Concat => {
            let mut at = 0;
            for k in 0..node.inputs.len() {
                let (x, shape) = operand(k);
                let len = shape.len() * n;
                y[at..at + len].copy_from_slice(&x[..len]);
                at += len;
            }
        }
        Kind::Same if node.in_place => {}
        Kind::Same => y.copy_from_slice(&operand(0).0[..y.len()]),
        Kind::Moves(m) => m.forward(operand(0).0, n, y),
        Kind::Lrn(l) => l.forward(&operand(0).0[..y.len()], run, y),
        Kind::Softmax => row::softmax(operand(0).0, n, node.shape, y),
        &Kind::Dropout(keep, key) => {
            if !node.in_place {
                y.copy_from_slice(&operand(0).0[..y.len()]);
            }
            if let Mode::Train(step) = mode {
                let images = (chunk.first, n);
                drop_values(node, (keep, key), images, step, |p, f: T| y[p] = y[p] * f);
            }
        }
    }
    chunk.chosen[i] = chosen;
    chunk.acts[node.slot] = buffer;
}

/// Moments of the input of batch norm node `i`.
pub fn measure<T: Real>(plan: &Plan<T>, i: usize, chunk: &mut Chunk<T>) {
    let node = &plan.nodes[i];
    let run = node.shape.h * node.shape.w * chunk.n;
    let x = &chunk.acts[plan.nodes[node.inputs[0]].slot];
    let channels = x.chunks_exact(run.max(1)).take(node.shape.c);
    chunk.moments.clear();
    chunk.moments.extend(channels.map(Moments::of));
}

/// Sums of batch norm node `i` that its backward pass needs.
pub fn measure_gradients<T: Real>(plan: &Plan<T>, i: usize, center: &[T], chunk: &mut Chunk<T>) {
    let node = &plan.nodes[i];
    let run = node.shape.h * node.shape.w * chunk.n;
    let x = &chunk.acts[plan.nodes[node.inputs[0]].slot];
    let dy = &chunk.gradients[node.gradient];
    let channels = x.chunks_exact(run.max(1)).zip(dy.chunks_exact(run.max(1)));
    chunk.sums.clear();
    let sums = channels
        .zip(center)
        .map(|((x, dy), &m)| norm::sums(x, dy, m));
    chunk.sums.extend(sums);
}

/// Gradients of the operands of node `i` for the images of a chunk. `slopes` are those of the batch norm at work.
pub fn backward<T: Real>(
    plan: &Plan<T>,
    i: usize,
    params: &Params<T>,
    slopes: &[Slope<T>],
    chunk: &mut Chunk<T>,
    scratch: &Scratch<T>,
    mode: Mode,
) {
    let node = &plan.nodes[i];
    let n = chunk.n;
    let len = node.shape.len() * n;
    if node.in_place {
        let d = &mut chunk.gradients[node.gradient][..len];
        match (&node.kind, mode) {
            (Kind::Function(f), _) => {
                T::kernel(f.as_ref()).backward_in_place(&chunk.acts[node.slot][..len], d);
            }
            (&Kind::Dropout(keep, key), Mode::Train(step)) => {
                let images = (chunk.first, n);
                drop_values(node, (keep, key), images, step, |p, f: T| d[p] = d[p] * f);
            }
            _ => {}
        }
        return;
    }
    let dy = take(&mut chunk.gradients[node.gradient]);
    let mut from = 0;
    for (k, &input) in node.inputs.iter().enumerate() {
        let operand = &plan.nodes[input];
        let size = operand.shape.len() * n;
        let at = from;
        from += size;
        if !operand.learns {
            continue;
        }
        let mut buffer = take(&mut chunk.gradients[operand.gradient]);
        let dx = &mut buffer[..size];
        let add = node.adds[k];
        let x = &chunk.acts[operand.slot];
        let run = node.shape.h * node.shape.w * n;
        let accumulates = matches!(
            node.kind,
            Kind::Pool(_) | Kind::Moves(_) | Kind::Lrn(_) | Kind::Softmax
        );
        if accumulates && !add {
            dx.fill(T::zero());
        }
        match &node.kind {
            Kind::Input | Kind::Dense { .. } => {}
            Kind::Conv {
                geometry, weight, ..
            } => {
                let w = params.all[*weight].used();
                conv::backward_input(geometry, w, &dy, n, add, dx, &mut scratch.get());
            }
            Kind::Norm(_) => norm::backward(x, &dy, slopes, run, add, dx),
            Kind::Affine(a, _) => {
                let s = |c: usize| a[c];
                put(dx, add, |i| dy[i] * s(i / run));
            }
            Kind::Function(f) => {
                let values = Values {
                    x,
                    y: &chunk.acts[node.slot],
                };
                T::kernel(f.as_ref()).backward(values, &dy, run, add, dx);
            }
            Kind::Pool(p) => {
                let shapes = (operand.shape, node.shape);
                pool::backward(p, shapes, &dy[..len], dx, &chunk.chosen[i]);
            }
            Kind::Add | Kind::Same => put(dx, add, |i| dy[i]),
            Kind::Concat => put(dx, add, |i| dy[at + i]),
            Kind::Moves(m) => m.backward(&dy, n, dx),
            Kind::Lrn(l) => l.backward(&x[..size], &dy, run, dx),
            Kind::Softmax => {
                row::softmax_backward(&chunk.acts[node.slot], &dy, n, node.shape, dx);
            }
            &Kind::Dropout(keep, key) => {
                put(dx, add, |i| dy[i]);
                if let Mode::Train(step) = mode {
                    let images = (chunk.first, n);
                    drop_values(node, (keep, key), images, step, |p, f: T| {
                        // Where other gradients were there already, only the share just added is scaled.
                        dx[p] += dy[p] * (f - T::one());
                    });
                }
            }
        }
        chunk.gradients[operand.gradient] = buffer;
    }
    chunk.gradients[node.gradient] = dy;
}
