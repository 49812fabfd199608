//! Values on simulated crossbars.

use super::section::{Section, checks, notes};
use super::table::{Table, count, facts, number, text};
use crate::exec::ExecReport;
use crate::format;
use maud::{Markup, html};

/// Sections of a functional run.
pub fn sections(r: &ExecReport) -> Vec<Section> {
    let summary = html! {
        (facts("Accuracy", &accuracy(r)))
        (notes("What it means", &r.result.verdict))
        (notes("Cells", &r.cells))
    };
    vec![
        Section::new("Summary", summary),
        Section::new("Layers", layers(r)),
        Section::new("Checks and notes", checks(r.checks.iter())),
    ]
}

/// Accuracies and what they are of.
pub fn accuracy(r: &ExecReport) -> Vec<(&'static str, String)> {
    let f = &r.result;
    let [low, high] = f.accuracy_interval;
    vec![
        (
            "images",
            format!("{} of {}", format::count(f.images), r.data),
        ),
        (
            "on simulated crossbars",
            format!(
                "{}, 95 % interval {} to {}",
                format::percent(f.accuracy),
                format::percent(low),
                format::percent(high),
            ),
        ),
        ("integer reference", format::percent(f.reference_accuracy)),
        ("float network", format::percent(f.float_accuracy)),
        ("same class as the reference", format::percent(f.agreement)),
        (
            "calibration",
            format!("{} images of {}", r.calibration_images, r.calibration),
        ),
    ]
}

/// Each layer's fidelity.
pub fn layers(r: &ExecReport) -> Markup {
    let share = |x: f64| number(x, format::rate(x));
    let figure = |x: f64| number(x, format::number(x));
    let rows = r.result.layers.iter().map(|l| {
        vec![
            text(&l.name),
            text(&l.kernel),
            count(l.conversions),
            share(l.clip_rate),
            l.range_use.map_or_else(|| text("no ADC"), share),
            count(l.largest_sum),
            figure(l.rms_error),
            figure(l.rms_error_reference),
            figure(l.rms_error_float),
        ]
    });
    let heads = [
        "layer",
        "kernel",
        "conversions",
        "clipped",
        "codes used",
        "largest sum",
        "error of it alone",
        "against the reference",
        "against float",
    ];
    Table::new("Layers; errors are root mean squares", &heads)
        .rows(rows)
        .html()
}
