//! Operators, one family a file.
//!
//! [`Operator`] is what an operator says of itself: shape, value, gradient, zeros, station, ONNX nodes. A function of one
//! value implements [`Function`] instead, from which all of that follows. A program may bring its own:
//!
//! ```
//! use crosscut_traces::net::Builder;
//! use crosscut_traces::onnx::OnnxNode;
//! use crosscut_traces::op::{Function, Real};
//! use crosscut_traces::{Op, Shape};
//!
//! /// x / (1 + |x|).
//! #[derive(Debug, Clone)]
//! struct Softsign;
//!
//! impl Function for Softsign {
//!     const NAME: &'static str = "Softsign";
//!     fn value<T: Real>(&self, x: T, _: usize) -> T {
//!         x / (T::one() + x.abs())
//!     }
//!     fn slope<T: Real>(&self, x: T, _: T, _: usize) -> T {
//!         (T::one() + x.abs()).powi(-2)
//!     }
//!     fn onnx(&self) -> OnnxNode {
//!         OnnxNode::new("Softsign")
//!     }
//! }
//!
//! let (mut b, x) = Builder::new("mine", Shape::new(1, 2, 2), 1);
//! let x = b.conv("conv", x, 4, 1, 1, 0);
//! b.push("softsign", Op::of(Softsign), &[x]);
//! assert!(b.finish().layer(x).op.is_compute());
//! ```
//!
//! Reading order: [`Operator`], [`Function`], [`Relu`], [`Pool`], then [`Op`], the choice a layer makes.

mod add;
mod channel_shuffle;
mod clip;
mod concat;
mod conv;
mod fake_quant;
mod function;
mod gemm;
mod global_pool;
mod hard_swish;
mod identity;
mod im2col;
mod input;
mod kernel;
mod leaky_relu;
mod list;
mod lrn;
mod operator;
mod pad;
mod pool;
mod relu;
mod reshape;
mod scale_shift;
mod sigmoid;
mod softmax;
mod tanh;
mod transpose;
mod window;

pub use add::Add;
pub use channel_shuffle::ChannelShuffle;
pub use clip::Clip;
pub use concat::Concat;
pub use conv::Conv;
pub use fake_quant::FakeQuant;
pub use function::Function;
pub use gemm::Gemm;
pub use global_pool::{GlobalAveragePool, GlobalMaxPool};
pub use hard_swish::HardSwish;
pub use identity::Identity;
pub use im2col::{Window, patches};
pub use kernel::{Kernel, Pointwise, Real, Values};
pub use leaky_relu::LeakyRelu;
pub use list::{Op, infer};
pub use lrn::Lrn;
pub use operator::{
    Channels, Dataflow, Digital, DigitalWork, Gradient, Moves, Operator, Product, ProductMut, Reach,
};
pub use pad::Pad;
pub use relu::Relu;
pub use reshape::{Flatten, Reshape};
pub use scale_shift::ScaleShift;
pub use sigmoid::Sigmoid;
pub use softmax::Softmax;
pub use tanh::Tanh;
pub use transpose::Transpose;
pub use window::{Pool, PoolKind};
