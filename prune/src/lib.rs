//! Crossbar-aware pruning: fewer crossbars for the same network on the same machine.
//!
//! A *pair* is a row group of the mapping together with an output feature map (column grain) or with the feature
//! maps of a whole array (crossbar grain). Pruning chooses which pairs stay, so that the sum of the partial sums
//! that stay is closest to the complete sum on calibration images, fits the weights that stay once more by least
//! squares, and packs what is left into fewer crossbars. Source of the method: Liang, Deng et al., "Crossbar-Aware
//! Neural Network Pruning", IEEE Access 6 (2018) 58324; where this crate departs from it, the module says so.
//!
//! [`prune()`] is a pure function from a network and its mapping to another network, its mapping, its masks and a
//! [`Provenance`]. A pruned mapping is an ordinary mapping.
//!
//! # Example
//! Prune the embedded digits network on a machine of 64 x 64 ReRAM crossbars by half, and see what that saves:
//! ```
//! use crosscut_prune::{PruneOptions, Quiet, prune};
//! use crosscut_sim::map::{MapOptions, Mapping};
//! use crosscut_traces::embedded;
//!
//! let net = embedded::digits_network();
//! let arch = crosscut_arch::load("reram-64", &[])?;
//! let dense = Mapping::build(&net, &arch, &MapOptions::default())?;
//! let images = embedded::digits_train().images;
//! let options = PruneOptions { images: 64, ratio: 0.5, ..PruneOptions::default() };
//! let pruned = prune(&net, &dense, &arch, &images, &options, &mut Quiet)?;
//! assert!(pruned.mapping.totals().total() < dense.totals().total());
//! for layer in &pruned.provenance.layers {
//!     println!("{}: {}, {} of {} crossbars", layer.layer, layer.outcome, layer.total_after, layer.total_before);
//! }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Reading order
//! 1. [`prune()`], then [`study`]: the one driver, which plans what stays and carries it out.
//! 2. [`select`]: how it is decided what stays of a layer; [`Method`] is the interface, also for a method of one's own
//!    ([`select::methods::Entry::new`]).
//! 3. [`stats`] (second moments of a layer) and [`refit`]: one matrix per layer answers everything.
//! 4. [`rewrite`]: the new network and mapping. [`masks`]: which weights may differ from zero.
//! 5. [`job`]: a pruning as the command line asks for it. [`finetune()`] and [`train`]: training with masks held.

pub mod error;
mod finetune;
pub mod job;
pub mod masks;
pub mod matrix;
pub mod options;
mod outcome;
mod progress;
pub mod provenance;
mod prune;
pub mod refit;
pub mod rewrite;
pub mod schedule;
pub mod select;
pub mod stats;
pub mod study;
pub mod train;

pub use error::PruneError;
pub use finetune::{Finetune, finetune};
pub use masks::{LayerMask, MaskError, Masks};
pub use options::{Budget, Order, PruneOptions};
pub use outcome::LayerOutcome;
pub use progress::{Progress, Quiet, Stage, Step};
pub use provenance::{FinetuneRecord, GroupProvenance, LayerProvenance, Provenance};
pub use prune::prune;
pub use select::solve::Solver;
pub use select::{Decision, Grain, LayerContext, Method};
pub use study::Pruned;
