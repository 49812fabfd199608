//! Budgets, and how many crossbars or PEs they allow.

use super::error::OptimiseError;
use crate::map::Mapping;
use crosscut_arch::{Arch, Chips, Level, Part};
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

impl Measure {
    /// What a layer of `crossbars` crossbars counts for.
    pub(super) fn of(self, arch: &Arch, crossbars: u64) -> u64 {
        match self {
            Measure::Crossbars => crossbars,
            Measure::Pes => crossbars.div_ceil(u64::from(arch.pe.crossbars)),
        }
    }
}

/// The most that a mapping may take.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cap {
    budget: Option<Budget>,
    /// What the budget limits, and to how much.
    pub(super) measure: Measure,
    pub(super) limit: Option<u64>,
    /// Chips and PEs of a machine that has a fixed number of chips.
    machine: Option<(u32, u64)>,
}

impl Cap {
    /// The cap of a budget, of a machine with a fixed number of chips, or of both.
    pub(super) fn of(arch: &Arch, budget: Option<Budget>) -> Result<Cap, OptimiseError> {
        let per_chip = arch.tiles_per_chip() * u64::from(arch.tile.pes);
        let machine = match arch.chips {
            Chips::AsNeeded => None,
            Chips::Exactly(n) => Some((n, u64::from(n) * per_chip)),
        };
        let positive = match budget {
            Some(Budget::Chips(n) | Budget::Crossbars(n)) => n > 0,
            Some(Budget::AreaMm2(a)) => a > 0.0 && a.is_finite(),
            None => true,
        };
        match budget {
            Some(b) if !positive => return Err(OptimiseError::NotPositive(b.to_string())),
            _ => {}
        }
        let (measure, limit) = match budget {
            None if machine.is_none() => (Measure::Crossbars, None),
            None => (Measure::Pes, machine.map(|(_, pes)| pes)),
            Some(Budget::Crossbars(n)) => (Measure::Crossbars, Some(n)),
            Some(Budget::Chips(n)) => (Measure::Pes, Some(n.saturating_mul(per_chip))),
            Some(Budget::AreaMm2(a)) => (Measure::Pes, Some(pes_within(arch, a))),
        };
        Ok(Cap {
            budget,
            measure,
            limit,
            machine,
        })
    }

    /// Whether `amount` of the measure and `pes` PEs are within the limits.
    pub(super) fn allows(&self, amount: u64, pes: u64) -> bool {
        let in_machine = self.machine.is_none_or(|(_, most)| pes <= most);
        in_machine && self.limit.is_none_or(|limit| amount <= limit)
    }
}

impl std::fmt::Display for Cap {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let chips = self.machine.map(|(n, _)| Budget::Chips(u64::from(n)));
        match (self.budget, chips) {
            (Some(budget), Some(chips)) => write!(f, "{budget} and the machine's {chips}"),
            (Some(budget), None) => budget.fmt(f),
            (None, Some(chips)) => write!(f, "the machine's {chips}"),
            (None, None) => f.write_str("nothing"),
        }
    }
}

/// What is in use: whole tiles, the routers that serve them, and chips.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InUse {
    /// Tiles.
    pub tiles: u64,
    /// Routers.
    pub routers: u64,
    /// Chips.
    pub chips: u64,
}

impl InUse {
    /// Of a mapping.
    pub fn of(mapping: &Mapping) -> InUse {
        InUse {
            tiles: mapping.tiles,
            routers: mapping.placement.routers,
            chips: mapping.chips,
        }
    }

    /// What `pes` PEs take, tiles in order.
    pub(super) fn by_pes(arch: &Arch, pes: u64) -> InUse {
        let tiles = pes.div_ceil(u64::from(arch.tile.pes));
        let (per_chip, per_router) = (
            arch.tiles_per_chip(),
            u64::from(arch.noc.params.tiles_per_router),
        );
        // No router serves tiles of two chips.
        let full = tiles / per_chip * per_chip.div_ceil(per_router);
        InUse {
            tiles,
            routers: full + (tiles % per_chip).div_ceil(per_router),
            chips: tiles.div_ceil(per_chip),
        }
    }

    /// A figure of each part, added up over all instances in use.
    fn sum(&self, arch: &Arch, figure: fn(&Part) -> f64) -> f64 {
        let pes = self.tiles * u64::from(arch.tile.pes);
        let of_part = |p: &Part| {
            let units = match p.level {
                Level::Router => self.routers,
                level => arch.units(level, pes, self.tiles, self.chips),
            };
            (units * p.count) as f64 * figure(p)
        };
        arch.parts.iter().map(of_part).sum()
    }

    /// Area in square millimetres, chip parts included.
    pub fn area_mm2(&self, arch: &Arch) -> f64 {
        self.sum(arch, |p| p.area_um2 / 1e6)
    }

    /// Power that is drawn whether anything acts or not.
    pub fn static_mw(&self, arch: &Arch) -> f64 {
        self.sum(arch, |p| p.static_power_mw)
    }
}

/// The most PEs whose tiles, routers and chips take no more than this area.
fn pes_within(arch: &Arch, area: f64) -> u64 {
    let per_tile = u64::from(arch.tile.pes);
    let fits = |tiles: u64| InUse::by_pes(arch, tiles * per_tile).area_mm2(arch) <= area;
    let (mut most, mut too_many) = (0, 1 << 32);
    while most + 1 < too_many {
        let middle = most + (too_many - most) / 2;
        if fits(middle) {
            most = middle;
        } else {
            too_many = middle;
        }
    }
    most * per_tile
}

/// The machine with as many chips as it takes: what a network needs is known before whether it fits.
pub(super) fn without_chips(arch: &Arch) -> Arch {
    Arch {
        chips: Chips::AsNeeded,
        ..arch.clone()
    }
}
