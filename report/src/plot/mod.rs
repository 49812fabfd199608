//! Pictures as SVG, made from a report only, so that a saved report can be drawn again.
//!
//! `plotters` draws every chart with axes, in the style of `chart.rs`. Drawings of a machine and of time (floor plan, links,
//! layers over time) are written by `svg.rs`; their parts say what they are when pointed at.

pub mod across;
mod axis;
mod bars;
pub(crate) mod cause;
mod chart;
mod chips;
mod error;
mod exec;
mod floorplan;
mod gantt;
mod heat;
mod points;
mod published;
mod ranges;
mod stacked;
mod svg;
mod time;
mod values;
mod words;

use crate::format::{self, Unit};
use crate::{CompareReport, Component, ExecReport, MapReport, ProfileReport, Report, RunReport};
use bars::{Bar, BarChart, CUT};
use crosscut_arch::PartKind;
use words::subtitle;

pub use error::PlotError;
pub use published::{Pair, published_against_simulated};
pub use words::Plot;

/// Parts below this share of the largest total are drawn as one.
const SMALL: f64 = 0.01;

/// Plots of a report of any kind; none of a training or an import, which have nothing to draw.
///
/// # Errors
/// If a figure of the report cannot be drawn.
pub fn of_report(r: &Report) -> Result<Option<Vec<Plot>>, PlotError> {
    let plots = match r {
        Report::Compare(r) => of_comparison(r)?,
        Report::Run(r) => of_run(r)?,
        Report::Map(r) => of_mapping(r),
        Report::Prune(r) => of_mapping(&r.mapping),
        Report::Profile(r) => of_profile(r)?,
        Report::Exec(r) => of_exec(r)?,
        Report::Train(_) | Report::Import(_) => return Ok(None),
    };
    Ok(Some(plots))
}

/// Plots of a comparison.
///
/// # Errors
/// If a figure of the report cannot be drawn.
pub fn of_comparison(r: &CompareReport) -> Result<Vec<Plot>, PlotError> {
    let sides = [("before", &r.before.run), ("after pruning", &r.after.run)];
    let mut plots = draw(&sides)?;
    plots.extend(points::plots(r)?);
    Ok(plots)
}

/// Plots of a single run.
pub fn of_run(r: &RunReport) -> Result<Vec<Plot>, PlotError> {
    let mut plots = draw(&[("one image", r)])?;
    plots.extend(time::plots(r)?);
    Ok(plots)
}

/// Plots of a mapping.
pub fn of_mapping(r: &MapReport) -> Vec<Plot> {
    vec![Plot::new("floorplan.svg", floorplan::svg(r))]
}

/// Plots of a functional run.
pub fn of_exec(r: &ExecReport) -> Result<Vec<Plot>, PlotError> {
    exec::plots(r)
}

/// The plot of a profile of column sums.
pub fn of_profile(r: &ProfileReport) -> Result<Vec<Plot>, PlotError> {
    Ok(vec![Plot::new("adc-ranges.svg", ranges::svg(r)?)])
}

fn draw(sides: &[(&str, &RunReport)]) -> Result<Vec<Plot>, PlotError> {
    let mut plots = vec![Plot::new("crossbars-by-layer.svg", by_layer(sides).svg()?)];
    // A machine without costs has no energy and no area to draw.
    if sides.iter().any(|s| s.1.energy_pj.is_none()) {
        return Ok(plots);
    }
    // In the unit of the parts that can be told apart.
    let energies = sides
        .iter()
        .map(|s| told_apart(s.1, |c| c.energy_pj.unwrap_or(0.0)));
    let total = energies.fold(0.0, f64::max);
    let energy = by_part(
        sides,
        "Energy per image by part",
        "Energy per image",
        format::energy_unit(total),
        |c| [c.energy_pj, c.static_pj].map(|pj| pj.unwrap_or(0.0)),
    );
    let area = by_part(
        sides,
        "Area in use by part",
        "Area, whole tiles in use",
        (1.0, "mm2"),
        |c| [c.area_mm2.unwrap_or(0.0), 0.0],
    );
    plots.insert(0, Plot::new("energy-by-part.svg", energy.svg()?));
    plots.insert(1, Plot::new("area-by-part.svg", area.svg()?));
    Ok(plots)
}

fn series(sides: &[(&str, &RunReport)], total: impl Fn(&RunReport) -> String) -> Vec<String> {
    let name = |(name, r): &(&str, &RunReport)| format!("{name}: {} in total", total(r));
    sides.iter().map(name).collect()
}

