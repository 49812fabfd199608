//! Roofline (Williams et al., CACM 52(4), 2009): operations a second against operations for each byte that enters or
//! leaves the machine, under the bandwidth to the memory outside and the operations of crossbars that never wait.

use super::super::error::PlotError;
use super::data::Data;
use super::picture::Picture;
use super::plane::Plane;
use super::scale::Scale;
use super::series::Series;
use crate::sweep::csv::cell;
use std::fmt::Write;

/// Most points and most bandwidths that are drawn.
const MOST: usize = 1000;

/// The roofline, if machines state their bandwidth.
pub fn pictures(data: &Data<'_>) -> Result<Option<Picture>, PlotError> {
    let names = [
        "gops",
        "interval_ns",
        "dram_bytes",
        "dram_gbps",
        "peak_gops",
    ];
    let found: Option<Vec<_>> = names.iter().map(|n| data.figure(n)).collect();
    let Some(found) = found else {
        return Ok(None);
    };
    let [gops, interval, bytes, bandwidth, peak] = [0, 1, 2, 3, 4].map(|i| found[i].values);
    let by = data.series(&[]);
    let whole = |n: &usize| {
        [gops, interval, bytes, bandwidth, peak]
            .iter()
            .all(|c| c[*n].is_finite() && c[*n] > 0.0)
    };
    let rows: Vec<usize> = data.rows.iter().copied().filter(whole).collect();
    let every = rows.len().div_ceil(MOST).max(1);
    let rows: Vec<usize> = rows.into_iter().step_by(every).collect();
    if rows.is_empty() {
        return Ok(None);
    }
    // Operations a nanosecond x nanoseconds over bytes.
    let intensity = |n: usize| gops[n] * interval[n] / bytes[n];
    let count = by.map_or(1, |a| a.labels.len());
    let mut series: Vec<Series> = (0..count)
        .map(|k| Series {
            name: by.map_or(String::new(), |a| format!("{} {}", a.name, a.labels[k])),
            ..Series::default()
        })
        .collect();
    let mut csv = format!(
        "index,{},operations_per_byte,gops,dram_gbps,peak_gops,roof_gops\n",
        cell(&by.map_or("series".to_string(), |a| a.name.clone()))
    );
    for &n in &rows {
        let index = data.table.index[n];
        let k = by.map_or(0, |a| a.level(index));
        series[k].points.push([intensity(n), gops[n]]);
        let roof = peak[n].min(bandwidth[n] * intensity(n));
        let label = by.map_or(String::new(), |a| cell(&a.labels[k]));
        // Writing to a string cannot fail.
        let _ = writeln!(
            csv,
            "{index},{label},{},{},{},{},{roof}",
            intensity(n),
            gops[n],
            bandwidth[n],
            peak[n]
        );
    }
    // The highest roof of all designs.
    let most = |c: &[f64]| rows.iter().map(|&n| c[n]).fold(0.0, f64::max);
    let (top, slope) = (most(peak), most(bandwidth));
    let xs: Vec<f64> = rows.iter().map(|&n| intensity(n)).collect();
    let ridge = top / slope;
    let (low, high) = xs
        .iter()
        .fold((ridge, ridge), |(l, h), &x| (l.min(x), h.max(x)));
    let (low, high) = (low / 3.0, high * 3.0);
    let roof = vec![[low, low * slope], [ridge, top], [high, top]];
    let ys = rows.iter().map(|&n| gops[n]).chain([top, low * slope]);
    let plane = Plane {
        title: "Roofline: operations against operations for each byte".to_string(),
        subtitle: data.subtitle(&format!(
            "roof of {} GB/s and {} GOPS",
            crate::format::number(slope),
            crate::format::number(top)
        )),
        x: Scale::decades(
            "Operations for each byte in and out (1/B)".to_string(),
            [low, high].into_iter(),
        ),
        y: Scale::decades(
            "Achieved operations (GOPS)".to_string(),
            ys.collect::<Vec<f64>>().into_iter(),
        ),
        border: roof,
        ringed: (Vec::new(), ""),
        labels: vec![([ridge, top], "ridge".to_string())],
        size: if rows.len() > 300 { 2.5 } else { 5.0 },
        series,
    };
    Ok(Some(Picture::new(
        "roofline".to_string(),
        plane.svg()?,
        csv,
    )))
}
