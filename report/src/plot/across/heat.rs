//! A figure over two axes as a map of colours: in each cell the best design there is.

use super::super::svg::{Anchor, GREY, INK, Svg};
use super::data::{Axis, Data, Figure};
use super::picture::Picture;
use super::scale::label;
use crate::format::number;
use crate::sweep::csv::cell;
use std::fmt::Write;

/// Values of an axis that are drawn, at most.
const MOST: usize = 200;

/// Figures that are mapped.
const FIGURES: usize = 3;

/// Sequential colours from dark to light, even in lightness (viridis, van der Walt and Smith 2015).
const COLOURS: [[u8; 3]; 6] = [
    [68, 1, 84],
    [65, 68, 135],
    [42, 120, 142],
    [34, 168, 132],
    [122, 209, 81],
    [253, 231, 37],
];

/// The figures over the two axes with most values.
pub fn pictures(data: &Data<'_>) -> Vec<Picture> {
    let mut axes: Vec<&Axis<'_>> = data
        .axes
        .iter()
        .filter(|a| a.labels.len() <= MOST)
        .collect();
    axes.sort_by_key(|a| (a.numbers.is_none(), std::cmp::Reverse(a.labels.len())));
    let &[x, y, ..] = axes.as_slice() else {
        return Vec::new();
    };
    let figures = data.figures.iter().take(FIGURES);
    figures.map(|f| picture(data, x, y, f)).collect()
}