/// One quantity by part, largest first, the small ones together at the end. `of` gives it and how much of it is drawn
/// light.
fn by_part(
    sides: &[(&str, &RunReport)],
    title: &str,
    axis: &str,
    (scale, unit): Unit,
    of: fn(&Component) -> [f64; 2],
) -> BarChart {
    let value = |r: &RunReport, part: PartKind| {
        let component = r.components.iter().find(|c| c.part == part);
        component.map_or([0.0; 2], of).map(|v| v / scale)
    };
    let sum = |r: &RunReport| r.components.iter().map(|c| of(c)[0]).sum::<f64>() / scale;
    let rest = sides.iter().map(|s| told_apart(s.1, |c| of(c)[0]));
    let least = SMALL * rest.fold(0.0, f64::max) / scale;
    let mut bars: Vec<Bar> = Vec::new();
    let mut other = vec![[0.0; 2]; sides.len()];
    let mut others = 0;
    // Both sides run on the same machine, but one may use a part that the other has no need of, as links to a second
    // chip.
    let all = sides.iter().flat_map(|s| &s.1.components).map(|c| c.part);
    let mut parts: Vec<PartKind> = Vec::new();
    all.for_each(|p| {
        if !parts.contains(&p) {
            parts.push(p);
        }
    });
    let bar = |label: String, values: &[[f64; 2]]| {
        let [all, light] = [0, 1].map(|i| values.iter().map(|v| v[i]).collect());
        Bar::with_light(label, all, light)
    };
    for part in parts {
        let values: Vec<[f64; 2]> = sides.iter().map(|s| value(s.1, part)).collect();
        if values.iter().all(|v| v[0] < least) {
            others += usize::from(values.iter().any(|v| v[0] > 0.0));
            for (o, v) in other.iter_mut().zip(values) {
                *o = [o[0] + v[0], o[1] + v[1]];
            }
        } else {
            bars.push(bar(part_name(part), &values));
        }
    }
    bars.sort_by(|a, b| b.values[0].total_cmp(&a.values[0]));
    if others > 0 {
        let label = if others == 1 {
            "1 other part".to_string()
        } else {
            format!("{others} other parts")
        };
        bars.push(bar(label, &other));
    }
    let unit = unit.replace("mm2", "mm\u{b2}").replace("uJ", "\u{b5}J");
    BarChart {
        title: title.to_string(),
        subtitle: subtitle(sides),
        axis: format!("{axis} ({unit})"),
        series: series(sides, |r| format!("{} {unit}", format::number(sum(r)))),
        bars,
        whole: false,
        light: Some("light: static power"),
    }
}

/// The sum over all parts, but for one that outweighs all others and is cut.
fn told_apart(r: &RunReport, of: impl Fn(&Component) -> f64) -> f64 {
    let all: f64 = r.components.iter().map(&of).sum();
    let most = r.components.iter().map(&of).fold(0.0, f64::max);
    if most > CUT * all && most < all {
        all - most
    } else {
        all
    }
}

/// The name as people write it.
fn part_name(part: PartKind) -> String {
    match part {
        PartKind::Adc => "ADC".to_string(),
        PartKind::Dac => "DAC".to_string(),
        PartKind::SampleHold => "sample-and-hold".to_string(),
        PartKind::ShiftAdd => "shift-and-add".to_string(),
        PartKind::TileShiftAdd => "tile shift-and-add".to_string(),
        other => other.name().replace('-', " "),
    }
}

/// Crossbars of all roles by layer, in network order.
fn by_layer(sides: &[(&str, &RunReport)]) -> BarChart {
    let crossbars = |r: &RunReport, name: &str| {
        let layer = r.layers.iter().find(|l| l.name == name);
        layer
            .and_then(|l| l.crossbars.as_ref())
            .map_or(0, |c| c.total) as f64
    };
    let layers = sides[0].1.layers.iter().filter(|l| l.crossbars.is_some());
    let bars = layers
        .map(|l| {
            Bar::new(
                l.name.clone(),
                sides.iter().map(|s| crossbars(s.1, &l.name)).collect(),
            )
        })
        .collect();
    BarChart {
        title: "Crossbars by layer".to_string(),
        subtitle: subtitle(sides),
        axis: "Crossbars, all roles".to_string(),
        series: series(sides, |r| format::count(r.totals.total)),
        bars,
        whole: true,
        light: None,
    }
}
