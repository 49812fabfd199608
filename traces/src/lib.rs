//! Workloads: the network, its weights, and the inputs it is run on.
//!
//! A [`Network`] is a directed acyclic graph of layers as declared. It comes from ONNX, from the
//! zoo of shapes with seeded weights, or is the embedded default. [`quant`] turns it into a
//! [`QuantNetwork`]; [`exec`] holds the float and integer reference executors.
//!
//! The crate knows nothing of machines.

pub mod build;
pub mod data;
pub mod embedded;
pub mod exec;
pub mod export;
pub mod fold;
pub mod import;
pub mod layer;
pub mod network;
pub mod ops;
pub mod quant;
pub mod random;
pub mod shape;
mod stats;
pub mod weights;
pub mod zoo;

pub use data::DataSet;
pub use layer::{Conv, Gemm, Op, Pool, PoolKind, Shape, Tensor, Weights};
pub use network::{Layer, LayerId, Network};
pub use quant::{Accumulate, QuantLayer, QuantNetwork};
pub use stats::LayerStats;
