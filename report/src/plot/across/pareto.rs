//! Fronts: one figure against another, what nothing beats ringed and joined by steps.

use super::super::error::PlotError;
use super::data::{Data, Figure};
use super::picture::Picture;
use super::plane::Plane;
use super::scale::Scale;
use super::series::Series;
use crate::sweep::{csv, fields};

/// Most points that are drawn.
const MOST: usize = 3000;

/// The first figure against each other one; accuracy against what designs cost.
pub fn pictures(data: &Data<'_>) -> Result<Vec<Picture>, PlotError> {
    let (accuracies, costs): (Vec<Figure<'_>>, Vec<Figure<'_>>) = data
        .figures
        .iter()
        .partition(|f| fields::is_accuracy(&f.field.name));
    let mut pairs = Vec::new();
    for (n, x) in costs.iter().enumerate() {
        pairs.extend(costs[n + 1..].iter().map(|y| (*x, *y)));
    }
    let crossbars = data
        .figure("crossbars")
        .filter(|_| costs.iter().all(|f| f.field.name != "crossbars"));
    for accuracy in accuracies {
        pairs.extend(
            costs
                .iter()
                .copied()
                .chain(crossbars)
                .map(|x| (x, accuracy)),
        );
    }
    // A figure that all designs share makes no front.
    let changes = |f: &Figure<'_>| {
        let mut values = data
            .rows
            .iter()
            .map(|&n| f.values[n])
            .filter(|v| v.is_finite());
        let first = values.next();
        values.any(|v| Some(v) != first)
    };
    pairs.retain(|(x, y)| changes(x) && changes(y));
    pairs
        .into_iter()
        .map(|(x, y)| picture(data, x, y))
        .collect()
}

fn picture(data: &Data<'_>, x: Figure<'_>, y: Figure<'_>) -> Result<Picture, PlotError> {
    let rows: Vec<usize> = (data.rows.iter().copied())
        .filter(|&n| x.values[n].is_finite() && y.values[n].is_finite())
        .collect();
    let names = [x.field.name.clone(), y.field.name.clone()];
    let front = data.table.front(&rows, &names);
    let drawn = thinned(&rows, &front);
    let most = |f: &Figure<'_>| drawn.iter().map(|&n| f.values[n]).fold(0.0, f64::max);
    let ((sx, tx), (sy, ty)) = (x.unit(most(&x)), y.unit(most(&y)));
    let at = |n: usize| [x.values[n] / sx, y.values[n] / sy];
    let intervals = (y.field.name == "accuracy")
        .then(|| Some([data.figure("accuracy_low")?, data.figure("accuracy_high")?]))
        .flatten();
    let by = data.series(&[]);
    let count = by.map_or(1, |a| a.labels.len());
    let mut series: Vec<Series> = (0..count)
        .map(|k| Series {
            name: by.map_or(String::new(), |a| format!("{} {}", a.name, a.labels[k])),
            ..Series::default()
        })
        .collect();
    for &n in &drawn {
        let k = by.map_or(0, |a| a.level(data.table.index[n]));
        series[k].points.push(at(n));
        if let Some(ends) = intervals {
            series[k].intervals.push(ends.map(|f| f.values[n] / sy));
        }
    }
    let mut sorted: Vec<[f64; 2]> = front.iter().map(|&n| at(n)).collect();
    sorted.sort_by(|a, b| a[0].total_cmp(&b[0]).then(a[1].total_cmp(&b[1])));
    let shown = match drawn.len() < rows.len() {
        true => format!(
            "the front and every {}th of the others",
            rows.len().div_ceil(MOST)
        ),
        false => String::new(),
    };
    let interval_ends = series
        .iter()
        .flat_map(|s| s.intervals.iter().flatten().copied());
    let ys = drawn.iter().map(|&n| at(n)[1]).chain(interval_ends);
    let plane = Plane {
        title: format!("{} against {}", y.field.title, lower(&x.field.title)),
        subtitle: data.subtitle(&shown),
        x: Scale::over(tx, drawn.iter().map(|&n| at(n)[0])),
        y: Scale::over(ty, ys.collect::<Vec<f64>>().into_iter()),
        border: steps(&sorted),
        ringed: (sorted, "nothing better in both"),
        labels: Vec::new(),
        size: if drawn.len() > 300 { 2.5 } else { 5.0 },
        series,
    };
    let name = format!("pareto-{}-by-{}", y.field.name, x.field.name);
    Ok(Picture::new(
        name,
        plane.svg()?,
        csv::of_rows(data.table, &drawn),
    ))
}

/// At most [`MOST`] rows: the front, and evenly many of the others.
fn thinned(rows: &[usize], front: &[usize]) -> Vec<usize> {
    let every = rows.len().div_ceil(MOST).max(1);
    let mut drawn: Vec<usize> = rows
        .iter()
        .copied()
        .step_by(every)
        .chain(front.iter().copied())
        .collect();
    drawn.sort_unstable();
    drawn.dedup();
    drawn
}

/// The border of what is possible.
fn steps(sorted: &[[f64; 2]]) -> Vec<[f64; 2]> {
    let mut line: Vec<[f64; 2]> = sorted.first().copied().into_iter().collect();
    for pair in sorted.windows(2) {
        line.extend([[pair[1][0], pair[0][1]], pair[1]]);
    }
    line
}

/// A title within a sentence; abbreviations stay.
pub fn lower(title: &str) -> String {
    let mut chars = title.chars();
    match (chars.next(), chars.next()) {
        (Some(a), Some(b)) if !b.is_uppercase() => {
            a.to_lowercase().chain(title.chars().skip(1)).collect()
        }
        _ => title.to_string(),
    }
}
