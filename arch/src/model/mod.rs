//! The resolved machine: every default written out, every quantity a plain number with its unit in the name.
//!
//! Hierarchy: cell -> crossbar -> PE -> tile -> chip -> system. Time is counted in *ticks* of the
//! digital clock; a *crossbar cycle* is one input step (read, and drain of the read by the ADCs).

mod activity;
mod arch;
mod array;
mod chip;
mod columns;
mod cycle;
mod dram;
mod format;
mod mapping;
mod off_chip;
mod published;
mod reads;
mod seen;
mod timing;
mod totals;
mod write;

pub use activity::Activity;
pub use arch::Arch;
pub use array::{Crossbar, Device};
pub use chip::{Chip, ChipLinks, Chips, Pe, Ports, Roles, Tile, Worker};
pub use dram::Dram;
pub use format::{Format, PartialSums, SignedWeights, WeightValues};
pub use mapping::{ChannelGroups, Fold, LayerRules, MappingRules, Packing};
pub use published::{Mark, Published};
pub use seen::Seen;
pub use timing::{BitSerial, Integrated, Phased, Staged, Timing};
pub use write::CellWrite;
