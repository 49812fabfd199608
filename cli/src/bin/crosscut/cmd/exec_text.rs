//! A functional run as text.

use super::run_text::chosen;
use crate::table::Grid;
use crosscut_report::ExecReport;
use crosscut_report::format::{count, number, percent, rate};
use crosscut_sim::func::FuncResult;
use crosscut_sim::func::run::monte_carlo::{Ablation, ChipStudy, Outcome};
use crosscut_sim::func::run::values::{Distribution, ValueComparison};

/// Tables, then what they mean.
pub fn text(report: &ExecReport, verbose: bool) -> String {
    let r = &report.result;
    let limits = report
        .limits
        .as_ref()
        .map_or(String::new(), |l| format!("\nADC ranges {l}"));
    let device = &report.about.machine.device;
    let cells = match (device.on_conductance_us > 0.0, report.cells.is_empty()) {
        (false, _) => "digital".to_string(),
        (true, true) => {
            "ideal; the machine describes no spread, noise, drift or stuck cells (docs/devices.md)"
                .to_string()
        }
        (true, false) => report.cells.join("; "),
    };
    let mut parts = vec![
        format!(
            "{}{} on {}: {} images of {}, inputs calibrated on {} images of {}\ninput = {}\ncells: {cells}{limits}",
            chosen(&report.about),
            report.about.network,
            report.about.machine.name,
            count(r.images),
            report.data,
            count(report.calibration_images),
            report.calibration,
            report.preprocessing
        ),
        accuracies(r),
        layers(r),
    ];

    if let Some(partial) = &report.partial {
        let done = count(partial.images_done);
        let line = format!(
            "interrupted: figures are of the first {done} images; studies of variants that are missing were not done"
        );
        parts.insert(0, line);
    }
    if verbose {
        parts.extend(activity(report));
        parts.push(slices(r));
    }
    if let Some(c) = &report.compare {
        parts.push(values(c));
    }
    if let Some(a) = &report.ablation {
        parts.push(ablation(a));
    }
    if let Some(c) = &report.chips {
        parts.push(chips(c));
    }
    parts.push(
        r.verdict
            .iter()
            .map(|v| format!("- {v}"))
            .collect::<Vec<_>>()
            .join("\n"),
    );
    parts.join("\n\n")
}

fn interval([low, high]: [f64; 2]) -> String {
    format!("{} to {}", percent(low), percent(high))
}

fn accuracies(r: &FuncResult) -> String {
    let mut figures = Grid::new(1, &["top-1 accuracy", "value"]);
    for (name, value) in [
        ("float network", percent(r.float_accuracy)),
        ("integer reference", percent(r.reference_accuracy)),
        ("simulated crossbars", percent(r.accuracy)),
        ("  95 % interval", interval(r.accuracy_interval)),
        ("same class as integer reference", percent(r.agreement)),
    ] {
        figures.row([name.to_string(), value]);
    }
    figures.text()
}

fn layers(r: &FuncResult) -> String {
    let mut grid = Grid::new(
        2,
        &[
            "layer",
            "kernel",
            "column samples",
            "clip rate",
            "ADC range used",
            "inputs outside",
            "own error",
            "vs integer",
            "vs float",
            "first wrong",
        ],
    );
    for l in &r.layers {
        grid.row([
            l.name.clone(),
            l.kernel.clone(),
            count(l.conversions),
            rate(l.clip_rate),
            l.range_use
                .map_or("-".to_string(), |u| format!("{:.0} %", 100.0 * u)),
            rate(l.inputs_outside as f64 / l.inputs.max(1) as f64),
            percent(l.rms_error),
            percent(l.rms_error_reference),
            percent(l.rms_error_float),
            if r.divergence.traced == 0 {
                "-".to_string()
            } else {
                count(l.first_wrong)
            },
        ]);
    }
    format!(
        "{}\nown error: accumulators against ideal ones of the same inputs; vs integer, vs float: outputs, earlier layers' errors included (rms)",
        grid.text()
    )
}

