//! Functions of one value. Their slopes follow from the result alone, except for [`Act::Leaky`] and [`Act::Grid`].

use super::put;
use crate::train::real::Real;

/// A function of one value.
#[derive(Debug, Clone, PartialEq)]
pub enum Act<T> {
    /// max(x, 0); slope 0 at 0.
    Relu,
    /// x, or alpha x below 0.
    Leaky(T),
    /// Limited to a range; slope 0 at and beyond the limits.
    Clip(T, T),
    /// Logistic function.
    Sigmoid,
    /// Hyperbolic tangent.
    Tanh,
    /// Rounded to a grid and back, per channel or for all: step, zero point, lowest and highest code. The slope is 1
    /// inside the range (straight-through estimator), 0 outside.
    Grid(Vec<(T, T)>, T, T),
}

impl<T: Real> Act<T> {
    /// Whether the backward pass needs the result (and not the operand).
    pub fn keeps_result(&self) -> bool {
        !matches!(self, Act::Leaky(_) | Act::Grid(..))
    }

    /// The value of one operand in a channel.
    fn value(&self, x: T, channel: usize) -> T {
        let zero = T::zero();
        match self {
            Act::Relu => {
                if x > zero {
                    x
                } else {
                    zero
                }
            }
            Act::Leaky(a) => {
                if x >= zero {
                    x
                } else {
                    *a * x
                }
            }
            Act::Clip(lo, hi) => clamp(x, *lo, *hi),
            Act::Sigmoid => T::one() / (T::one() + (-x).exp()),
            Act::Tanh => x.tanh(),
            Act::Grid(steps, lo, hi) => {
                let (step, z) = steps[channel.min(steps.len() - 1)];
                (clamp((x / step).round() + z, *lo, *hi) - z) * step
            }
        }
    }

    /// Forward; a channel is `len` values.
    pub fn forward(&self, x: &[T], len: usize, y: &mut [T]) {
        if let Act::Relu = self {
            for (y, &x) in y.iter_mut().zip(x) {
                *y = if x > T::zero() { x } else { T::zero() };
            }
            return;
        }
        for (c, (x, y)) in x.chunks(len).zip(y.chunks_mut(len)).enumerate() {
            y.iter_mut()
                .zip(x)
                .for_each(|(y, &x)| *y = self.value(x, c));
        }
    }

    /// Forward on values that are overwritten.
    pub fn forward_in_place(&self, x: &mut [T], len: usize) {
        if let Act::Relu = self {
            for v in x {
                *v = if *v > T::zero() { *v } else { T::zero() };
            }
            return;
        }
        for (c, x) in x.chunks_mut(len).enumerate() {
            x.iter_mut().for_each(|v| *v = self.value(*v, c));
        }
    }

    /// Slope from operand and result.
    fn slope(&self, x: T, y: T, channel: usize) -> T {
        let (zero, one) = (T::zero(), T::one());
        let when = |is: bool| if is { one } else { zero };
        match self {
            Act::Relu => when(y > zero),
            Act::Leaky(a) => {
                if x >= zero {
                    one
                } else {
                    *a
                }
            }
            Act::Clip(lo, hi) => when(y > *lo && y < *hi),
            Act::Sigmoid => y * (one - y),
            Act::Tanh => one - y * y,
            Act::Grid(steps, lo, hi) => {
                let (step, z) = steps[channel.min(steps.len() - 1)];
                let code = x / step + z;
                when(code >= *lo && code <= *hi)
            }
        }
    }

    /// Gradient of the operand.
    pub fn backward(&self, (x, y): (&[T], &[T]), dy: &[T], len: usize, add: bool, dx: &mut [T]) {
        let n = dx.len();
        let (x, y, dy) = (&x[..n], &y[..n], &dy[..n]);
        for start in (0..n).step_by(len) {
            let c = start / len;
            let dx = &mut dx[start..start + len];
            put(dx, add, |i| {
                dy[start + i] * self.slope(x[start + i], y[start + i], c)
            });
        }
    }

    /// Gradient of the operand where the gradient of the result lies, from the result alone.
    pub fn backward_in_place(&self, y: &[T], d: &mut [T]) {
        if let Act::Relu = self {
            for (d, &y) in d.iter_mut().zip(y) {
                *d = if y > T::zero() { *d } else { T::zero() };
            }
            return;
        }
        for (d, &y) in d.iter_mut().zip(y) {
            *d = *d * self.slope(y, y, 0);
        }
    }
}

fn clamp<T: Real>(x: T, lo: T, hi: T) -> T {
    if x < lo {
        lo
    } else if x > hi {
        hi
    } else {
        x
    }
}
