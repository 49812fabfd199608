//! Workloads: the network, its weights, and the inputs it is run on.
//!
//! A [`Network`] is a directed acyclic graph of layers as declared. It comes from ONNX, from the
//! zoo of shapes with seeded weights, or is the embedded default. [`quant`] turns it into a
//! [`QuantNetwork`]; [`exec`] holds the float and integer reference executors.
//!
//! The crate knows nothing of machines.

pub mod data;
pub mod embedded;
pub mod exec;
pub mod export;
pub mod import;
pub mod net;
pub mod onnx;
pub mod op;
pub mod quant;
pub mod random;
mod shape;
pub mod suggest;
mod weights;
pub mod zoo;

pub use data::DataSet;
pub use net::{Layer, LayerId, LayerStats, Network, fold};
pub use op::{Conv, FakeQuant, Gemm, Op, Pool, PoolKind, ScaleShift};
pub use quant::{Accumulate, QuantLayer, QuantNetwork};
pub use shape::{Shape, ShapeError, Tensor};
pub use weights::Weights;
