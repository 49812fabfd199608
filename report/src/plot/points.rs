//! Ways to prune side by side: accuracy against crossbars and energy. A line per method over its budgets; what nothing
//! beats is ringed and joined by steps.

use super::axis;
use super::chart::{self, Area, Axis, GREY, INK, rgb, write};
use super::error::PlotError;
use super::words::{Plot, subtitle};
use crate::format::{self, count};
use crate::points::pareto;
use crate::{CompareReport, MethodPoint};
use plotters::prelude::*;
use plotters::style::text_anchor::HPos;

/// Colours of Okabe and Ito (2008), told apart with any colour vision.
const COLOURS: [&str; 7] = [
    "#0072b2", "#e69f00", "#009e73", "#d55e00", "#cc79a7", "#56b4e9", "#7a6a00",
];
/// Width without the legend, and height.
const SIZE: [i32; 2] = [700, 500];
/// Left, top, right, bottom of the field.
const FIELD: [i32; 4] = [96, 84, 664, 432];

/// The plots; none if no methods were compared.
pub fn plots(r: &CompareReport) -> Result<Vec<Plot>, PlotError> {
    if r.methods.len() < 2 {
        return Ok(Vec::new());
    }
    let energies = r.methods.iter().filter_map(|p| p.energy_pj);
    let most = energies.fold(0.0, f64::max);
    let (scale, unit) = format::energy_unit(most);
    let crossbars = Chart {
        report: r,
        title: "Accuracy against crossbars",
        axis: "Crossbars of all roles".to_string(),
        scale: 1.0,
        cost: |p| p.total as f64,
    };
    let mut plots = vec![Plot::new("accuracy-by-crossbars.svg", crossbars.svg()?)];
    if most > 0.0 {
        let energy = Chart {
            report: r,
            title: "Accuracy against energy",
            axis: format!("Energy per image ({})", unit.replace("uJ", "\u{b5}J")),
            scale,
            cost: |p| p.energy_pj.unwrap_or(0.0),
        };
        plots.push(Plot::new("accuracy-by-energy.svg", energy.svg()?));
    }
    Ok(plots)
}

struct Chart<'a> {
    report: &'a CompareReport,
    title: &'static str,
    axis: String,
    scale: f64,
    cost: fn(&MethodPoint) -> f64,
}

impl Chart<'_> {
    fn svg(&self) -> Result<String, PlotError> {
        let mut names: Vec<&str> = Vec::new();
        for p in &self.report.methods {
            if !names.contains(&p.method.as_str()) {
                names.push(&p.method);
            }
        }
        let longest = names.iter().map(|n| n.chars().count()).max().unwrap_or(0);
        let legend = 44 + chart::CHARACTER * longest.max(NOTHING_BETTER.len()) as i32;
        chart::page([SIZE[0] + legend, SIZE[1]], |area| self.draw(area, &names))
    }

    fn draw(&self, area: &Area<'_>, names: &[&str]) -> Result<(), PlotError> {
        let points = &self.report.methods;
        let exec = &self.report.before.exec;
        let about = subtitle(&[("", &self.report.before.run)]);
        let images = count(exec.result.images);
        chart::head(
            area,
            self.title,
            &format!("{about}, {images} images of {}", exec.data),
        )?;
        let cost = |p: &MethodPoint| (self.cost)(p) / self.scale;
        let xs = axis::ticks(points.iter().map(cost).fold(0.0, f64::max), false);
        let ys = shares(points.iter().map(|p| p.accuracy));
        let (x_step, decimals) = (xs[1], usize::from(ys[1] - ys[0] < 0.00999));
        let x = Axis {
            title: &self.axis,
            ends: [0.0, xs[xs.len() - 1]],
            ticks: xs,
            label: &|v| axis::label(*v, x_step),
        };
        let y = Axis {
            title: "Top-1 accuracy on simulated crossbars (%)",
            ends: [ys[0], ys[ys.len() - 1]],
            ticks: ys,
            label: &|v| format!("{:.decimals$}", 100.0 * v),
        };
        let mut field = chart::field(area, FIELD, &x, &y)?;
        let at = |p: &MethodPoint| (cost(p), p.accuracy);
        let front = pareto(points, self.cost);
        field.draw_series(LineSeries::new(
            steps(front.iter().map(|&i| at(&points[i])).collect()),
            GREY.stroke_width(1),
        ))?;
        for (k, name) in names.iter().enumerate() {
            let own = points.iter().filter(|p| p.method == *name);
            let mut line: Vec<(f64, f64)> = own.map(at).collect();
            line.sort_by(|a, b| a.0.total_cmp(&b.0));
            field.draw_series(LineSeries::new(line, colour(k).stroke_width(2)))?;
        }
        // Markers above all lines.
        for (i, p) in points.iter().enumerate() {
            let place = field.backend_coord(&at(p));
            if front.contains(&i) {
                ring(area, place)?;
            }
            let k = names.iter().position(|n| *n == p.method).unwrap_or(0);
            area.draw(&Polygon::new(marker(place, k), colour(k).filled()))?;
        }
        legend(area, names)
    }
}

