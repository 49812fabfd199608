//! Consistency of a run's figures: each check compares two ways to the same figure that do not go through each other.
//!
//! What is counted as events happen is held to a closed form, and sums over one division of the machine to sums over
//! another. A figure that has only one way to it has no check here.

use super::check::{Check, check, close};
use super::energy::powered;
use super::schema::{LayerRun, Method, RunReport};
use crosscut_arch::{Gate, Level, PartKind};
use crosscut_sim::cycle::CycleResult;
use crosscut_sim::cycle::plan::Plan;
use crosscut_sim::estimate::Load;
use crosscut_sim::graph::StationKind;

/// All checks of a run.
pub(super) fn run(r: &RunReport, result: &CycleResult, plan: &Plan) -> Vec<Check> {
    let mut checks = vec![energy(r), area(r), time(r)];
    // A run that was stopped has not done all of its work.
    if result.first_image_done {
        checks.push(conversions(r));
        // The estimate takes the work of shared parts from the plan; only the engine tallies it.
        if r.method == Method::Cycle {
            checks.extend([values(result, plan), work(result, plan)]);
        }
    }
    if r.partial.is_none() {
        checks.push(firings(r, &result.unfinished));
    }
    checks
}

/// Units of each level in use, from the tiles up.
fn units(r: &RunReport, level: Level) -> f64 {
    let totals = &r.totals;
    let units = match level {
        Level::Pe => totals.tiles * u64::from(r.about.machine.tile.pes),
        Level::Tile => totals.tiles,
        Level::Router => totals.routers,
        Level::Chip => totals.chips,
    };
    units as f64
}

/// Actions layer by layer plus static power level by level, against the total by kind of part.
fn energy(r: &RunReport) -> Check {
    let arch = &r.about.machine;
    let dynamic: f64 = r.layers.iter().filter_map(|l| l.dynamic_pj).sum();
    let parts = arch.parts.iter();
    let fixed: f64 = parts
        .map(|p| {
            let on = match p.gate {
                Gate::Idle => powered(arch, p, r.counts.get(p.kind), &r.totals, r.interval_ns),
                _ => arch.powered(p, units(r, p.level) as u64, r.totals.chips) as f64,
            };
            on * p.static_power_mw
        })
        .sum();
    let again = dynamic + fixed * r.interval_ns;
    check(
        "energy by layer and level equals energy by part",
        close(again, r.energy_pj.unwrap_or(0.0)),
        match r.energy_pj {
            Some(pj) => format!("{again} pJ by layer and level, {pj} pJ by part"),
            None => "the machine gives no costs".to_string(),
        },
    )
}

/// Units in use x area of a unit as `arch check` gives it, level by level, against the total by kind of part.
fn area(r: &RunReport) -> Check {
    let levels = crosscut_arch::check(&r.about.machine).levels;
    let again: f64 = levels
        .iter()
        .map(|l| units(r, l.level) * l.own_area_mm2)
        .sum();
    check(
        "area by level equals area by part",
        close(again, r.area_mm2.unwrap_or(0.0)),
        match r.area_mm2 {
            Some(mm2) => format!("{again} mm2 by level, {mm2} mm2 by part"),
            None => "the machine gives no costs".to_string(),
        },
    )
}

/// Busy, stalled and idle ticks of every station against the latency.
fn time(r: &RunReport) -> Check {
    let sum = |l: &LayerRun| l.busy_ticks + l.stalled_ticks.total() + l.idle_ticks;
    let wrong: Vec<&str> = r
        .layers
        .iter()
        .filter(|l| sum(l) != r.cycles)
        .map(|l| l.name.as_str())
        .collect();
    let detail = if wrong.is_empty() {
        format!("{} stations x {} ticks", r.layers.len(), r.cycles)
    } else {
        format!("{} ticks missed by {}", r.cycles, wrong.join(", "))
    };
    check(
        "busy, stalled and idle time sum to the latency",
        wrong.is_empty(),
        detail,
    )
}

