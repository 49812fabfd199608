//! Kinds of machines, one file each. `docs/extending.md` says how to add one.

mod list;
mod machine;
mod off_chip;
mod phased;
mod pipelined;

pub use list::of;
pub use machine::{MachineKind, Phases, Travel};
pub use off_chip::off_chip_rate;
pub use pipelined::Pipelined;
