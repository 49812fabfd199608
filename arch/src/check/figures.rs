//! What a machine adds up to: peak throughput, power and area by part.

use crate::model::{Arch, Timing};
use crate::part::{Confidence, Level, Part, PartKind};
use serde::Serialize;

/// Figures derived from a machine at full activity (1 MAC = 2 operations). Powers, areas and efficiencies are not a number
/// where the machine gives no costs; JSON has `null` for it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Check {
    /// Crossbar cycle.
    pub cycle_ns: f64,
    /// What sets it.
    pub cycle_set_by: &'static str,
    /// Throughput of one chip with every array busy in every cycle.
    pub peak_gops: f64,
    /// Power of one chip at that activity.
    pub power_mw: f64,
    /// Area of one chip.
    pub area_mm2: f64,
    /// Weights one chip holds.
    pub weight_bytes: f64,
    /// Peak throughput per power (PE).
    pub gops_per_w: f64,
    /// Peak throughput per area (CE).
    pub gops_per_mm2: f64,
    /// Weight storage per area (SE).
    pub mib_per_mm2: f64,
    /// One PE, tile, router and chip.
    pub levels: Vec<LevelTotal>,
    /// Each part of one chip.
    pub parts: Vec<PartTotal>,
    /// How far it is from what is published of it.
    pub published: Vec<super::beside::Distance>,
    /// What looks wrong or unfounded, one sentence each.
    pub warnings: Vec<String>,
}

/// One unit of a level at full activity.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct LevelTotal {
    /// Which level.
    pub level: Level,
    /// Power of its own parts.
    pub own_power_mw: f64,
    /// Area of its own parts.
    pub own_area_mm2: f64,
    /// Power with all levels inside it (a tile: its PEs and its share of a router).
    pub power_mw: f64,
    /// Area with all levels inside it.
    pub area_mm2: f64,
}

/// A part over one chip.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PartTotal {
    /// What it is.
    pub kind: PartKind,
    /// Instances on one chip.
    pub count: u64,
    /// Power of all of them at full activity.
    pub power_mw: f64,
    /// Area of all of them.
    pub area_mm2: f64,
    /// Energy of one action; of a whole read for arrays.
    pub energy_pj: f64,
    /// Where the figures come from.
    pub source: String,
    /// How well they are founded.
    pub confidence: Confidence,
}

/// Derives throughput, power and area.
pub(super) fn figures(arch: &Arch) -> Check {
    let tiles = arch.tiles_per_chip();
    let pes = tiles * u64::from(arch.tile.pes);
    let share = |p: &&Part| p.kind.is_share_of_a_read();
    let reads_mw: f64 = arch
        .parts
        .iter()
        .filter(share)
        .map(|p| arch.full_power_mw(p))
        .sum();
    let parts: Vec<PartTotal> = arch
        .parts
        .iter()
        .filter(|p| !share(p))
        .map(|part| {
            let count = part.count * arch.units(part.level, pes, tiles, 1);
            // Cells, rows and columns of a read stand with their array.
            let array = part.kind == PartKind::Crossbar;
            PartTotal {
                kind: part.kind,
                count,
                power_mw: count as f64
                    * (arch.full_power_mw(part) + if array { reads_mw } else { 0.0 }),
                area_mm2: count as f64 * part.area_um2 / 1e6,
                energy_pj: if array {
                    arch.full_read_pj()
                } else {
                    part.energy_pj
                },
                source: part.source.clone(),
                confidence: part.confidence,
            }
        })
        .collect();
    let sum = |figure: fn(&PartTotal) -> f64| match parts.is_empty() {
        true => f64::NAN,
        false => parts.iter().map(figure).sum(),
    };
    let (power_mw, area_mm2) = (sum(|p| p.power_mw), sum(|p| p.area_mm2));
    let peak_gops = peak_gops(arch);
    let cells = arch.crossbars_per_chip() as f64
        * f64::from(arch.crossbar.rows)
        * f64::from(arch.crossbar.columns);
    let weight_bytes = cells * f64::from(arch.device.cell_bits) / 8.0;
    Check {
        cycle_ns: arch.cycle_ns(),
        cycle_set_by: cycle_set_by(arch),
        peak_gops,
        power_mw,
        area_mm2,
        weight_bytes,
        gops_per_w: ratio(peak_gops, power_mw / 1e3),
        gops_per_mm2: ratio(peak_gops, area_mm2),
        mib_per_mm2: ratio(weight_bytes / 1_048_576.0, area_mm2),
        levels: levels(arch, power_mw, area_mm2),
        parts,
        published: Vec::new(),
        warnings: Vec::new(),
    }
}

/// The bottleneck among what [`Arch::cycle_ticks`] compares; the read where both take as long.
fn cycle_set_by(arch: &Arch) -> &'static str {
    let steps = u64::from(arch.steps_per_conversion());
    let (read, drain) = (arch.crossbar.read_ticks, arch.drain_ticks().div_ceil(steps));
    match &arch.timing {
        Timing::BitSerial(_) | Timing::None { .. } if drain > read => "the ADCs",
        Timing::BitSerial(_) | Timing::None { .. } => "the read",
        Timing::Phased(_) => "the phase",
        Timing::Staged(s) if !s.pipelined => "read and conversion in turn",
        Timing::Staged(s) if s.back(drain) > s.front(read) => "conversion and output",
        Timing::Staged(_) => "row drivers, read and sample",
        Timing::Integrated(_) => "the pulse trains of a product",
    }
}

/// Operations per ns of one chip with every array busy in every cycle.
fn peak_gops(arch: &Arch) -> f64 {
    let weights = arch.crossbar.columns / arch.columns_per_weight();
    let macs = f64::from(arch.crossbar.rows) * f64::from(weights);
    2.0 * macs * arch.crossbars_per_chip() as f64
        / (f64::from(arch.timed_steps()) * arch.cycle_ns())
}

/// None of a machine without costs.
fn levels(arch: &Arch, chip_power_mw: f64, chip_area_mm2: f64) -> Vec<LevelTotal> {
    if arch.parts.is_empty() {
        return Vec::new();
    }
    let own = |level: Level| {
        let parts = || arch.parts.iter().filter(move |p| p.level == level);
        let power: f64 = parts()
            .map(|p| p.count as f64 * arch.full_power_mw(p))
            .sum();
        let area: f64 = parts().map(|p| p.count as f64 * p.area_um2 / 1e6).sum();
        (power, area)
    };
    let (pe, tile, router, chip) = (
        own(Level::Pe),
        own(Level::Tile),
        own(Level::Router),
        own(Level::Chip),
    );
    let pes = f64::from(arch.tile.pes);
    let share = f64::from(arch.noc.params.tiles_per_router);
    let whole_tile = (
        tile.0 + pes * pe.0 + router.0 / share,
        tile.1 + pes * pe.1 + router.1 / share,
    );
    let total = |level, own: (f64, f64), whole: (f64, f64)| LevelTotal {
        level,
        own_power_mw: own.0,
        own_area_mm2: own.1,
        power_mw: whole.0,
        area_mm2: whole.1,
    };
    vec![
        total(Level::Pe, pe, pe),
        total(Level::Tile, tile, whole_tile),
        total(Level::Router, router, router),
        total(Level::Chip, chip, (chip_power_mw, chip_area_mm2)),
    ]
}

/// Not a number where the machine has no such cost; JSON has no infinity.
pub(super) fn ratio(a: f64, b: f64) -> f64 {
    if b > 0.0 { a / b } else { f64::NAN }
}
