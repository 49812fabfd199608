//! What a machine adds up to, and what looks wrong in it.

mod figures;
mod warnings;

pub use figures::{Check, LevelTotal, PartTotal};

use crate::model::Arch;

/// Derives throughput, power, area and warnings.
pub fn check(arch: &Arch) -> Check {
    let mut check = figures::figures(arch);
    check.warnings = warnings::warnings(arch, &check);
    check
}
