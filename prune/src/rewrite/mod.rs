//! The rewrite: (network, mapping, fitted layers) to another network and its mapping. Nothing is edited in place.

mod changes;
pub mod dead;
mod network;
mod slices;

pub use changes::changes;
pub use network::rewrite;