fn picture(data: &Data<'_>, x: &Axis<'_>, y: &Axis<'_>, figure: &Figure<'_>) -> Picture {
    let (columns, rows) = (x.labels.len(), y.labels.len());
    let mut best: Vec<Option<usize>> = vec![None; columns * rows];
    for &n in &data.rows {
        let index = data.table.index[n];
        let place = &mut best[y.level(index) * columns + x.level(index)];
        let value = figure.values[n];
        if value.is_finite() && place.is_none_or(|b| figure.better(value, figure.values[b])) {
            *place = Some(n);
        }
    }
    let values: Vec<f64> = best.iter().flatten().map(|&n| figure.values[n]).collect();
    let (low, high) = values
        .iter()
        .fold((f64::INFINITY, f64::NEG_INFINITY), |(l, h), &v| {
            (l.min(v), h.max(v))
        });
    let log = low > 0.0 && high / low > 10.0;
    let at = |v: f64| if log { v.ln() } else { v };
    let share = |v: f64| {
        if high > low {
            (at(v) - at(low)) / (at(high) - at(low))
        } else {
            0.5
        }
    };
    let (scale, title) = figure.unit(high);
    let size = [
        (560.0 / columns as f64).clamp(3.0, 64.0),
        (360.0 / rows as f64).clamp(3.0, 40.0),
    ];
    let longest = y
        .labels
        .iter()
        .map(|l| l.chars().count().min(24))
        .max()
        .unwrap_or(0);
    let (left, top) = (60.0 + 7.0 * longest as f64, 84.0);
    let (width, height) = (size[0] * columns as f64, size[1] * rows as f64);
    let mut svg = Svg::new((left + width + 150.0).max(560.0), top + height + 84.0);
    let others = data.axes.len() > 2;
    svg.head(
        &format!("{} over {} and {}", figure.field.title, x.name, y.name),
        &data.subtitle(if others {
            "the best of the other axes in each cell"
        } else {
            ""
        }),
    );
    let mut csv = format!(
        "{},{},{},index\n",
        cell(&x.name),
        cell(&y.name),
        figure.field.name
    );
    for row in 0..rows {
        for column in 0..columns {
            // The first value of the vertical axis stands below.
            let place = [
                left + size[0] * column as f64,
                top + size[1] * (rows - 1 - row) as f64,
            ];
            let area = [place[0], place[1], size[0] - 0.5, size[1] - 0.5];
            let names = format!(
                "{} {}, {} {}",
                x.name, x.labels[column], y.name, y.labels[row]
            );
            let Some(n) = best[row * columns + column] else {
                svg.rect_with_title(area, "#eeeeee", &format!("{names}: no feasible design"));
                continue;
            };
            let value = figure.values[n];
            let text = number(value / scale);
            svg.rect_with_title(area, &colour(share(value)), &format!("{names}: {text}"));
            if size[0] >= 44.0 && size[1] >= 16.0 {
                let ink = if share(value) > 0.6 { INK } else { "#ffffff" };
                let middle = [place[0] + size[0] / 2.0, place[1] + size[1] / 2.0];
                svg.text(&text, middle, 11.5, ink, Anchor::Middle);
            }
            // Writing to a string cannot fail.
            let _ = writeln!(
                csv,
                "{},{},{value},{}",
                cell(&x.labels[column]),
                cell(&y.labels[row]),
                data.table.index[n]
            );
        }
    }
    let every =
        |count: usize, room: f64, step: f64| ((room / step).ceil() as usize).clamp(1, count.max(1));
    let widest = x
        .labels
        .iter()
        .map(|l| l.chars().count())
        .max()
        .unwrap_or(0);
    for column in (0..columns).step_by(every(columns, 8.0 * widest as f64 + 8.0, size[0])) {
        let middle = [left + size[0] * (column as f64 + 0.5), top + height + 14.0];
        svg.text(&x.labels[column], middle, 13.0, GREY, Anchor::Middle);
    }
    for row in (0..rows).step_by(every(rows, 18.0, size[1])) {
        let middle = [left - 8.0, top + size[1] * ((rows - 1 - row) as f64 + 0.5)];
        svg.text(
            &super::super::words::shorten(&y.labels[row], 24),
            middle,
            13.0,
            GREY,
            Anchor::End,
        );
    }
    svg.text(
        &x.title(),
        [left + width / 2.0, top + height + 42.0],
        14.0,
        INK,
        Anchor::Middle,
    );
    svg.text(&y.title(), [24.0, top - 14.0], 14.0, INK, Anchor::Start);
    bar(
        &mut svg,
        [left + width + 24.0, top, height.max(120.0)],
        [low / scale, high / scale],
        log,
    );
    svg.text(
        &format!("colour: {title}{}", if log { ", logarithmic" } else { "" }),
        [left, top + height + 66.0],
        13.0,
        GREY,
        Anchor::Start,
    );
    let name = format!("map-{}-over-{}-and-{}", figure.field.name, x.name, y.name);
    Picture::new(name, svg.finish(), csv)
}

/// The colours with the values at their ends and middle.
fn bar(svg: &mut Svg, [x, y, height]: [f64; 3], [low, high]: [f64; 2], log: bool) {
    const STEPS: usize = 40;
    let step = height / STEPS as f64;
    for i in 0..STEPS {
        let share = 1.0 - (i as f64 + 0.5) / STEPS as f64;
        svg.rect([x, y + step * i as f64, 14.0, step + 0.5], &colour(share));
    }
    let middle = if log {
        (low * high).sqrt()
    } else {
        (low + high) / 2.0
    };
    for (share, value) in [(0.0, high), (0.5, middle), (1.0, low)] {
        let text = if value == value.round() {
            label(value)
        } else {
            number(value)
        };
        svg.text(
            &text,
            [x + 20.0, y + height * share],
            12.5,
            GREY,
            Anchor::Start,
        );
    }
}

fn colour(share: f64) -> String {
    let at = share.clamp(0.0, 1.0) * (COLOURS.len() - 1) as f64;
    let low = (at as usize).min(COLOURS.len() - 2);
    let mix = |i: usize| {
        let [a, b] = [COLOURS[low][i], COLOURS[low + 1][i]].map(f64::from);
        (a + (b - a) * (at - low as f64)).round() as u8
    };
    format!("#{:02x}{:02x}{:02x}", mix(0), mix(1), mix(2))
}
