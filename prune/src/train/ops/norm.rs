//! Batch norm: statistics per channel, one affine pass forward, one backward.

use crate::train::real::{Real, sum};

/// Count, mean and sum of squared deviations of some values.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Moments {
    /// How many.
    pub count: f64,
    /// Mean.
    pub mean: f64,
    /// Sum of squared deviations from the mean.
    pub m2: f64,
}

impl Moments {
    /// Of a slice, in two passes.
    pub fn of<T: Real>(x: &[T]) -> Moments {
        let count = x.len() as f64;
        let mean = sum(x.len(), |i| x[i]).to() / count;
        let middle = T::of(mean);
        let m2 = sum(x.len(), |i| (x[i] - middle) * (x[i] - middle)).to();
        // The mean was rounded to T before it was subtracted.
        let off = mean - middle.to();
        Moments {
            count,
            mean,
            m2: m2 - count * off * off,
        }
    }

    /// Of both sets together (Chan, Golub, LeVeque 1979).
    pub fn join(self, other: Moments) -> Moments {
        if self.count == 0.0 {
            return other;
        }
        let count = self.count + other.count;
        let apart = other.mean - self.mean;
        Moments {
            count,
            mean: self.mean + apart * other.count / count,
            m2: self.m2 + other.m2 + apart * apart * self.count * other.count / count,
        }
    }

    /// Variance, not below 0.
    pub fn variance(self) -> f64 {
        (self.m2 / self.count).max(0.0)
    }
}

/// y = a x + b per channel; a channel is `len` values.
pub fn affine<T: Real>(x: &[T], a: &[T], b: &[T], len: usize, y: &mut [T]) {
    let channels = x.chunks_exact(len).zip(y.chunks_exact_mut(len));
    for (((x, y), &a), &b) in channels.zip(a).zip(b) {
        for (y, &x) in y.iter_mut().zip(x) {
            *y = a * x + b;
        }
    }
}

/// Sums over a channel of dy, and of dy (x - mean).
pub fn sums<T: Real>(x: &[T], dy: &[T], mean: T) -> [f64; 2] {
    let n = x.len().min(dy.len());
    let (x, dy) = (&x[..n], &dy[..n]);
    [
        sum(n, |i| dy[i]).to(),
        sum(n, |i| dy[i] * (x[i] - mean)).to(),
    ]
}

/// Factors of one channel's input gradient: dx = of_dy dy + of_x x + constant.
#[derive(Debug, Clone, Copy, Default)]
pub struct Slope<T> {
    /// Factor of dy.
    pub of_dy: T,
    /// Factor of x.
    pub of_x: T,
    /// Addend.
    pub constant: T,
}

/// Input gradient of all channels.
pub fn backward<T: Real>(
    x: &[T],
    dy: &[T],
    slopes: &[Slope<T>],
    len: usize,
    add: bool,
    dx: &mut [T],
) {
    let channels = x
        .chunks_exact(len)
        .zip(dy.chunks_exact(len))
        .zip(dx.chunks_exact_mut(len));
    for (((x, dy), dx), s) in channels.zip(slopes) {
        if add {
            for ((d, &x), &g) in dx.iter_mut().zip(x).zip(dy) {
                *d += s.of_dy * g + s.of_x * x + s.constant;
            }
        } else {
            for ((d, &x), &g) in dx.iter_mut().zip(x).zip(dy) {
                *d = s.of_dy * g + s.of_x * x + s.constant;
            }
        }
    }
}
