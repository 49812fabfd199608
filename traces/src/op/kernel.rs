//! Functions of one value on slices, in both precisions.

use num_traits::Float;
use std::fmt::Debug;
use std::ops::AddAssign;

/// A floating-point number: `f32` computes and trains, `f64` checks gradients through the same code.
pub trait Real: Float + AddAssign + Debug + Send + Sync + 'static {
    /// Rounded from a single-precision parameter or a constant.
    fn of(x: f64) -> Self;
    /// To the nearest whole number, halves to even.
    fn round_ties_even(self) -> Self;
    /// The function in this precision.
    fn kernel(function: &dyn Pointwise) -> &dyn Kernel<Self>;
}

macro_rules! real {
    ($t:ty) => {
        impl Real for $t {
            fn of(x: f64) -> Self {
                x as $t
            }
            fn round_ties_even(self) -> Self {
                self.round_ties_even()
            }
            fn kernel(function: &dyn Pointwise) -> &dyn Kernel<Self> {
                function
            }
        }
    };
}

real!(f32);
real!(f64);

/// A function on runs of values. A channel is `run` values; the slices are whole channels.
pub trait Kernel<T>: Debug + Send + Sync {
    /// Results.
    fn forward(&self, x: &[T], run: usize, y: &mut [T]);
    /// Results in the place of the operands.
    fn forward_in_place(&self, x: &mut [T], run: usize);
    /// Gradients of the operands `x`, whose results are `y`; added to `dx` or written over it.
    fn backward(&self, values: Values<'_, T>, dy: &[T], run: usize, add: bool, dx: &mut [T]);
    /// Gradients in the place of the results' gradients, from the results alone.
    fn backward_in_place(&self, y: &[T], d: &mut [T]);
}

/// Operands and results of a function.
#[derive(Debug, Clone, Copy)]
pub struct Values<'a, T> {
    /// Operands.
    pub x: &'a [T],
    /// Results.
    pub y: &'a [T],
}

/// A function whose type is not known, in both precisions.
pub trait Pointwise: Kernel<f32> + Kernel<f64> {
    /// Whether the slope follows from the result alone.
    fn slope_from_result(&self) -> bool;
}
