//! The two precisions of the engine: `f32` trains, `f64` checks gradients through the same code.

use crosscut_traces::op;
use ndarray::{ArrayView2, ArrayViewMut2, LinalgScalar, ShapeBuilder, linalg::general_mat_mul};

/// A floating-point number that the engine computes in; its functions are those of [`op::Real`].
pub trait Real: op::Real + LinalgScalar + Default {
    /// As a double, exactly.
    fn to(self) -> f64;
}

impl Real for f32 {
    fn to(self) -> f64 {
        f64::from(self)
    }
}

impl Real for f64 {
    fn to(self) -> f64 {
        self
    }
}

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
