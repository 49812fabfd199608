//! Budgets, and how many crossbars or PEs they allow.

use super::error::OptimiseError;
use crosscut_arch::{Arch, Chips};
use serde::{Deserialize, Serialize};

/// How much hardware there is.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Budget {
    /// Whole chips.
    Chips(u64),
    /// Crossbars of all roles.
    Crossbars(u64),
    /// Area of the tiles, routers and chip parts in use, in square millimetres (`area_mm2` of a run).
    AreaMm2(f64),
}

impl std::fmt::Display for Budget {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Budget::Chips(n) => write!(f, "{n} chip{}", if *n == 1 { "" } else { "s" }),
            Budget::Crossbars(n) => write!(f, "{n} crossbar{}", if *n == 1 { "" } else { "s" }),
            Budget::AreaMm2(a) => write!(f, "{a} mm2"),
        }
    }
}

/// What is added up over layers: crossbars, or PEs (a layer starts on a fresh PE).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Measure {
    Crossbars,
    Pes,
}

/// The most of a measure that a mapping may take.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cap {
    pub(super) budget: Option<Budget>,
    pub(super) measure: Measure,
    pub(super) limit: Option<u64>,
}

impl Cap {
    /// The cap of a budget; without one, that of a machine with a fixed number of chips.
    pub(super) fn of(arch: &Arch, budget: Option<Budget>) -> Result<Cap, OptimiseError> {
        let of_machine = match arch.chips {
            Chips::AsNeeded => None,
            Chips::Exactly(n) => Some(Budget::Chips(u64::from(n))),
        };
        let budget = budget.or(of_machine);
        let positive = match budget {
            Some(Budget::Chips(n) | Budget::Crossbars(n)) => n > 0,
            Some(Budget::AreaMm2(a)) => a > 0.0 && a.is_finite(),
            None => true,
        };
        match budget {
            Some(b) if !positive => return Err(OptimiseError::NotPositive(b.to_string())),
            _ => {}
        }
        let per_chip = arch.tiles_per_chip() * u64::from(arch.tile.pes);
        let (measure, limit) = match budget {
            None => (Measure::Crossbars, None),
            Some(Budget::Crossbars(n)) => (Measure::Crossbars, Some(n)),
            Some(Budget::Chips(n)) => (Measure::Pes, Some(n.saturating_mul(per_chip))),
            Some(Budget::AreaMm2(a)) => (Measure::Pes, Some(pes_within(arch, a))),
        };
        Ok(Cap {
            budget,
            measure,
            limit,
        })
    }

    /// What a layer with so many crossbars counts for.
    pub(super) fn of_crossbars(&self, arch: &Arch, crossbars: u64) -> u64 {
        match self.measure {
            Measure::Crossbars => crossbars,
            Measure::Pes => crossbars.div_ceil(u64::from(arch.pe.crossbars)),
        }
    }

    pub(super) fn allows(&self, amount: u64) -> bool {
        self.limit.is_none_or(|limit| amount <= limit)
    }
}

/// Area of tiles in use with their routers, and of the parts of the chips they sit on.
pub fn area_mm2(arch: &Arch, tiles: u64, chips: u64) -> f64 {
    let pes = tiles * u64::from(arch.tile.pes);
    let parts = arch.parts.iter().map(|p| {
        let instances = arch.units(p.level, pes, tiles, chips) * p.count;
        instances as f64 * p.area_um2 / 1e6
    });
    parts.sum()
}

/// Tiles and chips that so many PEs take.
pub(super) fn tiles_and_chips(arch: &Arch, pes: u64) -> (u64, u64) {
    let tiles = pes.div_ceil(u64::from(arch.tile.pes));
    (tiles, tiles.div_ceil(arch.tiles_per_chip()))
}

/// The most PEs whose tiles, routers and chips take no more than this area.
fn pes_within(arch: &Arch, area: f64) -> u64 {
    let fits = |tiles: u64| area_mm2(arch, tiles, tiles.div_ceil(arch.tiles_per_chip())) <= area;
    let (mut most, mut too_many) = (0, 1 << 32);
    while most + 1 < too_many {
        let middle = most + (too_many - most) / 2;
        if fits(middle) {
            most = middle;
        } else {
            too_many = middle;
        }
    }
    most * u64::from(arch.tile.pes)
}

/// The machine with as many chips as it takes: what a network needs is known before whether it fits.
pub(super) fn without_chips(arch: &Arch) -> Arch {
    Arch {
        chips: Chips::AsNeeded,
        ..arch.clone()
    }
}
