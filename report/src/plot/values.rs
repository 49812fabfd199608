//! Outputs of one layer as SVG: three distributions over the same bars.

use super::axis;
use super::svg::{Anchor, GREY, INK, LINE, Svg};
use super::words::shorten;
use crate::format::{count, number, percent};
use crosscut_sim::func::run::values::{Distribution, ValueComparison};

const SIZE: [f64; 2] = [860.0, 520.0];
/// Left, top, right, bottom of the field.
const FIELD: [f64; 4] = [76.0, 96.0, 824.0, 440.0];
const CROSSBARS: &str = "#9ecae1";
const REFERENCE: &str = "#0072b2";
const FLOAT: &str = "#d55e00";

/// Crossbars as bars, reference and float network as outlines; a logarithmic axis shows the tails.
pub fn svg(c: &ValueComparison, about: &str) -> String {
    let mut svg = Svg::new(SIZE[0], SIZE[1]);
    let title = format!("Outputs of {}", shorten(&c.layer, 50));
    let subtitle = format!("{about}, {} values of {} images", count(c.values), c.images);
    svg.head(&title, &subtitle);
    let [left, top, right, bottom] = FIELD;
    let [least, width] = c.bars;
    let bars = c.crossbars.counts.len();
    let x = |i: usize| left + (right - left) * i as f64 / bars as f64;
    let all = [&c.float, &c.reference, &c.crossbars];
    let most = all
        .iter()
        .flat_map(|s| s.counts.iter().copied())
        .max()
        .unwrap_or(1);
    let decades = (most.max(2) as f64).log10().ceil();
    let height = |n: u64| match n {
        0 => 0.0,
        // One value still shows.
        n => (bottom - top) * ((n as f64).log10() + 0.15) / (decades + 0.15),
    };
    for d in 0..=decades as u32 {
        let y = bottom - height(10u64.pow(d));
        svg.line([left, y], [right, y], LINE, 1.0);
        svg.text(
            &count(10u64.pow(d)),
            [left - 8.0, y],
            12.5,
            GREY,
            Anchor::End,
        );
    }
    for (i, &n) in c.crossbars.counts.iter().enumerate() {
        let h = height(n);
        let area = [x(i) + 0.5, bottom - h, x(i + 1) - x(i) - 1.0, h];
        if n > 0 {
            let from = least + width * i as f64;
            let text = format!(
                "{} to {}: {} values",
                number(from),
                number(from + width),
                count(n)
            );
            svg.rect_with_title(area, CROSSBARS, &text);
        }
    }
    let mut outline = |s: &Distribution, colour: &str, stroke: f64| {
        let mut at = [left, bottom];
        for (i, &n) in s.counts.iter().enumerate() {
            let y = bottom - height(n);
            svg.line(at, [x(i), y], colour, stroke);
            at = [x(i + 1), y];
            svg.line([x(i), y], at, colour, stroke);
        }
        svg.line(at, [right, bottom], colour, stroke);
    };
    // The two lie on each other where quantisation costs little: the thin line over the thick one.
    outline(&c.reference, REFERENCE, 3.0);
    outline(&c.float, FLOAT, 1.2);
    svg.line([left, bottom], [right, bottom], GREY, 1.0);
    let span = width * bars as f64;
    let step = axis::ticks(span, false)[1];
    let mut tick = (least / step).ceil() * step;
    while tick <= least + span {
        let at = left + (right - left) * (tick - least) / span;
        svg.line([at, bottom], [at, bottom + 5.0], GREY, 1.0);
        let sign = if tick < -step / 2.0 { "\u{2212}" } else { "" };
        let label = format!("{sign}{}", axis::label(tick.abs(), step));
        svg.text(&label, [at, bottom + 18.0], 12.5, GREY, Anchor::Middle);
        tick += step;
    }
    svg.text(
        "Value of an output, bias included",
        [(left + right) / 2.0, bottom + 46.0],
        13.5,
        INK,
        Anchor::Middle,
    );
    let reference = format!(
        "integer reference: {} away (rms)",
        percent(c.error_reference)
    );
    let float = format!("float network: {} away", percent(c.error_float));
    let names = [
        ("simulated crossbars", CROSSBARS),
        (reference.as_str(), REFERENCE),
        (float.as_str(), FLOAT),
    ];
    svg.legend(left, 78.0, &names);
    svg.finish()
}
