//! `crosscut map`.

use super::{Outcome, emit};
use crate::args::MapVerbArgs;
use crate::format::{area, count, percent, plural, time};
use crate::output;
use crate::stages::Setting;
use crate::table::Grid;
use crosscut_sim::map::SavedMapping;
use crosscut_sim::optimise::Summary;
use crosscut_sim::report::MapReport;

/// Maps the network and shows crossbars by layer and role.
pub fn run(args: &MapVerbArgs) -> anyhow::Result<Outcome> {
    let setting = Setting::new(&args.machine, &args.network, &args.map, &args.global)?;
    let out = args.out.out.as_deref();
    let (mapping, optimised) = setting.map_or_optimise(&args.map)?;
    out.map(output::prepare_folder).transpose()?;
    let report = MapReport {
        optimised,
        ..setting.map_report(&setting.net, &mapping)
    };
    if let Some(folder) = out {
        let saved = output::to_json(&SavedMapping::of(&mapping))?;
        output::file(folder, "mapping.json", saved.as_bytes())?;
    }
    emit(&report, args.global.json, out, || text(&report))?;
    Ok(Outcome::Done)
}

/// The report as text.
pub fn text(report: &MapReport) -> String {
    let mut grid = Grid::new(
        2,
        &[
            "layer",
            "op",
            "row groups",
            "column groups",
            "slices",
            "replicas",
            "compute",
            "reduce",
            "buffer",
            "pool",
            "total",
            "used",
            "conversions",
        ],
    );
    for l in &report.layers {
        let c = &l.crossbars;
        let counts = [
            c.row_groups,
            c.column_groups,
            c.slices,
            c.replicas,
            c.compute,
            c.reduce,
            c.buffer,
            c.pool,
            c.total,
        ];
        let mut row = vec![l.name.clone(), l.op.clone()];
        row.extend(counts.map(count));
        row.push(percent(c.utilization));
        row.push(count(c.adc_conversions));
        grid.row(row);
    }
    let t = &report.totals;
    let counts = [
        t.row_groups,
        t.column_groups,
        t.slices,
        t.replicas,
        t.compute,
        t.reduce,
        t.buffer,
        t.pool,
        t.total,
    ];
    let mut row = vec!["all layers".to_string(), String::new()];
    row.extend(counts.map(count));
    row.push(percent(t.utilization));
    row.push(count(t.adc_conversions));
    grid.row(row);
    let optimised = report.optimised.as_ref().map(optimised);
    format!(
        "{} on {}: {} in {}, {}, {}\n{}{}",
        report.about.network,
        report.about.machine.name,
        plural(t.total, "crossbar"),
        plural(t.pes, "PE"),
        plural(t.tiles, "tile"),
        plural(t.chips, "chip"),
        optimised.unwrap_or_default(),
        grid.text()
    )
}

/// One line on what was optimised and what bounds the interval.
fn optimised(s: &Summary) -> String {
    let budget = match s.budget {
        Some(budget) => format!(" within {budget}"),
        None => String::new(),
    };
    format!(
        "chosen for {}{budget}: at most {} a layer, interval {} or more ({} `{}` is busiest), {}\n",
        s.objective.name(),
        plural(s.firings, "firing"),
        time(s.bound.interval_ns),
        s.bound.kind,
        s.bound.station,
        area(s.area_mm2)
    )
}
