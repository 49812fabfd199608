//! Ways to prune side by side: accuracy against crossbars and energy. A line per method over its budgets; what nothing
//! beats is ringed and joined by steps.

use super::axis;
use super::svg::{Anchor, GREY, INK, LINE, Svg};
use super::words::Plot;
use super::words::subtitle;
use crate::format::{self, count, percent};
use crate::points::pareto;
use crate::{CompareReport, MethodPoint};

/// Colours of Okabe and Ito (2008), told apart with any colour vision.
const COLOURS: [&str; 7] = [
    "#0072b2", "#e69f00", "#009e73", "#d55e00", "#cc79a7", "#56b4e9", "#7a6a00",
];
const WIDTH: f64 = 860.0;
const HEIGHT: f64 = 500.0;
const LEFT: f64 = 76.0;
const TOP: f64 = 84.0;
const BOTTOM: f64 = 62.0;
/// Room for the legend.
const RIGHT: f64 = 214.0;

/// The plots; none if no methods were compared.
pub fn plots(r: &CompareReport) -> Vec<Plot> {
    if r.methods.len() < 2 {
        return Vec::new();
    }
    let most = r.methods.iter().map(|p| p.energy_pj).fold(0.0, f64::max);
    let (scale, unit) = format::energy_unit(most);
    let mut plots = vec![(
        "accuracy-by-crossbars.svg",
        Chart {
            report: r,
            title: "Accuracy against crossbars",
            axis: "Crossbars of all roles".to_string(),
            scale: 1.0,
            cost: |p| p.total as f64,
        }
        .svg(),
    )];
    if most > 0.0 {
        plots.push((
            "accuracy-by-energy.svg",
            Chart {
                report: r,
                title: "Accuracy against energy",
                axis: format!("Energy per image ({})", unit.replace("uJ", "\u{b5}J")),
                scale,
                cost: |p| p.energy_pj,
            }
            .svg(),
        ));
    }
    plots
}

struct Chart<'a> {
    report: &'a CompareReport,
    title: &'static str,
    axis: String,
    scale: f64,
    cost: fn(&MethodPoint) -> f64,
}

