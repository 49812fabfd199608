//! Instances in use, and the area they take: whole tiles, their routers, and the parts of the chips they sit on.

use super::map::Totals;
use crosscut_arch::{Arch, Level};

/// Units of a level that are in use. A tile in use has all its PEs, used or not.
pub fn units_in_use(arch: &Arch, totals: &Totals, level: Level) -> u64 {
    if level == Level::Router {
        return totals.routers;
    }
    let pes = totals.tiles * u64::from(arch.tile.pes);
    arch.units(level, pes, totals.tiles, totals.chips)
}

/// Area of the whole chips the network sits on, unused tiles included.
pub fn chip_area_mm2(arch: &Arch, chips: u64) -> f64 {
    chips as f64 * crosscut_arch::check(arch).area_mm2
}
