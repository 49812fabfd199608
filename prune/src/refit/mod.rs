//! Least squares once more: the weights that stay are fitted to what the dense network computes.
//!
//! Per output, with A the inputs of its kept rows and w0 its original weights, the new weights minimise
//! `||Y - A w - c||^2 + lambda ||w - w0||^2` with a free constant c (it becomes the change of bias). The pull is
//! towards the original weights, not towards zero, so that rows the samples say nothing of stay as they were;
//! `lambda = ridge x trace(A'A) / columns`, after centring. Published is ordinary least squares without constant.
//!
//! All systems of a layer are sub-blocks of one matrix, X'X. Three ways lead to the same weights, and the one with the
//! fewest operations is taken per channel group ([`RefitMethod`]): a factorisation per distinct mask of that sub-block;
//! with more kept rows than samples, of the dual (samples x samples); or conjugate gradients on all outputs at once,
//! which never factor anything larger than a row group and stop at [`cg::TOLERANCE`].

mod blocks;
pub mod cg;
mod cholesky;
mod direct;
mod fit;
mod method;
mod solve;

pub use blocks::{Block, Blocks};
pub use cholesky::Cholesky;
pub use fit::{FitQuality, Fitted, fit};
pub use method::RefitMethod;
pub use solve::{Refit, refit, refit_by};
