//! `crosscut run`.

use super::{Outcome, emit};
use crate::args::RunArgs;
use crate::format::{area, count, energy, number, percent, plural, power, time};
use crate::output;
use crate::stages::Setting;
use crate::table::Grid;
use crosscut_sim::report::RunReport;

/// Simulates time, energy and area.
pub fn run(args: &RunArgs) -> anyhow::Result<Outcome> {
    let mut setting = Setting::new(&args.machine, &args.network, &args.map, &args.global)?;
    setting.has_timing()?;
    let out = args.out.out.as_deref();
    if let Some(range) = &args.layers {
        setting.cut(range, &args.map)?;
    }
    let mapping = setting.map(&args.map)?;
    out.map(output::prepare_folder).transpose()?;
    let report = setting.cycle(&setting.net, &mapping)?;
    emit(&report, args.global.json, out, || text(&report))?;
    failed(&report);
    Ok(Outcome::of(report.passed()))
}

/// Names the checks that failed on standard error.
pub fn failed(report: &RunReport) {
    for c in report.checks.iter().filter(|c| !c.passed) {
        eprintln!("check failed: {} ({})", c.name, c.detail);
    }
}

fn text(r: &RunReport) -> String {
    let t = &r.totals;
    let mut out = format!(
        "{} on {}: {} ({} compute), {}, {}\n\n",
        r.about.network,
        r.about.machine.name,
        plural(t.total, "crossbar"),
        count(t.compute),
        plural(t.tiles, "tile"),
        plural(t.chips, "chip")
    );
    let mut figures = Grid::new(1, &["figure", "value"]);
    let throughput = format!("{} images/s", number(r.throughput_ips));
    let efficiency = format!("{} GOPS, {} GOPS/W", number(r.gops), number(r.gops_per_w));
    for (name, value) in [
        (
            "latency of one image",
            format!("{} ({} cycles)", time(r.latency_ns), count(r.cycles)),
        ),
        ("interval between images", time(r.interval_ns)),
        ("throughput", throughput),
        ("achieved", efficiency),
        ("energy per image", energy(r.energy_pj)),
        ("  from actions", energy(r.dynamic_pj)),
        ("  from static power", energy(r.static_pj)),
        ("mean power", power(r.power_mw)),
        ("area in use, whole tiles", area(r.area_mm2)),
        ("area of whole chips", area(r.chip_area_mm2)),
        ("ADC conversions per image", count(t.adc_conversions)),
    ] {
        figures.row([name.to_string(), value]);
    }
    out += &figures.text();
    out += "\n\n";
    out += &components(r);
    out += "\n\n";
    out += &layers(r);
    let passed = r.checks.iter().filter(|c| c.passed).count();
    out += &format!(
        "\n\n{passed} of {} consistency checks passed",
        r.checks.len()
    );
    out
}

fn components(r: &RunReport) -> String {
    let mut grid = Grid::new(
        1,
        &[
            "part",
            "instances",
            "actions",
            "energy/action",
            "energy",
            "share",
            "area",
            "confidence",
        ],
    );
    for c in r
        .components
        .iter()
        .filter(|c| c.instances > 0 || c.actions > 0)
    {
        grid.row([
            c.part.name().to_string(),
            count(c.instances),
            count(c.actions),
            energy(c.energy_per_action_pj),
            energy(c.energy_pj),
            percent(if r.energy_pj > 0.0 {
                c.energy_pj / r.energy_pj
            } else {
                0.0
            }),
            area(c.area_mm2),
            format!("{:?}", c.confidence).to_lowercase(),
        ]);
    }
    grid.text()
}

fn layers(r: &RunReport) -> String {
    let mut grid = Grid::new(
        2,
        &[
            "layer",
            "kind",
            "crossbars",
            "firings",
            "start",
            "end",
            "busy",
            "no input",
            "no bus",
            "idle",
            "energy",
        ],
    );
    let share = |ticks: u64| percent(ticks as f64 / r.cycles.max(1) as f64);
    for l in &r.layers {
        grid.row([
            l.name.clone(),
            l.kind.clone(),
            l.crossbars
                .as_ref()
                .map_or("-".to_string(), |c| count(c.total)),
            count(l.station_firings),
            time(l.start_ns),
            time(l.end_ns),
            share(l.busy_ticks),
            share(l.stalled_input_ticks),
            share(l.stalled_bus_ticks),
            share(l.idle_ticks),
            energy(l.dynamic_pj),
        ]);
    }
    grid.text()
}
