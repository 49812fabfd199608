//! Reports: what a mapping, a run, an evaluation or a pruning amounts to, as plain values that explain themselves.
//!
//! A report holds the resolved machine, the digest of the network and the seed, so that it can be made again; tables
//! and plots are made from the saved report only. Keys carry their unit (`_ns`, `_pj`, `_mm2`, `_mw`); crossbars,
//! conversions and other plain counts carry none.
//!
//! **Energy of one inference** in steady state, images back to back: actions of one image x energy per action, plus
//! static power of every instance in use x the interval between images. **Area**: every instance of the tiles in use,
//! whole tiles, their routers and chip-level parts. Both follow from the report's own counts and cost table.

mod about;
pub mod area;
mod check;
mod checks;
pub mod compare;
pub mod energy;
pub mod exec;
pub mod explain;
mod kind;
pub mod map;
mod parts;
pub mod points;
mod profile;
mod prune;
mod read;
pub mod run;
mod schema;
mod stalls;
mod startup;
mod state;
mod stream;
mod train;

pub use about::{About, VERSION};
pub use check::Check;
pub use compare::{Change, Changes, CompareReport};
pub use energy::Component;
pub use exec::{ExecReport, LayerExec};
pub use explain::{Explanation, Step};
pub use kind::Kind;
pub use map::{Crossbars, LayerMapReport, LayerShape, MapReport, PlacementReport, Totals};
pub use points::MethodPoint;
pub use profile::{LayerProfile, ProfileReport};
pub use prune::PruneReport;
pub use read::{ReadError, Report};
pub use run::Observed;
pub use schema::{
    BufferUse, LayerRun, LayerStartup, LinkUse, Method, PartUse, RunReport, StartupReport, TimelineInfo,
};
pub use stalls::{Critical, Resource, by_cause};
pub use state::State;
pub use stream::{Batch, Deviation, Partial, Stop};
pub use train::{MaskRecord, TrainData, TrainReport};
