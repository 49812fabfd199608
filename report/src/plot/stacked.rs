//! Horizontal stacked bars as SVG: where the time of each layer went, by cause.

use super::cause;
use super::chart::{self, Area, CHARACTER, GREY, INK, LINE, rgb, write};
use super::error::PlotError;
use super::words::shorten;
use crosscut_sim::record::Cause;
use plotters::prelude::*;
use plotters::style::text_anchor::HPos;

const WIDTH: i32 = 1000;
/// Room above the bars: title, subtitle, legend.
const TOP: i32 = 112;
/// Room below: tick labels, axis title.
const BOTTOM: i32 = 62;
/// Room to the right, for the note of each bar.
const RIGHT: i32 = 72;

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
pub fn svg(title: &str, subtitle: &str, axis: &str, stacks: &[Stack]) -> Result<String, PlotError> {
    let row = if stacks.len() <= 40 { 22 } else { 16 };
    let height = TOP + row * stacks.len() as i32 + BOTTOM;
    chart::page([WIDTH, height], |area| {
        chart::head(area, title, subtitle)?;
        legend(area, stacks)?;
        body(area, axis, stacks, row)
    })
}

/// The causes that occur, and what stands for none.
fn legend(area: &Area<'_>, stacks: &[Stack]) -> Result<(), PlotError> {
    let used = |c: &&Cause| stacks.iter().any(|s| s.shares.iter().any(|x| x.0 == **c));
    let causes = Cause::ALL.iter().filter(used);
    let entries = causes.map(|&c| (cause::name(c), rgb(cause::colour(c))));
    let x = chart::legend(area, (24, 82), entries)?;
    area.draw(&Rectangle::new([(x, 75), (x + 14, 89)], GREY))?;
    write(area, "idle", (x + 21, 82), 17, INK, HPos::Left)
}

/// Grid, bars, labels, notes, axis.
fn body(area: &Area<'_>, axis: &str, stacks: &[Stack], row: i32) -> Result<(), PlotError> {
    let longest = stacks.iter().map(|s| s.label.chars().count().min(34)).max();
    let left = 36 + CHARACTER * longest.unwrap_or(0) as i32;
    let right = WIDTH - RIGHT;
    let bottom = TOP + row * stacks.len() as i32;
    let at = |share: f64| left + (f64::from(right - left) * share.clamp(0.0, 1.0)).round() as i32;
    for percent in (0..=100).step_by(20) {
        let x = at(f64::from(percent) / 100.0);
        let line = vec![(x, TOP - 4), (x, bottom)];
        area.draw(&PathElement::new(line, LINE.stroke_width(1)))?;
        let label = percent.to_string();
        write(area, &label, (x, bottom + 16), 16, GREY, HPos::Center)?;
    }
    let middle = (left + right) / 2;
    write(area, axis, (middle, bottom + 42), 17, INK, HPos::Center)?;
    let size = (row - 1).min(16);
    for (i, stack) in stacks.iter().enumerate() {
        let top = TOP + row * i as i32;
        let middle = top + row / 2;
        let label = shorten(&stack.label, 34);
        write(area, &label, (left - 10, middle), size, INK, HPos::Right)?;
        let mut sum = 0.0;
        for &(cause, share) in &stack.shares {
            let begin = at(sum);
            sum += share;
            let corners = [(begin, top + 3), (at(sum), top + row - 3)];
            if corners[1].0 > begin {
                let fill = rgb(cause::colour(cause)).filled();
                area.draw(&Rectangle::new(corners, fill))?;
            }
        }
        let note = (right + 8, middle);
        write(area, &stack.note, note, size, GREY, HPos::Left)?;
    }
    let line = vec![(left, TOP - 4), (left, bottom)];
    area.draw(&PathElement::new(line, GREY.stroke_width(1)))?;
    Ok(())
}
