//! Workloads: the network, its weights, and the inputs it is run on.
//!
//! A [`Network`] is a directed acyclic graph of layers as declared. It comes from an ONNX file ([`import`]), from the
//! [`zoo`] of shapes with seeded weights, from [`net::Builder`], or is the one that is part of the program
//! ([`embedded`]). [`quant`] turns it into a [`QuantNetwork`]; [`exec`] computes both, and is what simulated crossbars
//! are compared with. The crate knows nothing of machines.
//!
//! ```
//! use crosscut_traces::exec::{exact::ExactAccumulator, float, int, top1};
//! use crosscut_traces::quant::{QuantSpec, quantise};
//! use crosscut_traces::{embedded, fold};
//!
//! let net = fold(&embedded::digits_network());
//! println!("{}: {} multiply-accumulates an image", net.name, net.total_stats().macs);
//!
//! let images = embedded::digits_train().images;
//! let spec = QuantSpec { weight_bits: 8, input_bits: 8 };
//! let quantised = quantise(&net, &images[..16], spec)?;
//! let exact = int::run(&quantised, &images[20], &mut ExactAccumulator::new(&quantised))?;
//! assert_eq!(top1(&exact), top1(&float::run(&net, &images[20])?));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Reading order: [`op`] (what a layer can compute), [`net`] (layers put together), [`import`] and [`export`] (files),
//! [`exec`] and [`quant`] (values), [`data`] (images), [`random`] (seeded numbers).

pub mod data;
pub mod embedded;
pub mod exec;
pub mod export;
pub mod file;
pub mod import;
pub mod net;
pub mod onnx;
pub mod op;
pub mod quant;
pub mod random;
mod shape;
mod stop;
pub mod suggest;
mod weights;
pub mod zoo;

pub use data::DataSet;
pub use net::{Layer, LayerId, LayerStats, Network, fold};
pub use op::{Conv, FakeQuant, Gemm, Op, Pool, PoolKind, ScaleShift};
pub use quant::{Accumulate, QuantLayer, QuantNetwork};
pub use shape::{Shape, ShapeError, Tensor};
pub use stop::Stop;
pub use weights::Weights;
