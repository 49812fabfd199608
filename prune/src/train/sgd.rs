//! Stochastic gradient descent with momentum, and what the forward pass sees of the weights.

use super::options::TrainOptions;
use super::params::{Param, Params};
use super::real::Real;
use crosscut_traces::random::Key;
use rand::RngExt;
use rand_distr::StandardNormal;
use rayon::prelude::*;

/// Values one thread handles at a time.
const VALUES: usize = 1 << 14;

/// One step: v = momentum v + g + decay w, then w -= rate v (Nesterov: rate (g + decay w + momentum v)). Where the mask
/// keeps nothing, w and v are exactly zero.
pub fn step<T: Real>(params: &mut Params<T>, options: &TrainOptions, rate: f64) {
    let (momentum, rate) = (T::of(options.momentum), T::of(rate));
    let nesterov = options.nesterov;
    for p in &mut params.all {
        let decay = T::of(if p.decays { options.weight_decay } else { 0.0 });
        let Param {
            value,
            gradient,
            momentum: velocity,
            keep,
            ..
        } = p;
        value
            .par_chunks_mut(VALUES)
            .zip(velocity.par_chunks_mut(VALUES))
            .zip(gradient.par_chunks(VALUES))
            .enumerate()
            .for_each(|(block, ((w, v), g))| {
                for ((w, v), &g) in w.iter_mut().zip(v.iter_mut()).zip(g) {
                    let g = g + decay * *w;
                    *v = momentum * *v + g;
                    let by = if nesterov { g + momentum * *v } else { *v };
                    *w = *w - rate * by;
                }
                if let Some(keep) = &keep {
                    let keep = &keep[block * VALUES..];
                    for ((w, v), _) in w.iter_mut().zip(v).zip(keep).filter(|(_, k)| !**k) {
                        (*w, *v) = (T::zero(), T::zero());
                    }
                }
            });
    }
}

/// Sets the weights the forward pass uses: rounded to `weight_bits` (symmetric, one step per output), with noise if
/// `step` is given. Zero stays zero.
pub fn perturb<T: Real>(params: &mut Params<T>, options: &TrainOptions, step: Option<u64>) {
    let noise = match step {
        Some(step) if options.weight_noise > 0.0 => {
            Some(Key::new(options.seed).named("weight-noise").child(step))
        }
        _ => None,
    };
    if noise.is_none() && options.weight_bits.is_none() {
        params.all.iter_mut().for_each(|p| p.used = None);
        return;
    }
    for (number, p) in params.all.iter_mut().enumerate().filter(|(_, p)| p.decays) {
        let Param { value, used, .. } = p;
        let used = used.get_or_insert_with(|| value.clone());
        used.copy_from_slice(value);
        if let Some(bits) = options.weight_bits {
            let top = f64::from((1u32 << (bits - 1)) - 1);
            used.par_chunks_mut(p.row).for_each(|row| round(row, top));
        }
        if let Some(key) = noise {
            let key = key.child(number as u64);
            let deviation = options.weight_noise;
            // A stream for each chunk, so that the numbers do not depend on threads.
            let chunks = used.par_chunks_mut(VALUES).enumerate();
            chunks.for_each(|(chunk, values)| {
                let mut rng = key.child(chunk as u64).rng();
                for w in values {
                    let theta = deviation * rng.sample::<f64, _>(StandardNormal);
                    *w = *w * T::of(theta.exp());
                }
            });
        }
    }
}

/// Rounds one output's weights to -top..=top steps, the largest magnitude being the top.
fn round<T: Real>(row: &mut [T], top: f64) {
    let largest = row.iter().fold(0.0f64, |m, w| m.max(w.to().abs()));
    if largest > 0.0 {
        let step = T::of(largest / top);
        row.iter_mut()
            .for_each(|w| *w = (*w / step).round_ties_even() * step);
    }
}
