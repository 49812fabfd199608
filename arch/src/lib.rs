//! Machine descriptions of crossbar accelerators.
//!
//! A machine is written in TOML (quantities as strings with units, alternatives as
//! externally tagged tables), read into a raw schema, checked by one function per rule,
//! and resolved into an [`Arch`]: integers, derived numbers, and a list of [`Part`]s with
//! area, static power, energy per action and the source of each figure.
//!
//! The crate knows nothing of networks. Only `load` touches files.

pub mod model;
pub mod part;

pub use model::*;
pub use part::{Confidence, Level, Part, PartKind};
