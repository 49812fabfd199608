//! Energy and area by part over an axis, as stacked bars: of each value the best design there is.

use super::super::chart::{self, Area, CHARACTER, GREY, INK, LINE, write};
use super::super::error::PlotError;
use super::super::words::shorten;
use super::data::{Axis, Data, Figure, MOST_SERIES};
use super::picture::Picture;
use super::scale::Scale;
use super::series::colour;
use crate::sweep::csv::cell;
use plotters::prelude::*;
use plotters::style::text_anchor::HPos;
use std::fmt::Write;

/// Values of an axis that are drawn, at most.
const MOST: usize = 32;

/// Parts that have a colour of their own; the others share one.
const PARTS: usize = MOST_SERIES - 1;

const WIDTH: i32 = 900;
const TOP: i32 = 154;
const ROW: i32 = 24;
const BOTTOM: i32 = 62;

/// Energy and area over each axis with few values.
pub fn pictures(data: &Data<'_>) -> Result<Vec<Picture>, PlotError> {
    let mut all = Vec::new();
    for axis in data.axes.iter().filter(|a| a.labels.len() <= MOST) {
        for total in ["energy_pj", "area_mm2"] {
            if let Some(figure) = data.figure(total) {
                all.extend(picture(data, axis, &figure)?);
            }
        }
    }
    Ok(all)
}

/// One bar: the value of the axis, its parts, and the row that it shows.
struct Bar {
    label: String,
    parts: Vec<f64>,
    row: usize,
}

fn picture(
    data: &Data<'_>,
    axis: &Axis<'_>,
    total: &Figure<'_>,
) -> Result<Option<Picture>, PlotError> {
    let header = &data.table.header;
    let prefix = format!("{}.", total.field.name);
    let own = header
        .fields
        .iter()
        .enumerate()
        .filter(|(_, f)| f.name.starts_with(&prefix));
    let mut parts: Vec<(&str, usize)> = own.map(|(i, f)| (&f.name[prefix.len()..], i)).collect();
    if parts.is_empty() {
        return Ok(None);
    }
    let mut best: Vec<Option<usize>> = vec![None; axis.labels.len()];
    for &n in &data.rows {
        let place = &mut best[axis.level(data.table.index[n])];
        let value = total.values[n];
        if value.is_finite() && place.is_none_or(|b| total.better(value, total.values[b])) {
            *place = Some(n);
        }
    }
    let value = |part: usize, row: usize| {
        Some(data.table.values[part][row])
            .filter(|v| v.is_finite())
            .unwrap_or(0.0)
    };
    let rows: Vec<(usize, usize)> = best
        .iter()
        .enumerate()
        .filter_map(|(l, n)| Some((l, (*n)?)))
        .collect();
    let weight = |part: usize| rows.iter().map(|&(_, n)| value(part, n)).sum::<f64>();
    parts.sort_by(|a, b| weight(b.1).total_cmp(&weight(a.1)).then(a.0.cmp(b.0)));
    parts.retain(|p| weight(p.1) > 0.0);
    let bars: Vec<Bar> = (rows.iter())
        .map(|&(l, row)| Bar {
            label: axis.labels[l].clone(),
            parts: parts.iter().map(|p| value(p.1, row)).collect(),
            row,
        })
        .collect();
    if bars.is_empty() || parts.is_empty() {
        return Ok(None);
    }
    let mut csv = format!("{},index,{}", cell(&axis.name), total.field.name);
    parts
        .iter()
        .for_each(|p| csv += &format!(",{prefix}{}", p.0));
    csv += "\n";
    for bar in &bars {
        // Writing to a string cannot fail.
        let _ = write!(
            csv,
            "{},{},{}",
            cell(&bar.label),
            data.table.index[bar.row],
            total.values[bar.row]
        );
        bar.parts.iter().for_each(|v| csv += &format!(",{v}"));
        csv += "\n";
    }
    let others = data.axes.len() > 1;
    let subtitle = data.subtitle(if others {
        "the best of the other axes in each bar"
    } else {
        ""
    });
    let names: Vec<&str> = parts.iter().map(|p| p.0).collect();
    let height = TOP + ROW * bars.len() as i32 + BOTTOM;
    let svg = chart::page([WIDTH, height], |area| {
        chart::head(
            area,
            &format!("{} by part over {}", total.field.title, axis.name),
            &subtitle,
        )?;
        legend(area, &names)?;
        body(area, axis, total, &bars)
    })?;
    let name = format!("{}-by-part-over-{}", total.field.name, axis.name);
    Ok(Some(Picture::new(name, svg, csv)))
}

