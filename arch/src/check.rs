//! What a description amounts to: peak throughput, power and area by part, and what looks odd.

use crate::model::{Adc, Arch, Timing};
use crate::part::{Confidence, Level, PartKind};
use serde::Serialize;

/// Totals of one kind of part on one chip.
#[derive(Debug, Clone, Serialize)]
pub struct PartTotal {
    /// Kind.
    pub part: PartKind,
    /// Instances on a chip.
    pub instances: u64,
    /// Power of all of them, fully busy.
    pub power_mw: f64,
    /// Area of all of them.
    pub area_mm2: f64,
    /// Source of the figures.
    pub source: String,
    /// How well they are founded.
    pub confidence: Confidence,
}

/// Derived figures of a machine, one chip fully busy.
#[derive(Debug, Clone, Serialize)]
pub struct Check {
    /// Ticks of one crossbar cycle.
    pub cycle_ticks: u64,
    /// Its length.
    pub cycle_ns: f64,
    /// Power and area of one PE.
    pub pe_power_mw: f64,
    /// Area of one PE.
    pub pe_area_mm2: f64,
    /// Power of one tile, its PEs and its share of a router included.
    pub tile_power_mw: f64,
    /// Area of one tile, likewise.
    pub tile_area_mm2: f64,
    /// Power of one chip.
    pub chip_power_mw: f64,
    /// Area of one chip.
    pub chip_area_mm2: f64,
    /// Peak throughput, 1 MAC = 2 operations.
    pub peak_gops: f64,
    /// Computational efficiency CE.
    pub gops_per_mm2: f64,
    /// Power efficiency PE.
    pub gops_per_w: f64,
    /// Storage efficiency SE.
    pub mib_per_mm2: f64,
    /// Totals by part.
    pub parts: Vec<PartTotal>,
    /// What an architect should look at.
    pub warnings: Vec<String>,
}

/// Derives totals and warnings of a machine.
pub fn check(arch: &Arch) -> Check {
    let pe = power_and_area(arch, |level| if level == Level::Pe { 1.0 } else { 0.0 });
    let tile = power_and_area(arch, |level| match level {
        Level::Pe => f64::from(arch.tile.pes),
        Level::Tile => 1.0,
        Level::Router => 1.0 / f64::from(arch.mesh().tiles_per_router),
        Level::Chip => 0.0,
    });
    let tiles = arch.tiles_per_chip();
    let units = |level| arch.units(level, tiles * u64::from(arch.tile.pes), tiles, 1);
    let parts: Vec<PartTotal> = arch
        .parts
        .iter()
        .map(|p| {
            let instances = units(p.level) * p.count;
            PartTotal {
                part: p.kind,
                instances,
                power_mw: instances as f64 * arch.full_power_mw(p),
                area_mm2: instances as f64 * p.area_um2 / 1e6,
                source: p.source.clone(),
                confidence: p.confidence,
            }
        })
        .collect();
    let chip_power_mw: f64 = parts.iter().map(|p| p.power_mw).sum();
    let chip_area_mm2: f64 = parts.iter().map(|p| p.area_mm2).sum();
    let weights_per_row = f64::from(arch.crossbar.columns / arch.columns_per_weight());
    let ops = 2.0 * f64::from(arch.crossbar.rows) * weights_per_row;
    let peak_gops =
        arch.crossbars_per_chip() as f64 * ops / (f64::from(arch.input_steps()) * arch.cycle_ns());
    let bits = f64::from(arch.crossbar.rows)
        * f64::from(arch.crossbar.columns)
        * f64::from(arch.device.cell_bits);
    let mib = arch.crossbars_per_chip() as f64 * bits / 8.0 / 1048576.0;
    let mut result = Check {
        cycle_ticks: arch.cycle_ticks(),
        cycle_ns: arch.cycle_ns(),
        pe_power_mw: pe.0,
        pe_area_mm2: pe.1,
        tile_power_mw: tile.0,
        tile_area_mm2: tile.1,
        chip_power_mw,
        chip_area_mm2,
        peak_gops,
        gops_per_mm2: peak_gops / chip_area_mm2,
        gops_per_w: peak_gops / (chip_power_mw / 1e3),
        mib_per_mm2: mib / chip_area_mm2,
        parts,
        warnings: Vec::new(),
    };
    result.warnings = warnings(arch, &result);
    result
}

fn power_and_area(arch: &Arch, units: impl Fn(Level) -> f64) -> (f64, f64) {
    arch.parts.iter().fold((0.0, 0.0), |(power, area), p| {
        let n = units(p.level) * p.count as f64;
        (
            power + n * arch.full_power_mw(p),
            area + n * p.area_um2 / 1e6,
        )
    })
}

fn warnings(arch: &Arch, c: &Check) -> Vec<String> {
    let mut out = Vec::new();
    if matches!(arch.timing, Timing::BitSerial(_)) && arch.drain_ticks() > arch.crossbar.read_ticks
    {
        out.push(format!(
            "the ADCs drain a read in {} ticks, the read itself takes {}: the ADC stretches the crossbar cycle",
            arch.drain_ticks(),
            arch.crossbar.read_ticks
        ));
    }
    // ISAAC's rule for the least input buffer of a convolution: (width * (k-1) + k) * maps values.
    let window = (28 * 2 + 3) * 512 * u64::from(arch.format.input_bits).div_ceil(8);
    if matches!(arch.timing, Timing::BitSerial(_)) && arch.tile.buffer_bytes < window {
        out.push(format!(
            "a tile buffer of {} B is smaller than the input window of a 3x3 layer on 28-wide, 512 maps ({window} B): such layers need several tiles",
            arch.tile.buffer_bytes
        ));
    }
    let density = c.chip_power_mw / 1e3 / c.chip_area_mm2;
    if density > 1.5 {
        out.push(format!("power density at full activity is {density:.2} W/mm2, above the 1 to 1.5 W/mm2 that air cooling carries"));
    }
    for p in &arch.parts {
        if p.source.trim().is_empty()
            && (p.energy_pj > 0.0 || p.area_um2 > 0.0 || p.static_power_mw > 0.0)
        {
            out.push(format!("the cost of `{}` has no source", p.kind.name()));
        }
    }
    let recalled: Vec<_> = arch
        .parts
        .iter()
        .filter(|p| p.confidence == Confidence::Recalled)
        .map(|p| p.kind.name())
        .collect();
    if !recalled.is_empty() {
        out.push(format!(
            "rests on recalled or assumed figures for {}",
            recalled.join(", ")
        ));
    }
    if let (Adc::Sar(a), true) = (arch.adc, arch.part(PartKind::Adc).is_none()) {
        out.push(format!(
            "the {}-bit ADC has no cost table: its energy and area count as zero",
            a.bits
        ));
    }
    out
}
