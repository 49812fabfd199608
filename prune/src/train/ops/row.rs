//! Layers that look at all channels of a position, or at all values of an image: response normalisation, softmax.

use super::moves::place;
use crate::train::real::Real;
use crosscut_traces::Shape;

/// Local response normalisation: y = x s^-beta, s = bias + alpha / size * sum of squares over `size` channels.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Lrn<T> {
    /// Window of channels.
    pub size: usize,
    /// Factor.
    pub alpha: T,
    /// Exponent.
    pub beta: T,
    /// Addend.
    pub bias: T,
}

impl<T: Real> Lrn<T> {
    /// The s of every channel at one position; `channel` values lie `step` apart.
    fn scale(&self, x: &[T], at: usize, step: usize, channels: usize, s: &mut Vec<T>) {
        let (before, after) = ((self.size - 1) / 2, self.size / 2);
        let share = self.alpha / T::of(self.size as f64);
        s.clear();
        for c in 0..channels {
            let mut total = T::zero();
            for j in c.saturating_sub(before)..(c + after + 1).min(channels) {
                let v = x[at + j * step];
                total += v * v;
            }
            s.push(self.bias + share * total);
        }
    }

    /// Forward; a channel is `step` values.
    pub fn forward(&self, x: &[T], step: usize, y: &mut [T]) {
        let channels = x.len() / step;
        let mut s = Vec::with_capacity(channels);
        for at in 0..step {
            self.scale(x, at, step, channels, &mut s);
            for (c, &s) in s.iter().enumerate() {
                y[at + c * step] = x[at + c * step] * s.powf(-self.beta);
            }
        }
    }

    /// Adds the gradient of the input to `dx`.
    pub fn backward(&self, x: &[T], dy: &[T], step: usize, dx: &mut [T]) {
        let channels = x.len() / step;
        let (before, after) = ((self.size - 1) / 2, self.size / 2);
        let two = T::of(2.0 / self.size as f64);
        let mut s = Vec::with_capacity(channels);
        for at in 0..step {
            self.scale(x, at, step, channels, &mut s);
            for j in 0..channels {
                // Channels whose window holds j.
                let mut total = T::zero();
                let from = j.saturating_sub(after);
                let windows = &s[from..(j + before + 1).min(channels)];
                for (i, s) in (from..).zip(windows) {
                    let p = at + i * step;
                    total += dy[p] * x[p] * s.powf(-self.beta - T::one());
                }
                let p = at + j * step;
                dx[p] +=
                    dy[p] * s[j].powf(-self.beta) - two * self.alpha * self.beta * x[p] * total;
            }
        }
    }
}

/// Softmax over all values of each of `n` images.
pub fn softmax<T: Real>(x: &[T], n: usize, shape: Shape, y: &mut [T]) {
    for i in 0..n {
        let top = (1..shape.len()).fold(x[place(0, i, n, shape)], |top, e| {
            let v = x[place(e, i, n, shape)];
            if v > top { v } else { top }
        });
        let mut total = T::zero();
        for e in 0..shape.len() {
            let p = place(e, i, n, shape);
            y[p] = (x[p] - top).exp();
            total += y[p];
        }
        for e in 0..shape.len() {
            let p = place(e, i, n, shape);
            y[p] = y[p] / total;
        }
    }
}

/// Adds the gradient of the softmax's input to `dx`.
pub fn softmax_backward<T: Real>(y: &[T], dy: &[T], n: usize, shape: Shape, dx: &mut [T]) {
    for i in 0..n {
        let places = || (0..shape.len()).map(|e| place(e, i, n, shape));
        let dot = places().fold(T::zero(), |t, p| t + y[p] * dy[p]);
        for p in places() {
            dx[p] += y[p] * (dy[p] - dot);
        }
    }
}
