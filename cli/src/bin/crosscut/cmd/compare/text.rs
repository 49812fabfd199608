//! The before/after table.

use crate::cmd::prune;
use crate::table::Grid;
use crosscut_report::format::{area, count, energy, given, percent, time};
use crosscut_report::points::pareto;
use crosscut_report::{Change, Check, CompareReport, Component};

type Show = fn(f64) -> String;

fn whole(x: f64) -> String {
    count(x as u64)
}

/// The comparison as text.
pub fn summary(r: &CompareReport) -> String {
    let exec = &r.before.exec;
    let [low, high] = r.after.exec.result.accuracy_interval;
    let checks: Vec<&Check> = r.before.checks().chain(r.after.checks()).collect();
    let passed = checks.iter().filter(|c| c.passed).count();
    format!(
        "{} on {}, {} images of {}, seed {}\n\n{}\n\n{}\n\n{}\n\n{}\n\n\
         95 % interval of the accuracy on crossbars after pruning: {} to {}\n\
         energy: actions of one image plus static power over the interval; area: whole tiles in use\n\
         {} of {} consistency checks passed",
        r.about.network,
        r.about.machine.name,
        count(exec.result.images),
        exec.data,
        r.about.seed,
        figures(r),
        parts(r, "energy", energy, |c| c.energy_pj, r.change.energy_pj),
        parts(r, "area", area, |c| c.area_mm2, r.change.area_mm2),
        prune::text(&r.provenance),
        percent(low),
        percent(high),
        passed,
        checks.len(),
    ) + &methods(r)
}

/// Ways to prune side by side; `*` marks what no other beats in crossbars and accuracy.
fn methods(r: &CompareReport) -> String {
    if r.methods.is_empty() {
        return String::new();
    }
    let front = pareto(&r.methods, |p| p.total as f64);
    let dense = r.methods[0].total.max(1) as f64;
    let mut grid = Grid::new(
        1,
        &[
            "method",
            "budget",
            "crossbars",
            "of dense",
            "compute",
            "weights",
            "energy",
            "area",
            "latency",
            "float",
            "integer",
            "crossbars",
            "",
        ],
    );
    for (i, p) in r.methods.iter().enumerate() {
        grid.row([
            p.method.clone(),
            percent(p.keep),
            count(p.total),
            percent(p.total as f64 / dense),
            count(p.compute),
            count(p.weights),
            given(p.energy_pj, energy),
            given(p.area_mm2, area),
            time(p.latency_ns),
            percent(p.float_accuracy),
            percent(p.reference_accuracy),
            percent(p.accuracy),
            match (front.contains(&i), p.reached) {
                (true, false) => "* budget not reached".to_string(),
                (false, false) => "budget not reached".to_string(),
                (true, true) => "*".to_string(),
                (false, true) => String::new(),
            },
        ]);
    }
    format!(
        "\n\nways to prune, budgets in crossbars of all roles; the last three columns but one are accuracies,\n\
         * marks what no other beats in crossbars and accuracy on crossbars\n{}",
        grid.text()
    )
}

fn figures(r: &CompareReport) -> String {
    let c = &r.change;
    let mut grid = Grid::new(1, &["", "before", "after", "change"]);
    let quantities: [(&str, Change, Show); 8] = [
        ("compute crossbars", c.compute, whole),
        ("reduce crossbars", c.reduce, whole),
        ("buffer crossbars", c.buffer, whole),
        ("pool crossbars", c.pool, whole),
        ("total crossbars", c.total, whole),
        ("ADC conversions", c.adc_conversions, whole),
        ("latency", c.latency_ns, time),
        ("interval", c.interval_ns, time),
    ];
    for (name, change, show) in quantities {
        grid.row(row(name, change, show));
    }
    let costs: [(&str, Option<Change>, Show); 2] = [
        ("energy per image", c.energy_pj, energy),
        ("area in use", c.area_mm2, area),
    ];
    for (name, change, show) in costs {
        grid.row(match change {
            Some(change) => row(name, change, show),
            None => [name, "not given", "not given", "-"].map(str::to_string),
        });
    }
    for (name, change) in [
        ("accuracy, float", c.float_accuracy),
        ("accuracy, integer reference", c.reference_accuracy),
        ("accuracy, simulated crossbars", c.accuracy),
    ] {
        grid.row([
            name.to_string(),
            percent(change.before),
            percent(change.after),
            format!("{:+.2} points", 100.0 * change.difference),
        ]);
    }
    grid.text()
}

fn row(name: &str, change: Change, show: Show) -> [String; 4] {
    let ratio = match change.ratio {
        Some(_) if change.difference == 0.0 => "unchanged".to_string(),
        // A change too small for one decimal is still a change.
        Some(r) if (r - 1.0).abs() < 5e-4 => format!("{:+.3} %", 100.0 * (r - 1.0)),
        Some(r) => format!("{:+.1} %", 100.0 * (r - 1.0)),
        None if change.after == 0.0 => "-".to_string(),
        None => "new".to_string(),
    };
    [
        name.to_string(),
        show(change.before),
        show(change.after),
        ratio,
    ]
}

/// One quantity by part, largest first, its total last.
fn parts(
    r: &CompareReport,
    what: &str,
    show: Show,
    of: fn(&Component) -> Option<f64>,
    total: Option<Change>,
) -> String {
    let Some(total) = total else {
        return format!("{what} by part: not given");
    };
    let (before, after) = (&r.before.run.components, &r.after.run.components);
    // Either side may use a part that the other has no need of.
    let new = |a: &&Component| before.iter().all(|b| b.part != a.part);
    let all = before.iter().chain(after.iter().filter(new));
    let mut rows: Vec<(&str, Change)> = all
        .map(|c| {
            let side = |s: &[Component]| {
                s.iter()
                    .find(|x| x.part == c.part)
                    .and_then(of)
                    .unwrap_or(0.0)
            };
            (c.part.name(), Change::new(side(before), side(after)))
        })
        .filter(|(_, c)| c.before > 0.0 || c.after > 0.0)
        .collect();
    rows.sort_by(|a, b| b.1.before.total_cmp(&a.1.before));
    let mut grid = Grid::new(
        1,
        &[&format!("{what} by part"), "before", "after", "change"],
    );
    rows.into_iter()
        .for_each(|(name, c)| grid.row(row(name, c, show)));
    grid.row(row("all parts", total, show));
    grid.text()
}
