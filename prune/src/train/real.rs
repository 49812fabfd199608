//! The two precisions of the engine: `f32` trains, `f64` checks gradients through the same code.

use ndarray::{ArrayView2, ArrayViewMut2, LinalgScalar, ShapeBuilder, linalg::general_mat_mul};
use std::fmt::Debug;
use std::ops::{AddAssign, Neg};

/// A floating-point number.
pub trait Real:
    LinalgScalar + PartialOrd + Neg<Output = Self> + AddAssign + Send + Sync + Default + Debug
{
    /// Rounded from a double.
    fn of(x: f64) -> Self;
    /// As a double, exactly.
    fn to(self) -> f64;
    /// Square root.
    fn sqrt(self) -> Self;
    /// Exponential.
    fn exp(self) -> Self;
    /// Hyperbolic tangent.
    fn tanh(self) -> Self;
    /// Power.
    fn powf(self, e: Self) -> Self;
    /// To the nearest whole number, halves to even.
    fn round(self) -> Self;
}

macro_rules! real {
    ($t:ty) => {
        impl Real for $t {
            fn of(x: f64) -> Self {
                x as $t
            }
            fn to(self) -> f64 {
                f64::from(self)
            }
            fn sqrt(self) -> Self {
                self.sqrt()
            }
            fn exp(self) -> Self {
                self.exp()
            }
            fn tanh(self) -> Self {
                self.tanh()
            }
            fn powf(self, e: Self) -> Self {
                self.powf(e)
            }
            fn round(self) -> Self {
                self.round_ties_even()
            }
        }
    };
}

real!(f32);
real!(f64);

/// A matrix view of `rows x columns` into a slice whose rows lie `stride` apart.
pub fn matrix<T: Real>(
    values: &[T],
    rows: usize,
    columns: usize,
    stride: usize,
) -> ArrayView2<'_, T> {
    ArrayView2::from_shape((rows, columns).strides((stride, 1)), values)
        .expect("the caller's slice holds the matrix")
}

/// As [`matrix`], to be written.
pub fn matrix_mut<T: Real>(
    values: &mut [T],
    rows: usize,
    columns: usize,
    stride: usize,
) -> ArrayViewMut2<'_, T> {
    ArrayViewMut2::from_shape((rows, columns).strides((stride, 1)), values)
        .expect("the caller's slice holds the matrix")
}

/// c = a b, or c += a b.
pub fn multiply<T: Real>(
    a: ArrayView2<'_, T>,
    b: ArrayView2<'_, T>,
    add: bool,
    mut c: ArrayViewMut2<'_, T>,
) {
    let keep = if add { T::one() } else { T::zero() };
    general_mat_mul(T::one(), &a, &b, keep, &mut c);
}

/// Sum over a slice in a fixed order that vector units can follow: 16 lanes, then the lanes.
pub fn sum<T: Real>(n: usize, value: impl Fn(usize) -> T) -> T {
    let mut lanes = [T::zero(); 16];
    let whole = n / 16 * 16;
    for start in (0..whole).step_by(16) {
        for (lane, total) in lanes.iter_mut().enumerate() {
            *total += value(start + lane);
        }
    }
    for i in whole..n {
        lanes[i - whole] += value(i);
    }
    lanes.into_iter().fold(T::zero(), |a, b| a + b)
}
