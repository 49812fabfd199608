//! Style of the charts that `plotters` draws: page, text, legend, a field with axes.
//!
//! Text is placed by anchors, so no font is measured; room for it follows from its number of characters.

use super::error::PlotError;
use plotters::chart::ChartContext;
use plotters::coord::Shift;
use plotters::coord::ranged1d::{DefaultFormatting, KeyPointHint, Ranged};
use plotters::coord::types::RangedCoordf64;
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};
use std::ops::Range;

/// Colours of Okabe and Ito (2008), told apart with any colour vision.
pub const BLUE: RGBColor = RGBColor(0, 114, 178);
/// Second colour; told from the first in grey too.
pub const ORANGE: RGBColor = RGBColor(230, 159, 0);
/// Colour of a line over others.
pub const RED: RGBColor = RGBColor(213, 94, 0);
/// Colour of text.
pub const INK: RGBColor = RGBColor(34, 34, 34);
/// Colour of subordinate text and axes.
pub const GREY: RGBColor = RGBColor(102, 102, 102);
/// Colour of grid lines.
pub const LINE: RGBColor = RGBColor(221, 221, 221);
/// Mean width of a character of a label.
pub const CHARACTER: i32 = 8;

/// A page or a part of it.
pub type Area<'a> = DrawingArea<SVGBackend<'a>, Shift>;
/// The field between the axes.
pub type Field<'a, 'b> = ChartContext<'b, SVGBackend<'a>, Cartesian2d<Scale, Scale>>;

/// One axis.
pub struct Axis<'a> {
    /// What it measures, with unit.
    pub title: &'a str,
    /// Its two ends.
    pub ends: [f64; 2],
    /// Where grid lines and labels are.
    pub ticks: Vec<f64>,
    /// Text of a tick.
    pub label: &'a dyn Fn(&f64) -> String,
}

impl Axis<'_> {
    fn scale(&self) -> Scale {
        Scale {
            linear: (self.ends[0]..self.ends[1]).into(),
            ticks: self.ticks.clone(),
        }
    }
}

/// A linear axis whose ticks we choose.
pub struct Scale {
    linear: RangedCoordf64,
    ticks: Vec<f64>,
}

impl Ranged for Scale {
    type FormatOption = DefaultFormatting;
    type ValueType = f64;

    fn map(&self, value: &f64, limit: (i32, i32)) -> i32 {
        self.linear.map(value, limit)
    }

    fn key_points<Hint: KeyPointHint>(&self, hint: Hint) -> Vec<f64> {
        if hint.weight().allow_light_points() {
            Vec::new()
        } else {
            self.ticks.clone()
        }
    }

    fn range(&self) -> Range<f64> {
        self.linear.range()
    }
}

/// A white page of a width and a height, as SVG text.
pub fn page(
    size: [i32; 2],
    draw: impl FnOnce(&Area<'_>) -> Result<(), PlotError>,
) -> Result<String, PlotError> {
    let mut svg = String::new();
    {
        let size = (size[0] as u32, size[1] as u32);
        let area = SVGBackend::with_string(&mut svg, size).into_drawing_area();
        area.fill(&WHITE)?;
        draw(&area)?;
        area.present()?;
    }
    Ok(svg)
}

/// Text whose vertical middle is at `at`.
pub fn write(
    area: &Area<'_>,
    text: &str,
    at: (i32, i32),
    size: i32,
    colour: RGBColor,
    h: HPos,
) -> Result<(), PlotError> {
    let style = TextStyle::from(("sans-serif", size).into_font())
        .color(&colour)
        .pos(Pos::new(h, VPos::Center));
    area.draw(&Text::new(text, at, style))?;
    Ok(())
}

/// Title and subtitle in the upper left corner.
pub fn head(area: &Area<'_>, title: &str, subtitle: &str) -> Result<(), PlotError> {
    write(area, title, (24, 30), 25, INK, HPos::Left)?;
    write(area, subtitle, (24, 55), 17, GREY, HPos::Left)
}

/// A colour as `#rrggbb`, of a constant of this crate.
pub fn rgb(hex: &str) -> RGBColor {
    let number = u32::from_str_radix(hex.trim_start_matches('#'), 16).unwrap_or(0);
    let [_, r, g, b] = number.to_be_bytes();
    RGBColor(r, g, b)
}

/// Squares with names in a row; returns where the next would begin.
pub fn legend<'n>(
    area: &Area<'_>,
    (mut x, y): (i32, i32),
    entries: impl IntoIterator<Item = (&'n str, RGBColor)>,
) -> Result<i32, PlotError> {
    for (name, colour) in entries {
        area.draw(&Rectangle::new(
            [(x, y - 7), (x + 14, y + 7)],
            colour.filled(),
        ))?;
        write(area, name, (x + 21, y), 17, INK, HPos::Left)?;
        x += 21 + 30 + CHARACTER * name.chars().count() as i32;
    }
    Ok(x)
}

/// Grid, axes, ticks and titles; `edges` are left, top, right and bottom of the field on the page.
pub fn field<'a, 'b>(
    area: &'b Area<'a>,
    [left, top, right, bottom]: [i32; 4],
    x: &Axis<'_>,
    y: &Axis<'_>,
) -> Result<Field<'a, 'b>, PlotError> {
    /// Room between the titles of the axes and the edges of the page.
    const EDGE: i32 = 12;
    let (width, height) = area.dim_in_pixel();
    let mut chart = ChartBuilder::on(area)
        .margin_left(EDGE)
        .margin_top(top)
        .margin_right(width as i32 - right)
        .margin_bottom(EDGE)
        .y_label_area_size(left - EDGE)
        .x_label_area_size(height as i32 - bottom - EDGE)
        .build_cartesian_2d(x.scale(), y.scale())?;
    let text = |size: i32, colour: &'static RGBColor| {
        TextStyle::from(("sans-serif", size).into_font()).color(colour)
    };
    chart
        .configure_mesh()
        .bold_line_style(LINE)
        .light_line_style(TRANSPARENT)
        .axis_style(GREY)
        .label_style(text(16, &GREY))
        .axis_desc_style(text(17, &INK))
        .x_desc(x.title)
        .y_desc(y.title)
        .x_label_formatter(x.label)
        .y_label_formatter(y.label)
        .draw()?;
    Ok(chart)
}
