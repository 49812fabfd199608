//! Horizontal grouped bars as SVG: one row per label, one bar per series, each with its value.

use super::axis;
use super::chart::{self, Area, BLUE, CHARACTER, GREY, INK, LINE, ORANGE, write};
use super::error::PlotError;
use super::words::shorten;
use crate::format::{count, number};
use plotters::prelude::*;
use plotters::style::text_anchor::HPos;

/// One row.
#[derive(Debug, Clone)]
pub struct Bar {
    /// Label.
    pub label: String,
    /// One value per series.
    pub values: Vec<f64>,
    /// How much of each value is drawn light, at the end of its bar; empty if nothing is.
    pub light: Vec<f64>,
}

impl Bar {
    /// A row.
    pub fn new(label: String, values: Vec<f64>) -> Bar {
        Bar {
            label,
            values,
            light: Vec::new(),
        }
    }

    /// A row whose values end in light parts.
    pub fn with_light(label: String, values: Vec<f64>, light: Vec<f64>) -> Bar {
        Bar {
            light,
            ..Bar::new(label, values)
        }
    }
}

/// A chart.
#[derive(Debug, Clone)]
pub struct BarChart {
    /// Title.
    pub title: String,
    /// What it is about.
    pub subtitle: String,
    /// Axis title with unit.
    pub axis: String,
    /// Names of the series.
    pub series: Vec<String>,
    /// Rows from top to bottom.
    pub bars: Vec<Bar>,
    /// Whether values are counts.
    pub whole: bool,
    /// What light parts of bars are.
    pub light: Option<&'static str>,
}

/// Told apart with any colour vision and in grey.
const COLOURS: [RGBColor; 2] = [BLUE, ORANGE];
/// Of light parts.
const LIGHT: [RGBColor; 2] = [RGBColor(140, 190, 222), RGBColor(246, 214, 140)];
/// A bar of more than this share of all bars is cut, or the others could not be told apart.
pub const CUT: f64 = 0.9;

const WIDTH: i32 = 860;
/// Room above the bars: title, subtitle, legend.
const TOP: i32 = 116;
/// Room below: tick labels, axis title.
const BOTTOM: i32 = 62;
/// Room to the right of the axis, for the value of the longest bar.
const RIGHT: i32 = 84;
const BAR: i32 = 15;
const GAP: i32 = 13;

impl BarChart {
    /// The chart as SVG text.
    pub fn svg(&self) -> Result<String, PlotError> {
        let row = BAR * self.series.len() as i32 + GAP;
        let height = TOP + row * self.bars.len() as i32 + BOTTOM;
        chart::page([WIDTH, height], |area| {
            self.head(area)?;
            self.body(area, row, height - BOTTOM)
        })
    }

    /// Title, subtitle and legend.
    fn head(&self, area: &Area<'_>) -> Result<(), PlotError> {
        chart::head(area, &self.title, &self.subtitle)?;
        let names = self.series.iter().map(String::as_str).zip(COLOURS);
        let light = self.light.filter(|_| self.has_light());
        let light = light.map(|name| (name, LIGHT[0]));
        chart::legend(area, (24, 84), names.chain(light))?;
        Ok(())
    }

    fn has_light(&self) -> bool {
        self.bars.iter().any(|b| b.light.iter().any(|&v| v > 0.0))
    }

    /// Where the axis ends at least: at the longest bar, or at the longest of the others if it is cut.
    fn reach(&self) -> f64 {
        let longest = |b: &Bar| b.values.iter().copied().fold(0.0, f64::max);
        let mut all: Vec<f64> = self.bars.iter().map(longest).collect();
        all.sort_by(|a, b| b.total_cmp(a));
        match all.as_slice() {
            [first, second, ..] if *second > 0.0 && *first > CUT * all.iter().sum::<f64>() => {
                1.25 * second
            }
            [first, ..] => *first,
            [] => 0.0,
        }
    }

    /// Grid, bars, labels, values, axis.
    fn body(&self, area: &Area<'_>, row: i32, bottom: i32) -> Result<(), PlotError> {
        let longest = self.bars.iter().map(|b| b.label.chars().count()).max();
        let left = 36 + CHARACTER * longest.unwrap_or(0).min(34) as i32;
        let right = WIDTH - RIGHT;
        let ticks = axis::ticks(self.reach(), self.whole);
        let end = ticks[ticks.len() - 1];
        let at =
            |v: f64| left + ((v / end).clamp(0.0, 1.0) * f64::from(right - left)).round() as i32;
        for &t in &ticks {
            let line = vec![(at(t), TOP - 6), (at(t), bottom)];
            area.draw(&PathElement::new(line, LINE.stroke_width(1)))?;
            write(
                area,
                &axis::label(t, ticks[1]),
                (at(t), bottom + 16),
                16,
                GREY,
                HPos::Center,
            )?;
        }
        let middle = (left + right) / 2;
        write(
            area,
            &self.axis,
            (middle, bottom + 42),
            17,
            INK,
            HPos::Center,
        )?;
        for (i, bar) in self.bars.iter().enumerate() {
            let top = TOP + row * i as i32 + GAP / 2;
            let label = shorten(&bar.label, 34);
            let centre = top + (row - GAP) / 2;
            write(area, &label, (left - 10, centre), 17, INK, HPos::Right)?;
            for (k, (&value, colour)) in bar.values.iter().zip(COLOURS).enumerate() {
                let y = top + BAR * k as i32;
                let cut = value > end;
                let end = at(value).max(if value > 0.0 { left + 1 } else { left });
                // Of a cut bar the parts keep their shares.
                let light = bar
                    .light
                    .get(k)
                    .map_or(0.0, |l| (l / value).clamp(0.0, 1.0));
                let middle = end - (light * f64::from(end - left)).round() as i32;
                for (from, to, colour) in [(left, middle, colour), (middle, end, LIGHT[k])] {
                    if from < to {
                        let corners = [(from, y), (to, y + BAR - 1)];
                        area.draw(&Rectangle::new(corners, colour.filled()))?;
                    }
                }
                if cut {
                    tear(area, (end - 26, y))?;
                }
                let text = if self.whole {
                    count(value as u64)
                } else {
                    number(value)
                };
                write(area, &text, (end + 6, y + BAR / 2), 15, INK, HPos::Left)?;
            }
        }
        let axis = vec![(left, TOP - 6), (left, bottom)];
        area.draw(&PathElement::new(axis, GREY.stroke_width(1)))?;
        Ok(())
    }
}

/// Two slanted white lines across a bar: it is longer than drawn.
fn tear(area: &Area<'_>, (x, y): (i32, i32)) -> Result<(), PlotError> {
    for x in [x, x + 7] {
        let line = vec![(x, y + BAR + 1), (x + 6, y - 2)];
        area.draw(&PathElement::new(line, WHITE.stroke_width(3)))?;
    }
    Ok(())
}
