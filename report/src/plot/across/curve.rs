//! A figure over an axis: for each value the best design there is, with the knee of the curve.

use super::super::error::PlotError;
use super::data::{Axis, Data, Figure};
use super::pareto::lower;
use super::picture::Picture;
use super::plane::Plane;
use super::scale::Scale;
use super::series::Series;
use crate::sweep::csv::cell;
use std::fmt::Write;

/// Figures that are drawn over each axis.
const FIGURES: usize = 4;

/// Every figure over every axis of numbers.
pub fn pictures(data: &Data<'_>) -> Result<Vec<Picture>, PlotError> {
    let mut all = Vec::new();
    for axis in data.axes.iter().filter(|a| a.numbers.is_some()) {
        for figure in data.figures.iter().take(FIGURES) {
            all.extend(picture(data, axis, figure)?);
        }
    }
    Ok(all)
}

fn picture(
    data: &Data<'_>,
    axis: &Axis<'_>,
    figure: &Figure<'_>,
) -> Result<Option<Picture>, PlotError> {
    let Some((numbers, _)) = &axis.numbers else {
        return Ok(None);
    };
    let by = data.series(&[axis]);
    let count = by.map_or(1, |a| a.labels.len());
    // The best design of each curve at each value.
    let mut best: Vec<Vec<Option<usize>>> = vec![vec![None; numbers.len()]; count];
    for &n in &data.rows {
        let (value, index) = (figure.values[n], data.table.index[n]);
        let place = &mut best[by.map_or(0, |a| a.level(index))][axis.level(index)];
        if value.is_finite() && place.is_none_or(|b| figure.better(value, figure.values[b])) {
            *place = Some(n);
        }
    }
    let found = || best.iter().flatten().flatten();
    let most = found().map(|&n| figure.values[n]).fold(0.0, f64::max);
    let (scale, title) = figure.unit(most);
    let mut series = Vec::new();
    let (mut knees, mut labels) = (Vec::new(), Vec::new());
    let mut csv = format!(
        "{},{},{},index,knee\n",
        cell(&by.map_or("series".to_string(), |a| a.name.clone())),
        cell(&axis.name),
        figure.field.name
    );
    for (k, curve) in best.iter().enumerate() {
        let mut points: Vec<([f64; 2], usize)> = (curve.iter().enumerate())
            .filter_map(|(l, n)| n.map(|n| ([numbers[l], figure.values[n] / scale], n)))
            .collect();
        points.sort_by(|a, b| a.0[0].total_cmp(&b.0[0]));
        let line: Vec<[f64; 2]> = points.iter().map(|p| p.0).collect();
        let knee = knee(&line);
        if let Some(i) = knee {
            knees.push(line[i]);
            labels.push((line[i], format!("knee {}", super::scale::label(line[i][0]))));
        }
        let name = by.map_or(String::new(), |a| a.labels[k].clone());
        for (i, (p, n)) in points.iter().enumerate() {
            // Writing to a string cannot fail.
            let _ = writeln!(
                csv,
                "{},{},{},{},{}",
                cell(&name),
                p[0],
                figure.values[*n],
                data.table.index[*n],
                knee == Some(i)
            );
        }
        let name = by.map_or(String::new(), |a| format!("{} {name}", a.name));
        series.push(Series {
            name,
            points: line,
            intervals: Vec::new(),
            joined: true,
        });
    }
    if found().count() < 2 {
        return Ok(None);
    }
    let others = data.axes.len() > 1 + usize::from(by.is_some());
    let plane = Plane {
        title: format!("{} over {}", figure.field.title, axis.name),
        subtitle: data.subtitle(if others {
            "the best of the other axes at each point"
        } else {
            ""
        }),
        x: Scale::levels(axis.title(), numbers),
        y: Scale::over(title, found().map(|&n| figure.values[n] / scale)),
        border: Vec::new(),
        ringed: (knees, "knee"),
        labels: if count == 1 { labels } else { Vec::new() },
        size: if numbers.len() > 60 { 2.5 } else { 5.0 },
        series,
    };
    let name = format!("curve-{}-over-{}", figure.field.name, lower(&axis.name));
    Ok(Some(Picture::new(name, plane.svg()?, csv)))
}

/// Where a curve bends most: the point farthest from the straight line between its ends, both figures scaled to the
/// same size (Satopää et al., ICDCSW 2011). Falling and rising curves alike; none where it bends by less than a tenth.
pub fn knee(points: &[[f64; 2]]) -> Option<usize> {
    const LEAST: f64 = 0.1;
    let (first, last) = (points.first()?, points.last()?);
    let log = points.iter().all(|p| p[0] > 0.0) && last[0] / first[0] >= 6.0;
    let at = |x: f64| if log { x.ln() } else { x };
    let ys = points.iter().map(|p| p[1]);
    let (low, high) = (
        ys.clone().fold(f64::INFINITY, f64::min),
        ys.fold(f64::NEG_INFINITY, f64::max),
    );
    let (width, height) = (at(last[0]) - at(first[0]), high - low);
    if points.len() < 3 || width <= 0.0 || height <= 0.0 {
        return None;
    }
    let off = |p: &[f64; 2]| {
        let share = (at(p[0]) - at(first[0])) / width;
        // Below the line: what is gained there came early.
        ((first[1] + share * (last[1] - first[1])) - p[1]) / height
    };
    let inner = points.iter().enumerate().take(points.len() - 1).skip(1);
    let (n, bend) = inner
        .map(|(i, p)| (i, off(p).abs()))
        .max_by(|a, b| a.1.total_cmp(&b.1))?;
    (bend >= LEAST).then_some(n)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_knee_is_where_the_gain_ends() {
        let falls = [
            [1.0, 100.0],
            [2.0, 20.0],
            [3.0, 15.0],
            [4.0, 12.0],
            [5.0, 10.0],
        ];
        assert_eq!(knee(&falls), Some(1));
        let straight = [[1.0, 4.0], [2.0, 3.0], [3.0, 2.0], [4.0, 1.0]];
        assert_eq!(knee(&straight), None);
        assert_eq!(knee(&falls[..2]), None);
        assert_eq!(knee(&[[1.0, 2.0], [2.0, 2.0], [3.0, 2.0]]), None);
    }
}
