//! Reference kernels: naive and obviously right. They are the oracle, not the fast path.

pub mod conv;
pub mod im2col;
pub mod join;
pub mod pointwise;
pub mod pool;