fn legend(area: &Area<'_>, names: &[&str]) -> Result<(), PlotError> {
    let entries: Vec<(&str, RGBColor)> = names
        .iter()
        .take(PARTS)
        .enumerate()
        .map(|(k, n)| (*n, colour(k)))
        .collect();
    let others = format!("{} other parts", names.len().saturating_sub(PARTS));
    let (first, second) = entries.split_at(entries.len().min(4));
    chart::legend(area, (24, 84), first.iter().copied())?;
    let second = second
        .iter()
        .copied()
        .chain((names.len() > PARTS).then_some((others.as_str(), GREY)));
    chart::legend(area, (24, 108), second)?;
    Ok(())
}

fn body(
    area: &Area<'_>,
    axis: &Axis<'_>,
    total: &Figure<'_>,
    bars: &[Bar],
) -> Result<(), PlotError> {
    let most = bars
        .iter()
        .map(|b| b.parts.iter().sum::<f64>())
        .fold(0.0, f64::max);
    let (scale, title) = total.unit(most);
    let x = Scale::over(title, [0.0, most / scale].into_iter());
    let longest = bars
        .iter()
        .map(|b| b.label.chars().count().min(30))
        .max()
        .unwrap_or(0);
    let left = 40 + CHARACTER * longest as i32;
    let right = WIDTH - 90;
    let bottom = TOP + ROW * bars.len() as i32;
    let at =
        |v: f64| left + (f64::from(right - left) * (v / x.ends[1]).clamp(0.0, 1.0)).round() as i32;
    for (tick, label) in &x.ticks {
        let line = vec![(at(*tick), TOP - 4), (at(*tick), bottom)];
        area.draw(&PathElement::new(line, LINE.stroke_width(1)))?;
        write(
            area,
            label,
            (at(*tick), bottom + 16),
            16,
            GREY,
            HPos::Center,
        )?;
    }
    write(
        area,
        &x.title,
        ((left + right) / 2, bottom + 42),
        17,
        INK,
        HPos::Center,
    )?;
    write(area, &axis.title(), (24, TOP - 14), 16, GREY, HPos::Left)?;
    for (i, bar) in bars.iter().enumerate() {
        let top = TOP + ROW * i as i32;
        let middle = top + ROW / 2;
        write(
            area,
            &shorten(&bar.label, 30),
            (left - 8, middle),
            16,
            INK,
            HPos::Right,
        )?;
        let mut sum = 0.0;
        for (k, part) in bar.parts.iter().enumerate() {
            let begin = at(sum / scale);
            sum += part;
            let end = at(sum / scale);
            let fill = if k < PARTS { colour(k) } else { GREY };
            if end > begin {
                area.draw(&Rectangle::new(
                    [(begin, top + 3), (end, top + ROW - 3)],
                    fill.filled(),
                ))?;
            }
        }
        let note = crate::format::number(sum / scale);
        write(
            area,
            &note,
            (at(sum / scale) + 8, middle),
            16,
            GREY,
            HPos::Left,
        )?;
    }
    area.draw(&PathElement::new(
        vec![(left, TOP - 4), (left, bottom)],
        GREY.stroke_width(1),
    ))?;
    Ok(())
}
