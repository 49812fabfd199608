//! Machine descriptions of crossbar accelerators.
//!
//! A machine is written in TOML (quantities as strings with units, alternatives as
//! externally tagged tables), read into a raw schema, checked by one function per rule,
//! and resolved into an [`Arch`]: integers, derived numbers, and a list of [`Part`]s with
//! area, static power, energy per action and the source of each figure.
//!
//! ```
//! let isaac = crosscut_arch::load("isaac-ce", &["crossbar.rows=64".to_owned()])?;
//! assert_eq!(isaac.crossbar.rows, 64);
//! assert_eq!(isaac.cycle_ticks(), 120); // 100 ns at 1.2 GHz
//!
//! let error = crosscut_arch::load("isaac-cd", &[]).unwrap_err();
//! assert!(error.to_string().contains("did you mean the preset `isaac-ce`?"));
//! # Ok::<(), crosscut_arch::ArchError>(())
//! ```
//!
//! The crate knows nothing of networks. Only `load` touches files.
//!
//! **Reading order**: a preset, `presets/reram-64.toml`; [`Arch`] in `model/arch.rs` and [`PartKind`] in `part.rs`, what a
//! machine is and which action of which part is counted; `schema/` and `read/`, how its text becomes one; `rules/` and
//! `check/`, what is refused and what is doubted; `cost/`, what an action costs. `adc/`, `device/` and `topology/` hold one
//! kind a file.

pub mod adc;
pub mod claim;
pub mod device;
pub mod model;
pub mod part;
pub mod schema;
mod suggest;
pub mod topology;
pub mod units;

mod check;
mod cost;
mod diff;
mod error;
mod preset;
mod read;
mod resolve;
mod rules;
mod template;

pub use adc::{
    AdcErrors, AdcRange, Converter, ConverterKind, FixedRange, RangeCalibration, RangeRule,
    UnusedColumns, Work,
};
pub use check::{Check, Distance, Heaviest, LevelTotal, PartTotal, check, distances};
pub use claim::{Claim, Figure};
pub use cost::law::laws;
pub use diff::{CostDiff, Diff, FigureDiff, KeyDiff, diff};
pub use error::{ArchError, Fault, Place};
pub use model::*;
pub use part::{ByValues, Confidence, Gate, Level, Part, PartKind};
pub use preset::{PresetInfo, chips, preset_text, presets, validations};
pub use read::{MappingFile, STDIN, description_text, from_toml, load, load_mapped, load_uncosted};
pub use schema::schema_json;
pub use template::Template;
pub use topology::{Grid, Noc, NocParams, Topology, TopologyKind};
