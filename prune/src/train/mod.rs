//! Training: fine-tuning of pruned networks with their masks held, or training from scratch.
//!
//! A [`Network`](crosscut_traces::Network) as declared or folded is lowered to a [`plan`] of nodes with fixed buffers. A batch is cut into at most
//! 16 chunks of neighbouring images, the same ones whatever the number of threads; chunks run beside each other, and
//! what sums over images (weight gradients, batch statistics, losses) is added chunk by chunk in order. So the same
//! seed gives the same bytes on any number of threads. Convolutions are matrix products of patches ([`ops::conv`]).
//!
//! Batch norm is declared as scale and shift. Before the first step its statistics are taken from training images, and
//! gamma and beta chosen so that the layer is still the same function; afterwards it is scale and shift again.
//!
//! Simplified: what is left of an epoch below a whole batch is left out; weight decay is on weights only; random cuts
//! pad with zeros after normalisation, which is the mean colour and not black.
//!
//! The engine is generic over the precision: `f32` trains, and tests compare the gradients of the same code in `f64` with
//! finite differences.

mod batch;
pub mod checkpoint;
mod chunk;
mod dense;
pub mod engine;
pub mod error;
mod fit;
pub mod importance;
pub mod loss;
pub mod node;
mod norms;
mod observe;
pub mod ops;
pub mod options;
pub mod params;
pub mod plan;
pub mod real;
mod record;
mod reduce;
mod session;
mod sgd;

pub use error::TrainError;
pub use fit::fit;
pub use norms::with_norms;
pub use observe::{Observer, Unwatched};
pub use options::{Augment, BatchNorm, Schedule, TrainOptions};
pub use record::{EpochRecord, Evaluation, TrainStep};
pub use session::{Session, Trained, check};
