//! The simulator: maps a network onto a machine, and runs the mapped network.
//!
//! Order of modules, one way only: `map < graph < {place, func}`, `place < cycle < record < estimate < optimise`. The
//! cycle engine (time, counts) and the functional engine (values) do not know each other.

pub mod counts;
pub mod cycle;
pub mod estimate;
pub mod func;
pub mod graph;
pub mod map;
pub mod optimise;
pub mod place;
pub mod record;

pub use counts::Counts;
