//! Networks: named layers, each fed by earlier ones.

mod build;
mod cut;
mod finite;
mod fold;
mod network;
mod stats;

pub use build::{Builder, push};
pub use cut::{CutError, cut};
pub use finite::NotFinite;
pub use fold::fold;
pub use network::{Layer, LayerId, Network};
pub use stats::LayerStats;
