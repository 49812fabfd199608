//! Mask solvers: which row groups a unit keeps.
//!
//! Start with [`MaskSolver`]. [`greedy`], [`lgd`] and [`exact`] choose a given number of row groups for one unit;
//! [`budget`] spreads one number over all units of a layer; [`trim`] and [`fill`] bring the result to whole arrays.

pub mod budget;
pub mod exact;
pub mod fill;
pub mod greedy;
mod kinds;
pub mod lgd;
mod solver;
pub mod trim;

pub use kinds::Solver;
pub use solver::MaskSolver;
