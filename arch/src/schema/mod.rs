//! The raw machine description: what may stand in a TOML file, before any rule is checked.
//!
//! Unknown keys are refused; alternatives are externally tagged tables (`[adc.sar]`, `[noc.mesh]`);
//! values that a rule may refuse carry their place in the text ([`At`]). A table is named after what it describes with
//! `Table` at its end, an alternative with `Kind`; the resolved machine has the plain names.

mod activity;
mod array;
mod at;
mod chips;
mod cost;
mod device;
mod dram;
mod format;
mod json;
mod machine;
mod mapping;
mod none;
mod parts;
mod published;
mod timing;
mod write;

pub use crate::adc::AdcKind;
pub use activity::ActivityTable;
pub use array::{CellTable, CrossbarTable, DacTable, DeviceKind};
pub use at::At;
pub use chips::ChipCount;
pub use cost::{Cost, Costs, Law, PublishedAt, Transistors};
pub use device::*;
pub use dram::{DramTable, LinkRate};
pub use format::{FormatTable, OffsetTable, SignedKind};
pub use json::schema_json;
pub use machine::Machine;
pub use mapping::{LayerChoice, MappingTable};
pub use none::NoKeys;
pub use parts::*;
pub use published::PublishedTable;
pub use timing::{
    BitSerialTable, IntegratedTable, NoTimingTable, PhasedTable, StagedTable, TimingKind,
};
pub use write::WriteTable;
