//! What stays of a layer: decision units, their Gram matrices, mask solvers, and whole pruning methods.
//!
//! Reading order: [`Method`] (the interface and its contract) with [`LayerContext`] and [`Decision`]; then the crate's own
//! method, [`pairs`], which cuts a layer into [`units`], takes their [`gram`] matrices and asks a solver of [`solve`];
//! then the published baselines in [`methods`].

pub mod context;
pub mod decision;
pub mod grain;
pub mod gram;
mod grams;
pub mod method;
pub mod methods;
pub mod order;
pub mod pairs;
mod power;
pub mod similarity;
pub mod solve;
pub mod units;

pub use context::LayerContext;
pub use decision::{Decision, GroupShare};
pub use grain::Grain;
pub use method::Method;
