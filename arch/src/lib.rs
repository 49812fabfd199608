//! Machine descriptions of crossbar accelerators.
//!
//! A machine is written in TOML (quantities as strings with units, alternatives as
//! externally tagged tables), read into a raw schema, checked by one function per rule,
//! and resolved into an [`Arch`]: integers, derived numbers, and a list of [`Part`]s with
//! area, static power, energy per action and the source of each figure.
//!
//! The crate knows nothing of networks. Only `load` touches files.

pub mod check;
pub mod cost;
mod error;
mod load;
pub mod model;
pub mod part;
mod presets;
mod resolve;
pub mod schema;
mod source;
pub mod suggest;
pub mod units;
mod validate;

pub use check::{Check, check};
pub use error::{ArchError, Fault};
pub use load::{from_toml, load};
pub use model::*;
pub use part::{Confidence, Level, Part, PartKind};
pub use presets::{PRESETS, Preset, preset};

/// JSON schema of the TOML description, for editors.
pub fn schema_json() -> serde_json::Value {
    schemars::schema_for!(schema::Machine).to_value()
}
