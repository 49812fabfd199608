//! What programmed cells conduct: spread, stuck cells, drift, read noise, wires, all in units of column sum.
//!
//! A cell of level `l` aims at `off + l (on - off) / (L - 1)`; the unit is the step between two levels, so that an ideal
//! cell counts `l` and its products add up to the integer column sum. Every cell has random numbers of its own, keyed by
//! (seed, chip, layer, array, cell, purpose): they depend on nothing else. Wires are folded into the conductances
//! ([`conductances`]). No fold survives read noise: with both, [`arrays`] hands out the cells of each array instead, for a
//! solve of every read.
//!
//! Simplifications: all copies of a block (replicas, unrolled positions) share the draws of the first; stuck cells neither
//! scatter nor drift, but have read noise; the unit column and the reference column are exact; cells of an array that
//! hold no weight are cut off.
//!
//! Reading order: `model` (one cell), `draw` (the cells of one array), `conductances` (what a block's columns see), `arrays`
//! (arrays kept for a solve of every read).

pub mod arrays;
pub mod conductances;
mod draw;
pub mod model;

pub use conductances::{Compensation, Conductances, Programmed};
pub use model::DeviceModel;
