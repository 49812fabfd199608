//! Reports: what a mapping, a run, an evaluation or a pruning amounts to, as plain values that explain themselves.
//!
//! ```
//! use crosscut_report::{About, MapReport, Report};
//! use crosscut_sim::map::{MapOptions, Mapping};
//!
//! let machine = crosscut_arch::load("isaac-8b", &[])?;
//! let network = crosscut_traces::zoo::named("vgg8", 0)?;
//! let mapping = Mapping::build(&network, &machine, &MapOptions::default())?;
//! let about = About::new(&network, &machine, 0);
//! let report = MapReport::new(about, &network, &machine, &mapping)?;
//! println!("{} crossbars on {} tiles", report.totals.total, report.totals.tiles);
//!
//! let saved = serde_json::to_string(&report)?; // begins with "kind": "map"
//! assert_eq!(Report::read(&saved)?, Report::Map(Box::new(report)));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! A report begins with its [`Kind`] and holds the resolved machine, the digest of the network and the seed, so that it
//! can be made again; tables and plots are made from the saved report only. Keys carry their unit (`_ns`, `_pj`, `_mm2`,
//! `_mw`); crossbars, conversions and other plain counts carry none. `docs/report.md` lists every key.
//!
//! **Energy of one inference** in steady state, images back to back: actions of one image x energy per action, plus
//! static power of every instance in use x the interval between images. **Area**: every instance of the tiles in use,
//! whole tiles, their routers and chip-level parts. Both follow from the report's own counts and cost table.
//!
//! **Checks.** A [`RunReport`] lists [`Check`]s, each of which gets one figure in two independent ways.
//!
//! **Reading order**: [`About`] and [`Kind`], then the report of interest ([`MapReport`], [`RunReport`], [`ExecReport`],
//! [`PruneReport`], [`CompareReport`]); `energy.rs` and `area.rs` for what things cost, `checks.rs` for how figures are
//! checked, [`explain`] for why a layer takes as many crossbars as it does.

mod about;
pub mod area;
mod by_values;
mod check;
mod checks;
pub mod compare;
pub mod energy;
pub mod exec;
pub mod explain;
pub mod format;
mod import;
mod kind;
pub mod map;
pub mod measured;
pub mod page;
mod parts;
pub mod plot;
pub mod points;
mod profile;
mod prune;
mod read;
mod reload;
pub mod run;
mod schema;
mod sound;
mod stalls;
mod startup;
mod state;
mod stream;
pub mod sweep;
mod train;
pub mod uncertainty;
pub mod why;

pub use about::{About, VERSION};
pub use check::Check;
pub use compare::{Change, Changes, CompareReport};
pub use energy::{Component, Resting};
pub use exec::{ExecReport, LayerExec, PartialValues};
pub use explain::{Explanation, Step};
pub use import::{ImportReport, ImportedLayer};
pub use kind::Kind;
pub use map::{Crossbars, LayerMapReport, LayerShape, MapReport, PlacementReport, Totals};
pub use measured::{ActivityError, MeasuredEnergy, MeasuredLayer, MeasuredPart};
pub use points::MethodPoint;
pub use profile::{LayerProfile, ProfileReport};
pub use prune::PruneReport;
pub use read::{ReadError, Report};
pub use reload::{GroupMap, GroupReport, PartitionReport, ReloadReport};
pub use run::Observed;
pub use schema::{
    BufferUse, LayerRun, LayerStartup, LinkUse, Method, PartUse, RunReport, StartupReport,
    TimelineInfo,
};
pub use stalls::{Critical, Resource, by_cause};
pub use state::State;
pub use stream::{Batch, Deviation, Partial, Stop};
pub use train::{MaskRecord, TrainData, TrainReport};
pub use uncertainty::{Band, Doubt, DoubtOf, Uncertainty, Weight};
pub use why::WhyReport;
