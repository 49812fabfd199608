//! What a layer's masks and refit depend on: second moments of its inputs and of the sums it should give.
//!
//! [`sample`] draws output positions, [`targets`] takes the sums of the dense network there, [`LayerMoments`] reads the
//! inputs at the same positions and adds up their products.

mod collect;
mod layer;
mod moments;
pub mod sample;
pub mod targets;

pub use layer::{GroupMoments, LayerMoments};
pub use moments::{Form, Moments};
