//! What a machine adds up to, how far that is from what is published or expected, and what looks wrong in it.

mod beside;
mod distance;
mod figures;
mod warnings;

pub use beside::{Distance, Heaviest};
pub use distance::distances;
pub use figures::{Check, LevelTotal, PartTotal};

use crate::model::Arch;

/// Derives throughput, power, area, distances from published figures, and warnings.
pub fn check(arch: &Arch) -> Check {
    let mut check = figures::figures(arch);
    check.published = distance::published(arch, &check);
    check.warnings = warnings::warnings(arch, &check);
    check
}