/// Which rows carry something and which cells conduct, layer by layer.
fn activity(report: &ExecReport) -> Option<String> {
    let header = [
        "layer",
        "rows that carry something",
        "reads that drive none",
        "input steps needed",
        "mean cell",
    ];
    let mut grid = Grid::new(1, &header);
    let mut any = false;
    for l in &report.result.layers {
        let Some(a) = &l.activity else { continue };
        any = true;
        grid.row([
            l.name.clone(),
            percent(a.mean_input),
            percent(a.empty_reads),
            format!("{} of {}", number(a.needed_steps), a.inputs.len()),
            percent(a.mean_cell),
        ]);
    }
    let assumed = report.about.machine.activity;
    any.then(|| {
        format!(
            "{}\nthe machine assumes {} of the rows and a mean cell at {} (`[activity]`)",
            grid.text(),
            percent(assumed.inputs),
            percent(assumed.cells)
        )
    })
}

fn slices(r: &FuncResult) -> String {
    let mut grid = Grid::new(
        1,
        &[
            "weight slice",
            "samples",
            "clipped low",
            "clipped high",
            "clip rate",
            "sums",
            "ADC range",
            "step",
            "used",
        ],
    );
    for l in &r.layers {
        for (i, s) in l.weight_slices.iter().enumerate() {
            let sums = format!(
                "{} to {}{}",
                s.sums[0],
                s.sums[1],
                if s.seen { "" } else { " possible" }
            );
            grid.row([
                format!("{} / {i}", l.name),
                count(s.conversions),
                count(s.clipped_low),
                count(s.clipped_high),
                rate(s.clip_rate),
                sums,
                s.range
                    .map_or("-".to_string(), |[a, b]| format!("{a} to {b}")),
                s.step.map_or("-".to_string(), |s| s.to_string()),
                s.range_use
                    .map_or("-".to_string(), |u| format!("{:.0} %", 100.0 * u)),
            ]);
        }
    }
    grid.text()
}

fn values(c: &ValueComparison) -> String {
    let name = format!("outputs of {}", c.layer);
    let mut grid = Grid::new(1, &[&name, "mean", "deviation", "smallest", "largest"]);
    for (name, s) in [
        ("float network", &c.float),
        ("integer reference", &c.reference),
        ("simulated crossbars", &c.crossbars),
    ] {
        let Distribution {
            mean,
            deviation,
            range,
            ..
        } = s;
        let cells = [*mean, *deviation, range[0], range[1]].map(number);
        grid.row(std::iter::once(name.to_string()).chain(cells));
    }
    format!(
        "{}\n{} values of {} images; crossbars against integer reference: rms error {}, correlation {:.4}; against float: {}",
        grid.text(),
        count(c.values),
        c.images,
        percent(c.error_reference),
        c.correlation,
        percent(c.error_float)
    )
}

fn ablation(a: &Ablation) -> String {
    let mut grid = Grid::new(
        1,
        &[
            "non-ideality",
            "accuracy, alone",
            "loss",
            "same class",
            "output error",
            "accuracy, all but it",
        ],
    );
    let row = |name: &str, o: &Outcome, without: Option<&Outcome>| {
        [
            name.to_string(),
            percent(o.accuracy),
            format!("{:+.2} points", 100.0 * (o.accuracy - a.none.accuracy)),
            percent(o.agreement),
            percent(o.output_error),
            without.map_or(String::new(), |w| percent(w.accuracy)),
        ]
    };
    grid.row(row("none", &a.none, None));
    for p in &a.parts {
        grid.row(row(&p.name, &p.alone, Some(&p.without)));
    }
    grid.row(row("all", &a.all, None));
    let idle = match a.idle[..] {
        [] => String::new(),
        _ => format!("\nwithout effect on this machine: {}", a.idle.join(", ")),
    };
    format!("{}{idle}", grid.text())
}

fn chips(c: &ChipStudy) -> String {
    let n = c.accuracies.len() as u64;
    let mut grid = Grid::new(1, &["accuracy over chips", "value"]);
    let [p95, p50, p5] = c.percentiles;
    for (name, value) in [
        ("chips", count(n)),
        ("mean", percent(c.mean)),
        (
            "standard deviation",
            format!("{:.3} points", 100.0 * c.deviation),
        ),
        ("worst chip", percent(c.least)),
        ("reached by 95 % of the chips", percent(p95)),
        ("reached by 50 %", percent(p50)),
        ("reached by 5 %", percent(p5)),
        ("best chip", percent(c.most)),
    ] {
        grid.row([name.to_string(), value]);
    }
    let same = c.least == c.most && n > 1;
    let note = if same {
        "\nall chips are alike: nothing on this machine differs from chip to chip, or not enough to change a class"
    } else {
        ""
    };
    format!("{}{note}", grid.text())
}
