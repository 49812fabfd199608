//! Horizontal stacked bars as SVG: where the time of each layer went, by cause.

use super::cause;
use super::svg::{Anchor, GREY, INK, LINE, Svg};
use super::words::shorten;
use crosscut_sim::record::Cause;

const WIDTH: f64 = 1000.0;
const TOP: f64 = 112.0;
const BOTTOM: f64 = 60.0;
const RIGHT: f64 = 60.0;
const CHARACTER: f64 = 7.0;
/// Colour of time in which a layer has nothing to do yet or any more.
const IDLE: &str = "#ffffff";

/// One bar: share of the whole by cause; what is missing is idle.
pub struct Stack {
    /// Layer.
    pub label: String,
    /// Shares, at most 1 together.
    pub shares: Vec<(Cause, f64)>,
    /// Said at the end of the bar.
    pub note: String,
}

/// The chart as SVG text.
pub fn svg(title: &str, subtitle: &str, axis: &str, stacks: &[Stack]) -> String {
    let height = if stacks.len() <= 40 { 22.0 } else { 15.0 };
    let longest = stacks.iter().map(|s| s.label.chars().count().min(34)).max();
    let left = 40.0 + CHARACTER * longest.unwrap_or(0) as f64;
    let right = WIDTH - RIGHT;
    let bottom = TOP + height * stacks.len() as f64;
    let mut page = Svg::new(WIDTH, bottom + BOTTOM);
    page.head(title, subtitle);
    let used = |c: &&Cause| stacks.iter().any(|s| s.shares.iter().any(|x| x.0 == **c));
    let entries: Vec<(&str, &str)> = Cause::ALL
        .iter()
        .filter(used)
        .map(|&c| (cause::name(c), cause::colour(c)))
        .collect();
    let x = page.legend(24.0, 82.0, &entries);
    page.rect([x, 76.0, 12.0, 12.0], IDLE);
    page.frame([x, 76.0, 12.0, 12.0], GREY);
    page.text("idle", [x + 18.0, 82.0], 13.0, INK, Anchor::Start);
    for percent in (0..=100).step_by(20) {
        let x = left + (right - left) * f64::from(percent) / 100.0;
        page.line([x, TOP - 4.0], [x, bottom], LINE, 1.0);
        page.text(
            &format!("{percent} %"),
            [x, bottom + 15.0],
            12.5,
            GREY,
            Anchor::Middle,
        );
    }
    page.text(
        axis,
        [(left + right) / 2.0, bottom + 39.0],
        13.0,
        INK,
        Anchor::Middle,
    );
    for (i, stack) in stacks.iter().enumerate() {
        let top = TOP + height * i as f64;
        let middle = top + height / 2.0;
        let size = (height - 3.0).min(12.5);
        page.text(
            &shorten(&stack.label, 34),
            [left - 9.0, middle],
            size,
            INK,
            Anchor::End,
        );
        let mut x = left;
        for &(cause, share) in &stack.shares {
            let width = (right - left) * share;
            let title = format!(
                "{}: {:.1} % {}",
                stack.label,
                100.0 * share,
                cause::name(cause)
            );
            let area = [x, top + 2.5, width, height - 5.0];
            page.rect_with_title(area, cause::colour(cause), &title);
            x += width;
        }
        page.text(
            &stack.note,
            [right + 8.0, middle],
            size,
            GREY,
            Anchor::Start,
        );
    }
    page.line([left, TOP - 4.0], [left, bottom], GREY, 1.0);
    page.finish()
}
