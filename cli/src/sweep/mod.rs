//! Sweeps: many design points, each an experiment of its own, kept as one line of a log.
//!
//! A [`Plan`] says which values each axis takes, how points are chosen and what is kept of each. An [`Engine`] answers a
//! point: it maps, times and prices it, prunes and measures accuracy where the plan asks for it, and shares that work
//! between points that differ in costs only. [`Sweep`] takes the points through the engine on all cores and appends their
//! rows to a log, which a sweep that was killed at any moment goes on from.
//!
//! **Reading order**: [`request`] (what a user asks for), [`plan`] (what that amounts to), [`engine`], [`drive`]; `axis.rs`
//! and `constraint.rs` for the two small languages, `nsga.rs` for the adaptive search, [`crosscut_report::sweep`] for logs and tables.

mod asked;
pub mod axis;
mod base;
mod choice;
mod constraint;
pub mod drive;
pub mod engine;
mod error;
mod iso;
mod log;
mod nsga;
pub mod plan;
mod plan_file;
mod points;
mod range;
pub mod request;
mod shared;
mod tally;

pub use drive::{Done, Sweep};
pub use engine::Engine;
pub use error::SweepError;
pub use iso::{IsoAccuracy, IsoBy};
pub use plan::Plan;
pub use points::Search;
pub use request::Request;
