//! Crossbar-aware pruning: fewer crossbars for the same network on the same machine.
//!
//! A *pair* is a row group of the mapping together with an output feature map (column grain) or with the feature
//! maps of a whole array (crossbar grain). Pruning chooses which pairs stay, so that the sum of the partial sums
//! that stay is closest to the complete sum on calibration images, fits the weights that stay once more by least
//! squares, and packs what is left into fewer crossbars. Source of the method: Liang, Deng et al., "Crossbar-Aware
//! Neural Network Pruning", IEEE Access 6 (2018) 58324; where this crate departs from it, the module says so.
//!
//! [`prune()`] is a pure function from a network and its mapping to another network, its mapping and a
//! [`Provenance`]. A pruned mapping is an ordinary mapping.

mod check;
pub mod error;
pub mod gram;
pub mod groups;
mod layer;
pub mod masks;
pub mod matrix;
pub mod methods;
pub mod options;
pub mod order;
pub mod pairs;
mod prefix;
pub mod provenance;
mod prune;
pub mod refit;
pub mod rewrite;
pub mod sample;
pub mod schedule;
pub mod site;
pub mod solve;
pub mod stats;
pub mod study;
pub mod targets;
pub mod train;

pub use error::PruneError;
pub use groups::Grain;
pub use masks::{LayerMask, MaskError, Masks};
pub use options::{Budget, PruneOptions};
pub use order::Order;
pub use provenance::{GroupProvenance, LayerProvenance, Outcome, Provenance};
pub use prune::{Before, Pruned, apply, prune};
pub use site::{Method, Selection, Site};
pub use solve::Solver;