const NOTHING_BETTER: &str = "nothing better in both";

/// Names of the series to the right of the field.
fn legend(area: &Area<'_>, names: &[&str]) -> Result<(), PlotError> {
    let (x, mut y) = (FIELD[2] + 32, FIELD[1] + 12);
    for (k, name) in names.iter().enumerate() {
        let line = vec![(x - 10, y), (x + 10, y)];
        area.draw(&PathElement::new(line, colour(k).stroke_width(2)))?;
        area.draw(&Polygon::new(marker((x, y), k), colour(k).filled()))?;
        write(area, name, (x + 20, y), 16, INK, HPos::Left)?;
        y += 25;
    }
    ring(area, (x, y))?;
    write(area, NOTHING_BETTER, (x + 20, y), 16, INK, HPos::Left)
}

/// Marks a point that nothing beats.
fn ring(area: &Area<'_>, place: (i32, i32)) -> Result<(), PlotError> {
    area.draw(&Circle::new(place, 9, WHITE.filled()))?;
    area.draw(&Circle::new(place, 9, INK.stroke_width(1)))?;
    Ok(())
}

/// The border of what is possible, in steps.
fn steps(mut places: Vec<(f64, f64)>) -> Vec<(f64, f64)> {
    places.sort_by(|a, b| a.0.total_cmp(&b.0).then(b.1.total_cmp(&a.1)));
    let mut line: Vec<(f64, f64)> = places.first().copied().into_iter().collect();
    for pair in places.windows(2) {
        line.extend([(pair[1].0, pair[0].1), pair[1]]);
    }
    line
}

/// Colour of the k-th series.
pub(super) fn coloured(k: usize) -> RGBColor {
    rgb(COLOURS[k % COLOURS.len()])
}

fn colour(k: usize) -> RGBColor {
    // The first is the network before pruning.
    if k == 0 {
        INK
    } else {
        rgb(COLOURS[(k - 1) % COLOURS.len()])
    }
}

/// A shape of its own for every series: colours repeat, pairs of colour and shape do not.
pub(super) fn marker((x, y): (i32, i32), k: usize) -> Vec<(i32, i32)> {
    let quarter = std::f64::consts::FRAC_PI_4;
    let shapes = [
        (24, 0.0),
        (4, quarter),
        (3, -2.0 * quarter),
        (4, 0.0),
        (3, 2.0 * quarter),
    ];
    let (corners, turn) = shapes[(k + k / COLOURS.len()) % shapes.len()];
    let size = if corners == 24 { 5.0 } else { 6.0 };
    let corner = |i: i32| {
        let angle = turn + std::f64::consts::TAU * f64::from(i) / f64::from(corners);
        let [dx, dy] = [angle.cos(), angle.sin()].map(|d| (size * d).round() as i32);
        (x + dx, y + dy)
    };
    (0..corners).map(corner).collect()
}

/// Round shares around the values: the axis of accuracies does not begin at 0 where all are high.
fn shares(values: impl Iterator<Item = f64>) -> Vec<f64> {
    let (low, high) = values.fold((1.0f64, 0.0f64), |(l, h), v| (l.min(v), h.max(v)));
    let span = (high - low).max(0.01);
    let step = [0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2]
        .into_iter()
        .find(|s| span / s <= 7.0)
        .unwrap_or(0.2);
    let first = (low / step + 1e-9).floor().max(0.0) as usize;
    let last = ((high / step - 1e-9).ceil() as usize).max(first + 1);
    (first..=last).map(|i| i as f64 * step).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_axis_of_shares_is_round_and_covers_all() {
        let all = |v: &[f64]| shares(v.iter().copied());
        let axis = all(&[0.993, 0.94]);
        assert!(axis[0] <= 0.94 + 1e-9 && axis[axis.len() - 1] >= 0.993 && axis.len() <= 9);
        let axis = all(&[0.1, 0.95]);
        assert!((axis[0] - 0.0).abs() < 1e-9 && (axis[axis.len() - 1] - 1.0).abs() < 1e-9);
        assert!(all(&[0.5]).len() >= 2);
    }
}
