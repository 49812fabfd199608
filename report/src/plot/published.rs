//! Published figures against simulated ones: a panel for each kind of figure, with the line on which both agree.

use super::chart::{self, Area, Axis, GREY, INK, rgb, write};
use super::error::PlotError;
use super::points::{coloured, marker};
use super::words::Plot;
use plotters::prelude::*;
use plotters::style::text_anchor::HPos;

/// A published figure and the simulated one, in the unit of its panel.
#[derive(Debug, Clone, PartialEq)]
pub struct Pair {
    /// Whose it is.
    pub chip: String,
    /// What is measured, with its unit: the title of its panel.
    pub panel: String,
    /// Published.
    pub published: f64,
    /// Simulated.
    pub simulated: f64,
    /// Whether nothing was set with the published figure; drawn filled.
    pub predicted: bool,
}

/// Panels side by side.
const COLUMNS: usize = 3;
/// Width and height of a panel.
const PANEL: [i32; 2] = [320, 330];
/// Left, top, right, bottom of the field in it.
const FIELD: [i32; 4] = [74, 34, 304, 266];
/// Height of the head, width of the legend.
const HEAD: i32 = 84;
const LEGEND: i32 = 236;
/// Half of the band around equality.
const BAND: f64 = 0.2;

/// The plot; none without two pairs of one kind.
///
/// # Errors
/// If it cannot be drawn.
pub fn published_against_simulated(pairs: &[Pair]) -> Result<Option<Plot>, PlotError> {
    // A panel of one point shows nothing that the table does not.
    let more = |p: &&Pair| pairs.iter().filter(|q| q.panel == p.panel).count() > 1;
    let pairs: Vec<&Pair> = pairs.iter().filter(more).collect();
    let distinct = |of: fn(&Pair) -> &String| {
        let mut names: Vec<&String> = Vec::new();
        pairs.iter().map(|p| of(p)).for_each(|name| {
            if !names.contains(&name) {
                names.push(name);
            }
        });
        names
    };
    let (panels, chips) = (distinct(|p| &p.panel), distinct(|p| &p.chip));
    if pairs.is_empty() {
        return Ok(None);
    }
    let rows = panels.len().div_ceil(COLUMNS);
    let columns = panels.len().min(COLUMNS);
    let width = PANEL[0] * columns as i32 + LEGEND;
    let legend = 24 * (chips.len() as i32 + 4);
    let height = HEAD + (PANEL[1] * rows as i32).max(legend) + 12;
    let svg = chart::page([width, height], |area| {
        let title = "Published and simulated figures";
        let about =
            "filled: predicted; hollow: structural or fitted; line: equal; band: \u{b1}20 %";
        chart::head(area, title, about)?;
        for (i, name) in panels.iter().enumerate() {
            let (column, row) = ((i % COLUMNS) as i32, (i / COLUMNS) as i32);
            let corner = (PANEL[0] * column, HEAD + PANEL[1] * row);
            let size = (PANEL[0] as u32, PANEL[1] as u32);
            let own = area.clone().shrink(corner, size);
            let of_panel = pairs.iter().copied().filter(|p| &&p.panel == name);
            panel(&own, name, &of_panel.collect::<Vec<_>>(), &chips)?;
        }
        let (x, mut y) = (PANEL[0] * columns as i32 + 28, HEAD + 12);
        for (k, name) in chips.iter().enumerate() {
            area.draw(&Polygon::new(marker((x, y), k), coloured(k).filled()))?;
            write(area, name, (x + 16, y), 15, INK, HPos::Left)?;
            y += 24;
        }
        Ok(())
    })?;
    Ok(Some(Plot::new("validation.svg", svg)))
}

fn panel(
    area: &Area<'_>,
    title: &str,
    pairs: &[&Pair],
    chips: &[&String],
) -> Result<(), PlotError> {
    let logs = || {
        let both = pairs.iter().flat_map(|p| [p.published, p.simulated]);
        both.map(f64::log10)
    };
    let low = (logs().fold(f64::INFINITY, f64::min) - 0.05).floor();
    let high = (logs().fold(f64::NEG_INFINITY, f64::max) + 0.05).ceil();
    let ticks: Vec<f64> = (0..=(high - low) as i32)
        .map(|i| low + f64::from(i))
        .collect();
    let axis = |title| Axis {
        title,
        ends: [low, high],
        ticks: ticks.clone(),
        label: &decade,
    };
    let (x, y) = (axis("published"), axis("simulated"));
    let mut field = chart::field(area, FIELD, &x, &y)?;
    write(area, title, (FIELD[0], 18), 17, INK, HPos::Left)?;
    let (up, down) = ((1.0 + BAND).log10(), -(1.0 - BAND).log10());
    let band = vec![
        (low, low),
        (low, low + up),
        (high - up, high),
        (high, high),
        (high, high - down),
        (low + down, low),
    ];
    field.draw_series([Polygon::new(band, rgb("#e6eef5").filled())])?;
    field.draw_series(LineSeries::new(
        [(low, low), (high, high)],
        GREY.stroke_width(1),
    ))?;
    for p in pairs {
        let k = chips.iter().position(|c| **c == p.chip).unwrap_or(0);
        let place = field.backend_coord(&(p.published.log10(), p.simulated.log10()));
        // Places of a panel are those of the page.
        let (left, top) = area.get_base_pixel();
        let mut corners = marker((place.0 - left, place.1 - top), k);
        if p.predicted {
            area.draw(&Polygon::new(corners, coloured(k).filled()))?;
        } else {
            corners.extend_from_within(..1);
            area.draw(&PathElement::new(corners, coloured(k).stroke_width(2)))?;
        }
    }
    Ok(())
}

/// A power of ten, as a number where it is short.
fn decade(power: &f64) -> String {
    let p = power.round() as i32;
    match p {
        -3..=-1 => format!("{:.*}", p.unsigned_abs() as usize, 10f64.powi(p)),
        0..=2 => crate::format::count(10u64.pow(p.unsigned_abs())),
        _ => format!("1e{p}"),
    }
}
