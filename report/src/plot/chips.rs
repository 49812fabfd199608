//! Yield as SVG: the share of chips that reach an accuracy.

use super::axis;
use super::chart::{self, Area, Axis, BLUE, RED};
use super::error::PlotError;
use crate::ExecReport;
use crate::format::percent;
use crosscut_sim::func::run::monte_carlo::ChipStudy;
use plotters::prelude::*;

const SIZE: [i32; 2] = [760, 460];
/// Left, top, right, bottom of the field.
const FIELD: [i32; 4] = [92, 100, 724, 396];
/// Room below a share of zero, for a tick per chip.
const BELOW: f64 = -0.05;

/// The curve, the chips as ticks below it, the integer reference as a line.
pub fn svg(c: &ChipStudy, r: &ExecReport, about: &str) -> Result<String, PlotError> {
    chart::page(SIZE, |area| draw(area, c, r, about))
}

fn draw(area: &Area<'_>, c: &ChipStudy, r: &ExecReport, about: &str) -> Result<(), PlotError> {
    let n = c.accuracies.len();
    let subtitle = format!("{about}, {n} chips, {} images each", r.result.images);
    chart::head(
        area,
        "Yield: share of chips that reach an accuracy",
        &subtitle,
    )?;
    let reference = r.result.reference_accuracy;
    let (least, most) = (c.least.min(reference), c.most.max(reference));
    let room = ((most - least) * 0.08).max(0.002);
    let from = (least - room).max(0.0);
    let step = axis::ticks(most + room - from, false)[1];
    let from = (from / step).floor() * step;
    // Steps divide 1, beyond which no accuracy lies.
    let until = (((most + room) / step).ceil() * step).min(1.0);
    let ticks = ((until - from) / step).round() as usize;
    let x = Axis {
        title: "Top-1 accuracy (%); each tick is a chip",
        ends: [from, until],
        ticks: (0..=ticks).map(|i| from + step * i as f64).collect(),
        label: &|a| axis::label(100.0 * a, 100.0 * step),
    };
    let y = Axis {
        title: "Share of chips (%)",
        ends: [BELOW, 1.0],
        ticks: vec![0.0, 0.25, 0.5, 0.75, 1.0],
        label: &|share| format!("{:.0}", 100.0 * share),
    };
    let mut field = chart::field(area, FIELD, &x, &y)?;
    let reference_line = [(reference, BELOW), (reference, 1.0)];
    field.draw_series(LineSeries::new(reference_line, RED.stroke_width(2)))?;

    let mut sorted = c.accuracies.clone();
    sorted.sort_by(f64::total_cmp);
    let mut curve = vec![(from, 1.0)];
    for (i, &a) in sorted.iter().enumerate() {
        curve.push((a, 1.0 - i as f64 / n as f64));
        curve.push((a, 1.0 - (i + 1) as f64 / n as f64));
    }
    curve.push((until, 0.0));
    field.draw_series(LineSeries::new(curve, BLUE.stroke_width(2)))?;
    let tick = |&a: &f64| PathElement::new(vec![(a, -0.04), (a, -0.012)], BLUE);
    field.draw_series(sorted.iter().map(tick))?;

    let name = format!("integer reference: {}", percent(reference));
    chart::legend(area, (FIELD[0], 80), [("chips", BLUE), (&name, RED)])?;
    Ok(())
}