/// What the engine fired against the graph, and the graph against the mapping's closed form.
fn firings(r: &RunReport, unfinished: &[String]) -> Check {
    let mapped = |l: &&LayerRun| {
        let crossbars = l
            .crossbars
            .as_ref()
            .filter(|_| l.kind == StationKind::Compute);
        crossbars.is_some_and(|c| c.firings != l.station_firings)
    };
    let wrong: Vec<&str> = r
        .layers
        .iter()
        .filter(mapped)
        .map(|l| l.name.as_str())
        .chain(unfinished.iter().map(String::as_str))
        .collect();
    let detail = if wrong.is_empty() {
        let n: u64 = r.layers.iter().map(|l| l.station_firings).sum();
        format!("{n} firings of {} stations", r.layers.len())
    } else {
        format!("missed by {}", wrong.join(", "))
    };
    check(
        "every station fires once per block, as mapped",
        wrong.is_empty(),
        detail,
    )
}

/// Conversions that the engine counted as firings happened, against the closed form of each layer's mapping: all rows and
/// slices of its output.
fn conversions(r: &RunReport) -> Check {
    let mut expected = 0;
    let mut missed = Vec::new();
    for layer in &r.layers {
        let of = |c: &super::map::Crossbars| c.adc_conversions + c.unit_conversions;
        let mapped = layer.crossbars.as_ref().map_or(0, of);
        let counted = layer.counts.get(PartKind::Adc);
        expected += mapped;
        if counted != mapped {
            missed.push(format!(
                "{}: {counted} counted, {mapped} mapped",
                layer.name
            ));
        }
    }
    let detail = if missed.is_empty() {
        let counted = r.counts.get(PartKind::Adc);
        format!("{counted} counted, {expected} expected")
    } else {
        missed.join(", ")
    };
    check(
        "ADC conversions equal the mapping's closed form",
        missed.is_empty(),
        detail,
    )
}

/// Blocks sent against blocks that arrived, and both against the graph.
fn values(result: &CycleResult, plan: &Plan) -> Check {
    let wrong: Vec<String> = plan
        .edges
        .iter()
        .zip(&result.edges)
        .filter(|(e, used)| {
            let blocks = plan.stations[e.from].blocks.yielding();
            (used.sent, used.arrived) != (blocks, blocks)
        })
        .map(|(e, used)| {
            let ends = [e.from, e.to].map(|s| &plan.stations[s].name);
            format!(
                "{} to {}: {} sent, {} received",
                ends[0], ends[1], used.sent, used.arrived
            )
        })
        .collect();
    let detail = if wrong.is_empty() {
        let blocks: u64 = result.edges.iter().map(|e| e.sent).sum();
        format!("{blocks} blocks over {} edges", plan.edges.len())
    } else {
        wrong.join(", ")
    };
    check(
        "every block sent is received once",
        wrong.is_empty(),
        detail,
    )
}

/// Measured work of the shared parts against the plan's closed form.
fn work(result: &CycleResult, plan: &Plan) -> Check {
    let load = Load::of(plan);
    let measured = Load {
        buses: result.tiles.iter().map(|t| t.bus).collect(),
        ports: result.tiles.iter().map(|t| t.port).collect(),
        units: result.tiles.iter().map(|t| t.unit).collect(),
        flits: result.links.iter().map(|l| l.flits).collect(),
        packets: result.links.iter().map(|l| l.packets).collect(),
    };
    let sums = |l: &Load| [&l.buses, &l.ports, &l.units, &l.flits].map(|v| v.iter().sum::<u64>());
    let ([b, p, u, f], expected) = (sums(&measured), sums(&load));
    check(
        "work of buses, buffer ports, digital units and links equals the plan's",
        measured == load,
        format!("{b}, {p} and {u} ticks, {f} flits counted; {expected:?} expected"),
    )
}

#[cfg(test)]
#[path = "checks_tests.rs"]
mod tests;
