//! Cost tables -> one [`Part`] per kind.
//!
//! A file states figures for a group of instances on the machine it describes, or names a law; here they become figures of
//! one instance of this machine. Counts, and busy rates of parts inside a PE, follow from the structure, so that an
//! override of the structure carries through to area and peak power.

pub(crate) mod anchor;
pub(crate) mod cost_law;
pub(crate) mod figures;
pub(crate) mod key;
pub(crate) mod law;
pub(crate) mod node;
pub(crate) mod point;
mod rate;
mod read;
mod refresh;
mod scale;
mod stated;
mod unpriced;

pub(crate) use rate::{acts, count_is_structural, rate_is_structural};
pub(crate) use unpriced::unpriced;

use crate::model::Arch;
use crate::part::{ByValues, Confidence, Part, PartKind};
use crate::schema::{Cost, Machine};
use anchor::Anchors;
use figures::NoFigures;
use point::Point;
use stated::Priced;
use std::ops::Range;

/// What the parts of a machine cost.
pub(crate) struct Costs {
    /// The parts in [`PartKind::ALL`] order; parts it has none of are left out.
    pub(crate) parts: Vec<Part>,
    /// Parts whose law has no figures for the machine.
    pub(crate) gaps: Vec<Gap>,
    /// What laws see of the machine.
    pub(crate) point: Point,
}

/// A part whose law has no figures for the machine.
pub(crate) struct Gap {
    /// The part.
    pub(crate) kind: PartKind,
    /// Where its law, or the figure that the law was to scale, stands.
    pub(crate) span: Range<usize>,
    /// Why.
    pub(crate) why: NoFigures,
}

/// Prices a machine.
pub(crate) fn price(m: &Machine, arch: &Arch, anchors: &Anchors) -> Costs {
    let mut costs = Costs {
        parts: Vec::new(),
        gaps: Vec::new(),
        point: Point::of(m, arch),
    };
    // The bus is as long as the tile whose other parts it joins.
    let (bus, others): (Vec<_>, Vec<_>) = m.cost.0.iter().partition(|(k, _)| **k == PartKind::Bus);
    for (kind, cost) in others {
        costs.add(*kind, cost, m, arch, anchors);
    }
    costs.point.tile_um = tile_um(&costs.parts, arch);
    for (kind, cost) in bus {
        costs.add(*kind, cost, m, arch, anchors);
    }
    costs.parts.sort_by_key(|p| p.kind);
    costs
}

/// Ticks of a read. A read stated for a smaller array is lengthened to the time the wires of this one take to settle.
pub(crate) fn read_ticks(here: &Point, stated: Option<&Point>, arch: &Arch) -> u64 {
    let Some(there) = stated else {
        return arch.crossbar.read_ticks;
    };
    let (before, now) = (law::settle_ns(there), law::settle_ns(here));
    if now <= before || now <= here.read_ns {
        return arch.crossbar.read_ticks;
    }
    // A published read that is shorter than the law's own time keeps its ratio to it.
    let ns = now * (here.read_ns / before).min(1.0);
    (ns * arch.clock_hz / 1e9 - 1e-6)
        .ceil()
        .max(arch.crossbar.read_ticks as f64) as u64
}

/// Side of a square with the area of a tile's parts, those of its PEs included.
fn tile_um(parts: &[Part], arch: &Arch) -> f64 {
    use crate::part::Level;
    let area = |level| -> f64 {
        let of_level = parts.iter().filter(|p| p.level == level);
        of_level.map(|p| p.count as f64 * p.area_um2).sum()
    };
    (area(Level::Tile) + f64::from(arch.tile.pes) * area(Level::Pe)).sqrt()
}

impl Costs {
    fn add(&mut self, kind: PartKind, cost: &Cost, m: &Machine, arch: &Arch, anchors: &Anchors) {
        let given = cost.count.as_ref().map_or(1, |c| **c);
        let count = rate::structural_count(kind, arch).unwrap_or(given);
        if count == 0 {
            return;
        }
        let here = Point {
            length_um: cost.length.as_ref().map(|l| l.0 / 1e3),
            transistors: cost.transistors.as_deref().copied().unwrap_or_default(),
            ..self.point
        };
        let part = part(kind, count, cost, arch);
        let priced = match cost.within.is_some() {
            true => Ok(Priced::within()),
            false => stated::price(kind, cost, m, &here, anchors),
        };
        match priced {
            Ok(priced) => self.parts.extend(priced.onto(part, arch)),
            Err((span, why)) => self.gaps.push(Gap { kind, span, why }),
        }
    }
}

/// A part without its figures.
fn part(kind: PartKind, count: u64, cost: &Cost, arch: &Arch) -> Part {
    let within = cost
        .within
        .as_ref()
        .map_or_else(String::new, |w| format!("; counted within `{}`", w.name()));
    let source = cost.source.as_ref().map_or("", |s| s.value.as_str());
    Part {
        kind,
        level: kind.level(),
        count,
        area_um2: 0.0,
        static_power_mw: 0.0,
        gate: cost.gate.unwrap_or_default(),
        energy_pj: 0.0,
        full_rate: rate::structural_rate(kind, count, arch).unwrap_or(0.0),
        source: format!("{source}{within}"),
        confidence: cost.confidence.unwrap_or(Confidence::Recalled),
        by_values: ByValues {
            codes: cost.by_code.as_deref().copied().unwrap_or(0.0),
            ..ByValues::default()
        },
        node_nm: None,
    }
}
