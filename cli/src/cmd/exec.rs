//! `crosscut exec`.

use super::{Outcome, emit};
use crate::args::ExecArgs;
use crate::format::{count, percent};
use crate::output;
use crate::stages::Setting;
use crate::table::Grid;
use crate::workload;
use crosscut_sim::report::ExecReport;

/// Runs images through simulated crossbars.
pub fn run(args: &ExecArgs) -> anyhow::Result<Outcome> {
    let setting = Setting::new(&args.machine, &args.network, &args.map, &args.global)?;
    let out = args.out.out.as_deref();
    let images = workload::images(&setting.net, &args.network.network, &args.data)?;
    images.note.iter().for_each(|n| eprintln!("note: {n}"));
    let mapping = setting.map(&args.map)?;
    out.map(output::prepare_folder).transpose()?;
    let report = setting.exec(&setting.net, &mapping, &images)?;
    emit(&report, args.global.json, out, || text(&report))?;
    Ok(Outcome::Done)
}

fn text(report: &ExecReport) -> String {
    let r = &report.result;
    let [low, high] = r.accuracy_interval;
    let mut figures = Grid::new(1, &["top-1 accuracy", "value"]);
    for (name, value) in [
        ("float network", percent(r.float_accuracy)),
        ("integer reference", percent(r.reference_accuracy)),
        ("simulated crossbars", percent(r.accuracy)),
        (
            "  95 % interval",
            format!("{} to {}", percent(low), percent(high)),
        ),
        ("same class as integer reference", percent(r.agreement)),
    ] {
        figures.row([name.to_string(), value]);
    }
    let mut layers = Grid::new(
        2,
        &[
            "layer",
            "kernel",
            "column samples",
            "clipped",
            "clip rate",
            "largest sum",
            "rms error",
        ],
    );
    for l in &r.layers {
        layers.row([
            l.name.clone(),
            l.kernel.clone(),
            count(l.conversions),
            count(l.clipped),
            format!("{:.4} %", 100.0 * l.clip_rate),
            count(l.largest_sum),
            format!("{:.4} %", 100.0 * l.rms_error),
        ]);
    }
    format!(
        "{} on {}: {} images of {}, inputs calibrated on {} images of {}\n\n{}\n\n{}",
        report.about.network,
        report.about.machine.name,
        count(r.images),
        report.data,
        count(report.calibration_images),
        report.calibration,
        figures.text(),
        layers.text()
    )
}
