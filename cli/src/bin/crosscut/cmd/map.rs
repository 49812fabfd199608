//! `crosscut map`.

use super::run_text::chosen;
use super::{Outcome, emit, reload_text};
use crate::args::MapVerbArgs;
use crate::table::Grid;
use crate::{output, setup};
use crosscut_report::format::{area, bits, count, energy, given, percent, plural, time};
use crosscut_report::plot;
use crosscut_report::{Explanation, LayerMapReport, LayerShape, MapReport};
use crosscut_sim::map::{PlacementMethod, SavedMapping};
use crosscut_sim::optimise::Summary;

/// Maps the network and shows crossbars by layer and role.
pub fn run(args: &MapVerbArgs) -> anyhow::Result<Outcome> {
    let setting = setup::setting(&args.machine, &args.network, &args.map, &args.global)?;
    let out = args.out.out.as_deref();
    if args.reload || (setting.arch.mapping.reload && args.explain.is_none()) {
        let report = setting.reload()?.map_report();
        out.map(output::prepare_folder).transpose()?;
        let files = out.map(output::Set::new);
        emit(&report, args.global.json, files, || {
            reload_text::partition(&report)
        })?;
        return Ok(Outcome::Done);
    }
    let experiment = setup::map(setting)?;
    let mapping = &experiment.mapping;
    if let Some(layer) = &args.explain {
        let e = Explanation::new(&experiment.net, &experiment.arch, mapping, layer)?;
        out.map(output::prepare_folder).transpose()?;
        let files = out.map(output::Set::new);
        emit(&e, args.global.json, files, || explanation(&e))?;
        return Ok(Outcome::Done);
    }
    out.map(output::prepare_folder).transpose()?;
    let report = experiment.map_report()?;
    let mut files = out.map(output::Set::new);
    if let Some(files) = &mut files {
        let saved = output::to_json(&SavedMapping::of(
            &experiment.net,
            &experiment.arch,
            mapping,
        ))?;
        files.add("mapping.json", saved)?;
        files.add_page(&report, &plot::of_mapping(&report))?;
    }
    emit(&report, args.global.json, files, || text(&report))?;
    Ok(Outcome::Done)
}

/// The report as text.
pub fn text(report: &MapReport) -> String {
    let t = &report.totals;
    format!(
        "{}{} on {}: {} in {}, {}, {}\n{}{}{}",
        chosen(&report.about),
        report.about.network,
        report.about.machine.name,
        plural(t.total, "crossbar"),
        plural(t.pes, "PE"),
        plural(t.tiles, "tile"),
        plural(t.chips, "chip"),
        report.optimised.as_ref().map(optimised).unwrap_or_default(),
        placement(report),
        table(report)
    )
}

/// Layers by row. Roles that no layer has are left out.
fn table(report: &MapReport) -> String {
    let t = &report.totals;
    let all_compute = t.compute == t.total;
    let mut header = vec![
        "layer",
        "op",
        "shape",
        "row x column groups",
        "slices",
        "width",
        "copies",
    ];
    header.extend(match all_compute {
        true => &["crossbars"][..],
        false => &["compute", "reduce", "buffer", "pool", "total"],
    });
    header.extend(["used", "conversions", "tiles", "chip"]);
    let mut grid = Grid::new(3, &header);
    let roles = |[compute, reduce, buffer, pool, total]: [u64; 5]| match all_compute {
        true => vec![count(total)],
        false => [compute, reduce, buffer, pool, total].map(count).to_vec(),
    };
    for l in &report.layers {
        let c = &l.crossbars;
        let weights = c.packing.is_some();
        let or_dash = |text: String| if weights { text } else { "-".to_string() };
        let mut row = vec![
            l.name.clone(),
            l.op.clone(),
            shape(l),
            or_dash(format!(
                "{} x {}",
                count(c.row_groups),
                count(c.column_groups)
            )),
            or_dash(count(c.slices)),
            or_dash(count(c.unroll)),
            or_dash(match c.replicas_y {
                1 => count(c.replicas_x),
                ry => format!("{} x {}", count(c.replicas_x), count(ry)),
            }),
        ];
        row.extend(roles([c.compute, c.reduce, c.buffer, c.pool, c.total]));
        row.push(or_dash(percent(c.utilization)));
        row.push(count(c.adc_conversions));
        row.push(count(l.tiles));
        row.push(numbers(&l.chips));
        grid.row(row);
    }
    let mut row = vec!["all layers".to_string()];
    row.resize(7, String::new());
    row.extend(roles([t.compute, t.reduce, t.buffer, t.pool, t.total]));
    row.push(percent(t.utilization));
    row.push(count(t.adc_conversions));
    row.push(count(t.tiles));
    row.push(numbers(&(0..t.chips).collect::<Vec<_>>()));
    grid.row(row);
    grid.text()
}

