//! The cycle engine: when things happen (`docs/timing.md` is the contract).
//!
//! Time is an integer number of ticks of the digital clock. A [`Plan`] holds everything static; [`simulate`] moves it
//! through time and counts what is done meanwhile; [`run_plan`] does so for one image alone and for images back to back. What
//! each part takes and does stands in [`parts`]. Energy is counts x cost table and belongs to the report.
//!
//! Layers fused into the station before them (activations, softmax, local response normalisation, batch norm, also
//! where they follow an addition or a pool) take no time of their own; their actions are counted. Joining channels is
//! timed as a digital station.

pub mod actions;
mod build;
mod busiest;
mod engine;
mod error;
pub mod observe;
mod packets;
pub mod parts;
pub mod pipeline;
pub mod plan;
pub mod result;
mod routes;
mod run;
pub mod startup;
mod waits;
mod wheel;

pub use busiest::{Part, busiest, busiest_with_and_without_links};
pub use engine::{EdgeUse, End, Limits, LinkTally, Outcome, Tally, TileUse, Usage, simulate};
pub use error::CycleError;
pub use observe::{Firing, Observer, Observers, Silent};
pub use plan::Plan;
pub use result::{CycleResult, ImageStream, StationTiming};
pub use run::{RunOptions, bottleneck_ticks, run_plan};
pub(crate) use run::{done_with_it, stations};
pub use startup::{LayerWrite, Startup};
pub use waits::{Stalls, Waits};
