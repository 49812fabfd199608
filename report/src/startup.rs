//! The start-up phase that writes the weights: time, energy, wear (`cycle/startup.rs` has the model).

use super::area::units_in_use;
use super::check::{Check, check, close};
use super::energy::Component;
use super::schema::{LayerStartup, RunReport, StartupReport};
use crosscut_arch::{Gate, PartKind};
use crosscut_sim::cycle::Startup;

impl RunReport {
    /// Adds the start-up phase; its checks join those of the run. Nothing is added on a machine that does not say how its
    /// cells are written.
    pub fn with_startup(mut self, startup: &Startup) -> RunReport {
        let Some(report) = StartupReport::new(startup, &self) else {
            return self;
        };
        self.checks.push(cells(&report, &self));
        self.checks.push(energy(&report, &self));
        self.startup = Some(report);
        self
    }
}

/// Static power of everything in use, in mW.
fn static_mw(r: &RunReport) -> f64 {
    r.components.iter().map(Component::always_mw).sum()
}

impl StartupReport {
    fn new(s: &Startup, r: &RunReport) -> Option<StartupReport> {
        let arch = &r.about.machine;
        let write = arch.device.write.as_ref()?;
        let layers: Vec<LayerStartup> = s
            .layers
            .iter()
            .map(|l| LayerStartup {
                name: l.name.clone(),
                arrays: l.arrays,
                cells: l.cells,
                unit_cells: l.unit_cells,
                pulses: l.pulses,
                weight_bytes: l.bytes,
                write_cycles: l.ticks,
                write_pj: write.energy_pj.map(|pj| l.pulses as f64 * pj),
            })
            .collect();
        let sum = |f: fn(&LayerStartup) -> u64| layers.iter().map(f).sum::<u64>();
        let duration_ns = s.ticks as f64 * arch.tick_ns();
        let weight_bytes = sum(|l| l.weight_bytes);
        let write_pj = layers.iter().map(|l| l.write_pj).sum::<Option<f64>>();
        let priced = !arch.parts.is_empty();
        let byte_pj = arch.part(PartKind::Bus).map_or(0.0, |p| p.energy_pj);
        let bus_pj = priced.then_some(weight_bytes as f64 * byte_pj);
        // mW x ns = pJ.
        let static_pj = priced.then(|| static_mw(r) * duration_ns);
        let outside_pj = arch.part(PartKind::Dram).map_or(0.0, |p| p.energy_pj);
        let dram_pj = priced.then_some(weight_bytes as f64 * outside_pj);
        let costs = [write_pj, bus_pj, dram_pj, static_pj].into_iter();
        let energy_pj = costs.sum::<Option<f64>>();
        let over = |a: f64, b: f64| if b > 0.0 { a / b } else { 0.0 };
        let set_by = match s.ticks {
            t if t == s.write_ticks => "writing",
            t if t == s.bus_ticks => "bus",
            _ => "load",
        };
        Some(StartupReport {
            cycles: s.ticks,
            duration_ns,
            set_by: set_by.to_string(),
            write_cycles: s.write_ticks,
            bus_cycles: s.bus_ticks,
            load_cycles: s.load_ticks,
            first_result_ns: duration_ns + r.latency_ns,
            cells: sum(|l| l.cells),
            unit_cells: sum(|l| l.unit_cells),
            pulses: sum(|l| l.pulses),
            weight_bytes,
            write_pj,
            bus_pj,
            dram_pj,
            static_pj,
            energy_pj,
            images_of_same_energy: energy_pj
                .zip(r.energy_pj)
                .map(|(all, image)| over(all, image)),
            power_mw: energy_pj.map(|pj| over(pj, duration_ns)),
            pulses_per_cell: write.pulses,
            endurance: write.endurance,
            loads_until_worn: write
                .endurance
                .map(|e| (e / f64::from(write.pulses)).floor()),
            layers,
            source: write.source.clone(),
            confidence: write.confidence,
        })
    }
}

/// Cells written against the cells that the mapping fills, and arrays against its crossbars, layer by layer.
fn cells(s: &StartupReport, r: &RunReport) -> Check {
    let arch = &r.about.machine;
    let per_array = f64::from(arch.crossbar.rows) * f64::from(arch.crossbar.columns);
    let wrong = |l: &&LayerStartup| {
        let mut mapped = r.layers.iter().filter(|m| m.name == l.name);
        let Some(c) = mapped.find_map(|m| m.crossbars.as_ref()) else {
            return true;
        };
        let filled = c.utilization * c.compute as f64 * per_array;
        l.arrays != c.compute || !close(l.cells as f64, filled)
    };
    let missed: Vec<&str> = s
        .layers
        .iter()
        .filter(wrong)
        .map(|l| l.name.as_str())
        .collect();
    let detail = match missed.is_empty() {
        true => format!("{} cells of {} layers", s.cells, s.layers.len()),
        false => format!("missed by {}", missed.join(", ")),
    };
    check(
        "cells written are those the mapping fills",
        missed.is_empty(),
        detail,
    )
}

/// Pulses, bytes and time x their costs against the total.
fn energy(s: &StartupReport, r: &RunReport) -> Check {
    let arch = &r.about.machine;
    let write = arch.device.write.as_ref();
    let pulse_pj = write.and_then(|w| Some(w.energy_pj? * f64::from(w.pulses)));
    let pulse_pj = pulse_pj.unwrap_or(0.0);
    let per_byte = [PartKind::Bus, PartKind::Dram];
    let byte_pj: f64 = per_byte
        .iter()
        .filter_map(|&kind| arch.part(kind))
        .map(|p| p.energy_pj)
        .sum();
    let fixed: f64 = arch
        .parts
        .iter()
        .filter(|p| p.gate != Gate::Idle)
        .map(|p| {
            let units = units_in_use(arch, &r.totals, p.level);
            arch.powered(p, units, r.totals.chips) as f64 * p.static_power_mw
        })
        .sum();
    let again = (s.cells + s.unit_cells) as f64 * pulse_pj
        + s.weight_bytes as f64 * byte_pj
        + fixed * s.cycles as f64 * arch.tick_ns();
    check(
        "energy of writing the weights sums to its total",
        s.energy_pj.is_none_or(|pj| close(again, pj)),
        match s.energy_pj {
            Some(pj) => format!("{again} pJ recomputed, {pj} pJ reported"),
            None => "the machine gives no costs of it".to_string(),
        },
    )
}
