//! Outputs of one layer as SVG: three distributions over the same bars.

use super::axis;
use super::chart::{self, Area, Axis, BLUE, RED};
use super::error::PlotError;
use super::words::shorten;
use crate::format::{count, percent};
use crosscut_sim::func::run::values::{Distribution, ValueComparison};
use plotters::prelude::*;

const SIZE: [i32; 2] = [860, 520];
/// Left, top, right, bottom of the field.
const FIELD: [i32; 4] = [96, 100, 824, 448];
const CROSSBARS: RGBColor = RGBColor(158, 202, 225);
/// Foot of the bars, in decades: one value still shows.
const FOOT: f64 = -0.15;

/// Crossbars as bars, reference and float network as outlines; a logarithmic axis shows the tails.
pub fn svg(c: &ValueComparison, about: &str) -> Result<String, PlotError> {
    chart::page(SIZE, |area| draw(area, c, about))
}

/// Decades of a number of values.
fn height(n: u64) -> f64 {
    if n == 0 { FOOT } else { (n as f64).log10() }
}

fn draw(area: &Area<'_>, c: &ValueComparison, about: &str) -> Result<(), PlotError> {
    let title = format!("Outputs of {}", shorten(&c.layer, 50));
    let subtitle = format!(
        "{about}, {} values of {} images; distances are rms",
        count(c.values),
        c.images
    );
    chart::head(area, &title, &subtitle)?;
    let [least, width] = c.bars;
    let bars = c.crossbars.counts.len();
    let span = width * bars as f64;
    let edge = |i: usize| least + width * i as f64;
    let all = [&c.float, &c.reference, &c.crossbars];
    let most = all.iter().flat_map(|s| s.counts.iter().copied()).max();
    let decades = (most.unwrap_or(1).max(2) as f64).log10().ceil() as u32;

    let step = axis::ticks(span, false)[1];
    let (first, last) = ((least / step).ceil(), ((least + span) / step).floor());
    let ticks = (0..=(last - first).max(0.0) as usize).map(|i| (first + i as f64) * step);
    let x = Axis {
        title: "Value of an output, bias included",
        ends: [least, least + span],
        ticks: ticks.collect(),
        label: &|v| {
            let sign = if *v < -step / 2.0 { "\u{2212}" } else { "" };
            format!("{sign}{}", axis::label(v.abs(), step))
        },
    };
    let y = Axis {
        title: "Number of values, logarithmic",
        ends: [FOOT, f64::from(decades)],
        ticks: (0..=decades).map(f64::from).collect(),
        label: &|d| count(10f64.powf(*d).round() as u64),
    };
    let mut field = chart::field(area, FIELD, &x, &y)?;
    let filled = c.crossbars.counts.iter().enumerate().filter(|b| *b.1 > 0);
    field.draw_series(filled.map(|(i, &n)| {
        let corners = [(edge(i), FOOT), (edge(i + 1), height(n))];
        let mut bar = Rectangle::new(corners, CROSSBARS.filled());
        bar.set_margin(0, 0, 0, 1);
        bar
    }))?;
    let outline = |s: &Distribution| {
        let mut line = vec![(least, FOOT)];
        for (i, &n) in s.counts.iter().enumerate() {
            line.extend([(edge(i), height(n)), (edge(i + 1), height(n))]);
        }
        line.push((least + span, FOOT));
        line
    };
    // The two lie on each other where quantisation costs little: the thin line over the thick one.
    field.draw_series(LineSeries::new(outline(&c.reference), BLUE.stroke_width(3)))?;
    field.draw_series(LineSeries::new(outline(&c.float), RED.stroke_width(1)))?;

    let reference = format!("integer reference: {} away", percent(c.error_reference));
    let float = format!("float network: {} away", percent(c.error_float));
    let names = [
        ("simulated crossbars", CROSSBARS),
        (reference.as_str(), BLUE),
        (float.as_str(), RED),
    ];
    chart::legend(area, (24, 80), names)?;
    Ok(())
}
