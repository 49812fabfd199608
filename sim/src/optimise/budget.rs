//! Budgets, and what mappings take of them.

use super::error::OptimiseError;
use crate::map::Mapping;
use crosscut_arch::{Arch, Chips, Gate, Level, Part};
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

/// What a mapping takes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Size {
    /// Crossbars of all roles.
    pub(super) crossbars: u64,
    /// PEs.
    pub(super) pes: u64,
    /// Tiles, routers and chips with tiles in order.
    pub(super) in_use: InUse,
    /// Their area.
    pub(super) area_mm2: f64,
}

impl Size {
    /// Of a mapping with tiles in order.
    pub(super) fn of(arch: &Arch, mapping: &Mapping) -> Size {
        let in_use = InUse::of(mapping);
        Size {
            crossbars: mapping.totals().total(),
            pes: mapping.pes,
            in_use,
            area_mm2: in_use.area_mm2(arch),
        }
    }

    /// What a budget compares: no budget holds a larger mapping and not a smaller one.
    pub(super) fn amount(&self, measure: Measure) -> u64 {
        match measure {
            Measure::Crossbars => self.crossbars,
            Measure::Pes => self.pes,
        }
    }

    /// The larger of both in every figure.
    pub(super) fn or_larger(self, other: &Size) -> Size {
        Size {
            crossbars: self.crossbars.max(other.crossbars),
            pes: self.pes.max(other.pes),
            in_use: InUse {
                tiles: self.in_use.tiles.max(other.in_use.tiles),
                routers: self.in_use.routers.max(other.in_use.routers),
                chips: self.in_use.chips.max(other.in_use.chips),
            },
            area_mm2: self.area_mm2.max(other.area_mm2),
        }
    }
}

impl std::fmt::Display for Size {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let count = |n: u64, what: &str| format!("{n} {what}{}", if n == 1 { "" } else { "s" });
        write!(
            f,
            "{} in {} on {}, {:.4} mm2",
            count(self.crossbars, "crossbar"),
            count(self.in_use.tiles, "tile"),
            count(self.in_use.chips, "chip"),
            self.area_mm2
        )
    }
}

/// The most that a mapping may take.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cap {
    budget: Option<Budget>,
    /// What the budget limits.
    pub(super) measure: Measure,
    /// Chips of a machine that has a fixed number of them.
    machine: Option<u32>,
}

impl Cap {
    /// The cap of a budget, of a machine with a fixed number of chips, or of both.
    pub(super) fn of(arch: &Arch, budget: Option<Budget>) -> Result<Cap, OptimiseError> {
        let positive = match budget {
            Some(Budget::Chips(n) | Budget::Crossbars(n)) => n > 0,
            Some(Budget::AreaMm2(a)) => a > 0.0 && a.is_finite(),
            None => true,
        };
        match budget {
            Some(b) if !positive => return Err(OptimiseError::NotPositive(b.to_string())),
            _ => {}
        }
        Ok(Cap {
            budget,
            measure: match budget {
                Some(Budget::Crossbars(_)) => Measure::Crossbars,
                _ => Measure::Pes,
            },
            machine: match arch.chips {
                Chips::AsNeeded => None,
                Chips::Exactly(n) => Some(n),
            },
        })
    }

    /// Whether there is a limit at all.
    pub(super) fn is_limited(&self) -> bool {
        self.budget.is_some() || self.machine.is_some()
    }

    /// Whether a mapping of this size is within the limits.
    pub(super) fn allows(&self, size: &Size) -> bool {
        let in_budget = match self.budget {
            Some(Budget::Chips(n)) => size.in_use.chips <= n,
            Some(Budget::Crossbars(n)) => size.crossbars <= n,
            Some(Budget::AreaMm2(a)) => size.area_mm2 <= a,
            None => true,
        };
        in_budget && (self.machine).is_none_or(|n| size.in_use.chips <= u64::from(n))
    }
}

impl std::fmt::Display for Cap {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let chips = self.machine.map(|n| Budget::Chips(u64::from(n)));
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

    /// Units of a level in use.
    fn units(&self, arch: &Arch, level: Level) -> u64 {
        let pes = self.tiles * u64::from(arch.tile.pes);
        match level {
            Level::Router => self.routers,
            level => arch.units(level, pes, self.tiles, self.chips),
        }
    }

    /// Area in square millimetres, chip parts included.
    pub fn area_mm2(&self, arch: &Arch) -> f64 {
        let area = |p: &Part| (self.units(arch, p.level) * p.count) as f64 * p.area_um2 / 1e6;
        arch.parts.iter().map(area).sum()
    }

    /// Power that is drawn whether anything acts or not. Parts that are off while idle are left out.
    pub fn static_mw(&self, arch: &Arch) -> f64 {
        let always = |p: &&Part| p.gate != Gate::Idle;
        let power = |p: &Part| {
            let powered = arch.powered(p, self.units(arch, p.level), self.chips);
            powered as f64 * p.static_power_mw
        };
        arch.parts.iter().filter(always).map(power).sum()
    }
}

/// The machine with as many chips as it takes: what a network needs is known before whether it fits.
pub(super) fn without_chips(arch: &Arch) -> Arch {
    Arch {
        chips: Chips::AsNeeded,
        ..arch.clone()
    }
}
