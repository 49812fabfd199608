//! Yield as SVG: the share of chips that reach an accuracy.

use super::axis;
use super::svg::{Anchor, GREY, INK, LINE, Svg};
use crate::ExecReport;
use crate::format::percent;
use crosscut_sim::func::run::monte_carlo::ChipStudy;

const SIZE: [f64; 2] = [760.0, 460.0];
/// Left, top, right, bottom of the field.
const FIELD: [f64; 4] = [84.0, 92.0, 724.0, 386.0];
const BLUE: &str = "#0072b2";
const ORANGE: &str = "#d55e00";

/// The curve, the chips as ticks below it, the integer reference as a line.
pub fn svg(c: &ChipStudy, r: &ExecReport, about: &str) -> String {
    let mut svg = Svg::new(SIZE[0], SIZE[1]);
    let n = c.accuracies.len();
    svg.head(
        "Yield: share of chips that reach an accuracy",
        &format!("{about}, {n} chips, {} images each", r.result.images),
    );
    let reference = r.result.reference_accuracy;
    let (least, most) = (c.least.min(reference), c.most.max(reference));
    let room = ((most - least) * 0.08).max(0.002);
    let from = (least - room).max(0.0);
    let step = axis::ticks(most + room - from, false)[1];
    let from = (from / step).floor() * step;
    // Steps divide 1, beyond which no accuracy lies.
    let until = (((most + room) / step).ceil() * step).min(1.0);
    let [left, top, right, bottom] = FIELD;
    let x = |a: f64| left + (a - from) / (until - from) * (right - left);
    let y = |share: f64| bottom - share * (bottom - top);
    for i in 0..=4 {
        let share = f64::from(i) / 4.0;
        svg.line([left, y(share)], [right, y(share)], LINE, 1.0);
        svg.text(
            &format!("{:.0} %", 100.0 * share),
            [left - 8.0, y(share)],
            13.0,
            GREY,
            Anchor::End,
        );
    }
    let ticks = ((until - from) / step).round() as usize;
    for i in 0..=ticks {
        let a = from + step * i as f64;
        svg.line([x(a), top], [x(a), bottom], LINE, 1.0);
        let label = axis::label(100.0 * a, 100.0 * step);
        svg.text(&label, [x(a), bottom + 26.0], 13.0, GREY, Anchor::Middle);
    }
    svg.line([x(reference), top], [x(reference), bottom], ORANGE, 1.5);
    let mut sorted = c.accuracies.clone();
    sorted.sort_by(f64::total_cmp);
    let mut at = [left, y(1.0)];
    for (i, &a) in sorted.iter().enumerate() {
        let corner = [x(a), at[1]];
        svg.line(at, corner, BLUE, 2.0);
        at = [x(a), y(1.0 - (i + 1) as f64 / n as f64)];
        svg.line(corner, at, BLUE, 2.0);
        svg.line([x(a), bottom + 4.0], [x(a), bottom + 12.0], BLUE, 1.0);
    }
    svg.line(at, [right, at[1]], BLUE, 2.0);
    svg.line([left, bottom], [right, bottom], GREY, 1.0);
    svg.text(
        "Top-1 accuracy (%); each tick is a chip",
        [(left + right) / 2.0, bottom + 52.0],
        13.5,
        INK,
        Anchor::Middle,
    );
    let name = format!("integer reference: {}", percent(reference));
    svg.legend(left, 76.0, &[("chips", BLUE), (&name, ORANGE)]);
    svg.finish()
}
