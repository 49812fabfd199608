//! Sensitivities: how far each axis moves a figure away from the best design, all other axes held.

use super::super::chart::{self, BLUE, CHARACTER, GREY, INK, LINE, ORANGE, write};
use super::super::error::PlotError;
use super::super::words::shorten;
use super::data::{Data, Figure};
use super::picture::Picture;
use crate::format::number;
use crate::sweep::csv::cell;
use plotters::prelude::*;
use plotters::style::text_anchor::HPos;
use std::collections::HashMap;
use std::fmt::Write;

/// Figures that are drawn.
const FIGURES: usize = 3;

const WIDTH: i32 = 900;
const TOP: i32 = 92;
const ROW: i32 = 34;
const BOTTOM: i32 = 62;

/// What an axis does.
struct Bar {
    axis: String,
    /// Least and most of the figure over that of the best design, with the values of the axis there.
    low: (f64, String),
    high: (f64, String),
}

/// One picture a figure.
pub fn pictures(data: &Data<'_>) -> Result<Vec<Picture>, PlotError> {
    if data.axes.len() < 2 {
        return Ok(Vec::new());
    }
    let places: HashMap<u64, usize> = data
        .rows
        .iter()
        .map(|&n| (data.table.index[n], n))
        .collect();
    let mut all = Vec::new();
    for figure in data.figures.iter().take(FIGURES) {
        all.extend(picture(data, figure, &places)?);
    }
    Ok(all)
}

fn picture(
    data: &Data<'_>,
    figure: &Figure<'_>,
    places: &HashMap<u64, usize>,
) -> Result<Option<Picture>, PlotError> {
    let known = data
        .rows
        .iter()
        .copied()
        .filter(|&n| figure.values[n].is_finite() && figure.values[n] > 0.0);
    let Some(best) = known.reduce(|a, b| {
        if figure.better(figure.values[b], figure.values[a]) {
            b
        } else {
            a
        }
    }) else {
        return Ok(None);
    };
    let (base, from) = (figure.values[best], data.table.index[best]);
    let mut bars: Vec<Bar> = Vec::new();
    for axis in &data.axes {
        let row = |level: usize| {
            let value = figure.values[*places.get(&axis.with(from, level))?];
            value
                .is_finite()
                .then(|| (value / base, axis.labels[level].clone()))
        };
        let all: Vec<(f64, String)> = (0..axis.labels.len()).filter_map(row).collect();
        let by = |a: &&(f64, String), b: &&(f64, String)| a.0.total_cmp(&b.0);
        if let (Some(low), Some(high), true) =
            (all.iter().min_by(by), all.iter().max_by(by), all.len() > 1)
        {
            bars.push(Bar {
                axis: axis.name.clone(),
                low: low.clone(),
                high: high.clone(),
            });
        }
    }
    bars.sort_by(|a, b| (b.high.0 - b.low.0).total_cmp(&(a.high.0 - a.low.0)));
    if bars.is_empty() {
        return Ok(None);
    }
    let mut csv = "axis,least,least_at,most,most_at\n".to_string();
    for b in &bars {
        // Writing to a string cannot fail.
        let _ = writeln!(
            csv,
            "{},{},{},{},{}",
            cell(&b.axis),
            b.low.0,
            cell(&b.low.1),
            b.high.0,
            cell(&b.high.1)
        );
    }
    let (scale, title) = figure.unit(base);
    let subtitle = data.subtitle(&format!(
        "one axis at a time from the best, {}",
        number(base / scale)
    ));
    let height = TOP + ROW * bars.len() as i32 + BOTTOM;
    let svg = chart::page([WIDTH, height], |area| {
        chart::head(area, &format!("What moves: {title}"), &subtitle)?;
        let longest = bars
            .iter()
            .map(|b| b.axis.chars().count().min(30))
            .max()
            .unwrap_or(0);
        let (left, right) = (40 + CHARACTER * longest as i32, WIDTH - 40);
        let (low, high) = bars.iter().fold((1.0f64, 1.0f64), |(l, h), b| {
            (l.min(b.low.0), h.max(b.high.0))
        });
        // Room for the texts at the ends.
        let span = (high - low).max(0.02);
        let (low, high) = (low - 0.25 * span, high + 0.25 * span);
        let at =
            |v: f64| left + (f64::from(right - left) * (v - low) / (high - low)).round() as i32;
        let bottom = TOP + ROW * bars.len() as i32;
        for (i, b) in bars.iter().enumerate() {
            let top = TOP + ROW * i as i32;
            let middle = top + ROW / 2;
            write(
                area,
                &shorten(&b.axis, 30),
                (left - 8, middle),
                16,
                INK,
                HPos::Right,
            )?;
            area.draw(&PathElement::new(
                vec![(left, bottom), (right, bottom)],
                LINE.stroke_width(1),
            ))?;
            for ((value, text), colour, side) in
                [(&b.low, BLUE, HPos::Right), (&b.high, ORANGE, HPos::Left)]
            {
                let ends = [at(1.0).min(at(*value)), at(1.0).max(at(*value))];
                if ends[1] > ends[0] {
                    area.draw(&Rectangle::new(
                        [(ends[0], top + 5), (ends[1], top + ROW - 5)],
                        colour.filled(),
                    ))?;
                    let x = at(*value) + if matches!(side, HPos::Left) { 6 } else { -6 };
                    let text = format!("{} at {text}", percent(*value));
                    write(area, &text, (x, middle), 15, GREY, side)?;
                }
            }
        }
        area.draw(&PathElement::new(
            vec![(at(1.0), TOP - 6), (at(1.0), bottom)],
            INK.stroke_width(1),
        ))?;
        let title = format!("{} against the best design (%)", figure.field.title);
        write(
            area,
            "100 %",
            (at(1.0), bottom + 16),
            16,
            GREY,
            HPos::Center,
        )?;
        write(
            area,
            &title,
            ((left + right) / 2, bottom + 42),
            17,
            INK,
            HPos::Center,
        )
    })?;
    Ok(Some(Picture::new(
        format!("tornado-{}", figure.field.name),
        svg,
        csv,
    )))
}

/// A ratio in per cent, short.
fn percent(ratio: f64) -> String {
    match 100.0 * ratio {
        p if p >= 1000.0 => format!("{} x", number(ratio)),
        p => format!("{p:.1} %"),
    }
}
