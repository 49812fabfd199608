//! Points and lines over two scales.

use super::super::chart::{self, Area, Axis, CHARACTER, GREY, INK, RED, write};
use super::super::error::PlotError;
use super::scale::Scale;
use super::series::{Series, colour, marker};
use plotters::prelude::*;
use plotters::style::text_anchor::HPos;

/// Width without the legend, and height.
const SIZE: [i32; 2] = [700, 500];
/// Left, top, right and bottom of the field.
const FIELD: [i32; 4] = [96, 84, 664, 432];

/// A chart over two scales.
pub struct Plane<'a> {
    /// Title.
    pub title: String,
    /// What it is of.
    pub subtitle: String,
    /// Horizontal scale.
    pub x: Scale,
    /// Vertical scale.
    pub y: Scale,
    /// Points by kind.
    pub series: Vec<Series>,
    /// A grey line, such as a border of what is possible.
    pub border: Vec<[f64; 2]>,
    /// Points that are ringed, with what the legend says of them.
    pub ringed: (Vec<[f64; 2]>, &'a str),
    /// Labels at points.
    pub labels: Vec<([f64; 2], String)>,
    /// Radius of a marker.
    pub size: f64,
}

impl Plane<'_> {
    /// The chart as SVG text.
    pub fn svg(&self) -> Result<String, PlotError> {
        let names = self
            .series
            .iter()
            .map(|s| s.name.as_str())
            .filter(|n| !n.is_empty());
        let ringed = (!self.ringed.0.is_empty()).then_some(self.ringed.1);
        let longest = names.chain(ringed).map(|n| n.chars().count().min(34)).max();
        let legend = longest.map_or(0, |n| 48 + CHARACTER * n as i32);
        chart::page([SIZE[0] + legend, SIZE[1]], |area| self.draw(area))
    }

    fn draw(&self, area: &Area<'_>) -> Result<(), PlotError> {
        chart::head(area, &self.title, &self.subtitle)?;
        let tick = |scale: &Scale| {
            let ticks = scale.ticks.clone();
            move |v: &f64| {
                let near = |t: &&(f64, String)| (t.0 - v).abs() < 1e-9 * (1.0 + v.abs());
                ticks
                    .iter()
                    .find(near)
                    .map_or(String::new(), |t| t.1.clone())
            }
        };
        let (of_x, of_y) = (tick(&self.x), tick(&self.y));
        let x = Axis {
            title: &self.x.title,
            ends: self.x.ends,
            ticks: self.x.ticks.iter().map(|t| t.0).collect(),
            label: &of_x,
        };
        let y = Axis {
            title: &self.y.title,
            ends: self.y.ends,
            ticks: self.y.ticks.iter().map(|t| t.0).collect(),
            label: &of_y,
        };
        let mut field = chart::field(area, FIELD, &x, &y)?;
        let at = |p: &[f64; 2]| Some((self.x.at(p[0])?, self.y.at(p[1])?));
        let border: Vec<(f64, f64)> = self.border.iter().filter_map(at).collect();
        field.draw_series(LineSeries::new(border, GREY.stroke_width(1)))?;
        for (k, series) in self.series.iter().enumerate().filter(|(_, s)| s.joined) {
            let line: Vec<(f64, f64)> = series.points.iter().filter_map(at).collect();
            field.draw_series(LineSeries::new(line, colour(k).stroke_width(2)))?;
        }
        for (k, series) in self.series.iter().enumerate() {
            for (p, ends) in series.points.iter().zip(&series.intervals) {
                let [low, high] = ends.map(|e| at(&[p[0], e]));
                if let (Some(low), Some(high)) = (low, high) {
                    let bar = [low, high].map(|p| field.backend_coord(&p));
                    area.draw(&PathElement::new(
                        bar.to_vec(),
                        colour(k).mix(0.6).stroke_width(1),
                    ))?;
                }
            }
        }
        for (k, series) in self.series.iter().enumerate() {
            for p in series.points.iter().filter_map(at) {
                let place = field.backend_coord(&p);
                area.draw(&Polygon::new(
                    marker(place, k, self.size),
                    colour(k).filled(),
                ))?;
            }
        }
        for p in self.ringed.0.iter().filter_map(at) {
            let place = field.backend_coord(&p);
            area.draw(&Circle::new(place, self.size + 3.0, INK.stroke_width(1)))?;
        }
        for (p, text) in &self.labels {
            if let Some(p) = at(p) {
                let (x, y) = field.backend_coord(&p);
                let left = x > FIELD[2] - 90;
                let (x, side) = if left {
                    (x - 10, HPos::Right)
                } else {
                    (x + 10, HPos::Left)
                };
                write(area, text, (x, y - 14), 16, RED, side)?;
            }
        }
        self.legend(area)
    }

    fn legend(&self, area: &Area<'_>) -> Result<(), PlotError> {
        let (x, mut y) = (FIELD[2] + 32, FIELD[1] + 12);
        for (k, series) in self
            .series
            .iter()
            .enumerate()
            .filter(|(_, s)| !s.name.is_empty())
        {
            if series.joined {
                let line = vec![(x - 10, y), (x + 10, y)];
                area.draw(&PathElement::new(line, colour(k).stroke_width(2)))?;
            }
            area.draw(&Polygon::new(marker((x, y), k, 5.0), colour(k).filled()))?;
            let name = super::super::words::shorten(&series.name, 34);
            write(area, &name, (x + 20, y), 16, INK, HPos::Left)?;
            y += 25;
        }
        if self.ringed.0.is_empty() {
            return Ok(());
        }
        area.draw(&Circle::new((x, y), 8, INK.stroke_width(1)))?;
        write(area, self.ringed.1, (x + 20, y), 16, INK, HPos::Left)
    }
}
