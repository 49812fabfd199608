//! Forward and backward kernels on the activations of a chunk: channel x image x row x column, so that a channel of
//! all images of the chunk is one run of values.

pub mod columns;
pub mod conv;
pub mod moves;
pub mod norm;
pub mod pool;
pub mod row;

use super::real::Real;

/// Writes or adds values one by one.
pub fn put<T: Real>(dx: &mut [T], add: bool, value: impl Fn(usize) -> T) {
    if add {
        for (i, d) in dx.iter_mut().enumerate() {
            *d += value(i);
        }
    } else {
        for (i, d) in dx.iter_mut().enumerate() {
            *d = value(i);
        }
    }
}
