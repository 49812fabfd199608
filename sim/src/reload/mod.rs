//! Networks larger than the machine: weights are written in groups of layers, one group after the other.
//!
//! A *pass* takes a batch of images through the whole network. For each group in turn, its weights are written
//! ([`crate::cycle::Startup`]), then all images of the batch run through it ([`crate::time`]); the values that the next groups
//! need lie in the memory outside the chips meanwhile, and cross the links to it as the images of any network do. Then the next
//! pass begins with the first group again. Writing and computing do not overlap, within a group or between groups.
//!
//! Groups are runs of layers in network order: each is as long as it can be and still fit the machine, its buffers
//! included. A layer without weights belongs to the compute layer before it. A layer that does not fit alone is cut along its
//! outputs ([`pieces()`]).

mod batch;
mod error;
mod partition;
mod pieces;
mod run;

pub use batch::{BatchRule, Dram};
pub use error::ReloadError;
pub use partition::{Group, Limit, groups};
pub use pieces::{Pieces, pieces};
pub use run::{GroupRun, Pass, run};