impl Chart<'_> {
    fn svg(&self) -> String {
        let points = &self.report.methods;
        let cost = |p: &MethodPoint| (self.cost)(p) / self.scale;
        let xs = axis::ticks(points.iter().map(cost).fold(0.0, f64::max), false);
        let ys = shares(points.iter().map(|p| p.accuracy));
        let (x_end, y_low) = (xs[xs.len() - 1], ys[0]);
        let y_end = ys[ys.len() - 1];
        let (right, bottom) = (WIDTH - RIGHT, HEIGHT - BOTTOM);
        let at = |p: &MethodPoint| {
            [
                LEFT + cost(p) / x_end * (right - LEFT),
                bottom - (p.accuracy - y_low) / (y_end - y_low) * (bottom - TOP),
            ]
        };
        let mut svg = Svg::new(WIDTH, HEIGHT);
        let exec = &self.report.before.exec;
        let about = subtitle(&[("", &self.report.before.run)]);
        svg.head(
            self.title,
            &format!(
                "{about}, top-1 on simulated crossbars, {} images of {}",
                count(exec.result.images),
                exec.data
            ),
        );
        for &t in &xs {
            let x = LEFT + t / x_end * (right - LEFT);
            svg.line([x, TOP], [x, bottom], LINE, 1.0);
            let label = axis::label(t, xs[1]);
            svg.text(&label, [x, bottom + 16.0], 13.0, GREY, Anchor::Middle);
        }
        for &t in &ys {
            let y = bottom - (t - y_low) / (y_end - y_low) * (bottom - TOP);
            svg.line([LEFT, y], [right, y], LINE, 1.0);
            let decimals = if ys[1] - ys[0] < 0.00999 { 1 } else { 0 };
            let label = format!("{:.decimals$} %", 100.0 * t);
            svg.text(&label, [LEFT - 9.0, y], 13.0, GREY, Anchor::End);
        }
        svg.line([LEFT, TOP], [LEFT, bottom], GREY, 1.0);
        svg.line([LEFT, bottom], [right, bottom], GREY, 1.0);
        let middle = (LEFT + right) / 2.0;
        svg.text(
            &self.axis,
            [middle, bottom + 42.0],
            14.0,
            INK,
            Anchor::Middle,
        );

        let front = pareto(points, self.cost);
        self.front(&mut svg, &front, &at);
        let mut names: Vec<&str> = Vec::new();
        for p in points {
            if !names.contains(&p.method.as_str()) {
                names.push(&p.method);
            }
        }
        for (k, name) in names.iter().enumerate() {
            let own: Vec<usize> = (0..points.len())
                .filter(|&i| points[i].method == *name)
                .collect();
            let colour = colour(k);
            let mut line: Vec<[f64; 2]> = own.iter().map(|&i| at(&points[i])).collect();
            line.sort_by(|a, b| a[0].total_cmp(&b[0]));
            for pair in line.windows(2) {
                svg.line(pair[0], pair[1], colour, 1.5);
            }
            for &i in &own {
                let p = &points[i];
                if front.contains(&i) {
                    svg.polygon(&ngon(at(p), 8.5, 24, 0.0), INK);
                    svg.polygon(&ngon(at(p), 7.0, 24, 0.0), "#ffffff");
                }
                let text = format!(
                    "{name}: {} of {} crossbars, {} of energy, {}",
                    count(p.total),
                    count(points[0].total),
                    format::energy(p.energy_pj),
                    percent(p.accuracy)
                );
                svg.polygon_with_title(&marker(at(p), k), colour, &text);
            }
        }
        let x = right + 22.0;
        for (k, name) in names.iter().enumerate() {
            let y = TOP + 10.0 + 23.0 * k as f64;
            svg.line([x - 8.0, y], [x + 8.0, y], colour(k), 1.5);
            svg.polygon(&marker([x, y], k), colour(k));
            svg.text(name, [x + 16.0, y], 13.0, INK, Anchor::Start);
        }
        let y = TOP + 10.0 + 23.0 * names.len() as f64;
        svg.polygon(&ngon([x, y], 8.5, 24, 0.0), INK);
        svg.polygon(&ngon([x, y], 7.0, 24, 0.0), "#ffffff");
        svg.text("nothing is better", [x + 16.0, y], 13.0, INK, Anchor::Start);
        svg.text("in both", [x + 16.0, y + 16.0], 13.0, INK, Anchor::Start);
        svg.finish()
    }

    /// The border of what is possible, in steps.
    fn front(&self, svg: &mut Svg, front: &[usize], at: &dyn Fn(&MethodPoint) -> [f64; 2]) {
        let mut places: Vec<[f64; 2]> =
            front.iter().map(|&i| at(&self.report.methods[i])).collect();
        places.sort_by(|a, b| a[0].total_cmp(&b[0]).then(b[1].total_cmp(&a[1])));
        for pair in places.windows(2) {
            let corner = [pair[1][0], pair[0][1]];
            svg.line(pair[0], corner, "#999999", 1.0);
            svg.line(corner, pair[1], "#999999", 1.0);
        }
    }
}

fn colour(k: usize) -> &'static str {
    // The first is the network before pruning.
    if k == 0 {
        INK
    } else {
        COLOURS[(k - 1) % COLOURS.len()]
    }
}

/// A shape of its own for every series: colours repeat, pairs of colour and shape do not.
fn marker(at: [f64; 2], k: usize) -> Vec<[f64; 2]> {
    let quarter = std::f64::consts::FRAC_PI_4;
    let shapes = [
        (24, 0.0),
        (4, quarter),
        (3, -2.0 * quarter),
        (4, 0.0),
        (3, 2.0 * quarter),
    ];
    let (corners, turn) = shapes[(k + k / COLOURS.len()) % shapes.len()];
    let size = if corners == 24 { 4.5 } else { 5.5 };
    ngon(at, size, corners, turn)
}

fn ngon(at: [f64; 2], size: f64, corners: usize, turn: f64) -> Vec<[f64; 2]> {
    let corner = |i: usize| {
        let angle = turn + std::f64::consts::TAU * i as f64 / corners as f64;
        [at[0] + size * angle.cos(), at[1] + size * angle.sin()]
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
