//! The event engine: moves a plan through time by the rules of `docs/timing.md`, and counts what is done meanwhile.
//!
//! `simulation` is the loop, one line per step of a tick; `firing` is what one firing does from start to finish. The rest
//! are types that stand by themselves: `machine` is everything that decides what happens next, `station` where stations
//! and edges stand, `gate` their windows as tables, `servers` the shared parts of tiles, `network` packets and links;
//! `tally` and `usage` add up, `steady` proves that images repeat, `deadlock` says who waits for whom.

mod deadlock;
mod dirty;
mod event;
mod firing;
mod gate;
mod limits;
mod machine;
mod network;
mod servers;
mod simulation;
mod station;
mod steady;
mod tally;
mod usage;

pub use limits::{End, Limits};
pub use simulation::{Outcome, simulate};
pub use tally::Tally;
pub use usage::{EdgeUse, LinkTally, TileUse, Usage};
