//! Ways to prune by name: the published method, this crate's own, and baselines of other papers.
//!
//! Each keeps what its paper chooses by and takes the rest (sampling, refit, budget) from [`crate::study`], so that tables
//! compare the choice and nothing else. Simplifications are named in each module. [`METHODS`] is the list; [`Entry`] is
//! how a method comes into a study, an own one too.

mod both;
mod channels;
mod cluster;
mod entry;
mod filters;
mod list;
mod magnitude;
mod random;
mod recipes;

pub use both::Both;
pub use channels::{Channels, Criterion};
pub use cluster::Cluster;
pub use entry::Entry;
pub use filters::{Filters, Scores};
pub use list::{METHODS, NamedMethod, by_name};
pub use magnitude::Magnitude;
pub use random::Random;
pub use recipes::{Recipe, ablation, ours, paper};