/// `3x3x64 -> 128 at 56x56`: kernel and input feature maps, output feature maps, output positions.
fn shape(l: &LayerMapReport) -> String {
    let LayerShape {
        input: [p, ..],
        output: [q, h, w],
        kernel,
        groups,
        ..
    } = l.shape;
    let kernel = kernel.map_or(String::new(), |[kh, kw]| format!("{kh}x{kw}"));
    match (l.crossbars.packing.is_some(), kernel.is_empty()) {
        (true, false) => format!("{kernel}x{} -> {q} at {h}x{w}", p / groups),
        (true, true) => format!("{} -> {q}", l.shape.input.iter().product::<u64>()),
        (false, _) => format!("{kernel} {q} at {h}x{w}").trim_start().to_string(),
    }
}

/// `0-3, 5`.
fn numbers(list: &[u64]) -> String {
    let runs = list.chunk_by(|a, b| a + 1 == *b).map(|run| match run {
        [one] => one.to_string(),
        [first, .., last] => format!("{first}-{last}"),
        [] => String::new(),
    });
    runs.collect::<Vec<_>>().join(", ")
}

/// One line on where the tiles sit.
fn placement(report: &MapReport) -> String {
    let p = &report.placement;
    let change = |before: u64, after: u64| match before {
        0 => String::new(),
        _ if before == after => " as in order".to_string(),
        _ => {
            let change = 100.0 * (after as f64 / before as f64 - 1.0);
            format!(" ({change:+.1} % against {} in order)", bits(before))
        }
    };
    let shown = |before, after| match p.method {
        PlacementMethod::InOrder => String::new(),
        PlacementMethod::Optimised => change(before, after),
    };
    let mut line = format!(
        "placement {}: {} x routers an image{}",
        p.method.name(),
        bits(p.bit_hops_after),
        shown(p.bit_hops_before, p.bit_hops_after)
    );
    if report.totals.chips > 1 {
        line += &format!(
            ", {} between chips{}, {} on more than one chip",
            bits(p.chip_bits_after),
            shown(p.chip_bits_before, p.chip_bits_after),
            plural(p.split_layers, "layer")
        );
    }
    line + "\n"
}

/// Every step on two lines: formula, numbers and result; what it means.
fn explanation(e: &Explanation) -> String {
    let mut out = format!(
        "{} ({}) of {} on {}: {}\n",
        e.layer, e.op, e.network, e.machine, e.summary
    );
    for s in &e.steps {
        let value = if s.name == "utilization" {
            percent(s.value)
        } else {
            count(s.value as u64)
        };
        let name = s.name.replace('_', " ");
        // A formula that is the number itself says nothing more.
        let parts = [name.as_str(), &s.formula, &s.numbers, &value];
        let mut line: Vec<&str> = Vec::new();
        for part in parts {
            if line.last() != Some(&part) {
                line.push(part);
            }
        }
        out += &format!("\n{}\n    {}\n", line.join(" = "), s.reason);
    }
    out
}

/// What was optimised, what the engine says of it and what bounds the interval.
fn optimised(s: &Summary) -> String {
    let mut out = format!(
        "at most {} a layer, {}; the best of {} by {} of the engine\n",
        plural(s.firings, "firing"),
        given(s.area_mm2, area),
        plural(s.candidates, "mapping"),
        plural(s.runs, "run"),
    );
    if let (Some(f), Some(b), Some(gap)) = (&s.figures, &s.bound, s.gap) {
        let tick_ns = b.interval_ns / b.ticks.max(1) as f64;
        out += &format!(
            "interval {}, {} above its bound of {} ({} of `{}` busiest); latency {}, {} an image\n",
            time(f.interval_ticks as f64 * tick_ns),
            percent(gap),
            time(b.interval_ns),
            b.kind,
            b.layer,
            time(f.latency_ticks as f64 * tick_ns),
            given(f.energy_pj, energy),
        );
    }
    out
}
