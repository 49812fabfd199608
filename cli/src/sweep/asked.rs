//! What each part of a request amounts to, before the plan is put together.

use super::axis::Axis;
use super::choice::area_mm2;
use super::error::SweepError;
use super::iso::{IsoAccuracy, IsoBy};
use super::points::{MOST_SOBOL, Search};
use super::request::Request;
use crate::workload::DIGITS;
use crosscut_report::sweep::{Dimension, Field, fields, grid};
use crosscut_traces::suggest::hint;
use std::collections::BTreeMap;

/// A machine if no axis names any.
const MACHINE: &str = "reram-64";

/// Points of a grid that is taken whole.
const MOST_GRID: u64 = 100_000_000;

/// Figures by which points are compared.
const FRONT: [&str; 3] = ["latency_ns", "energy_pj", "area_mm2"];

/// Whether an axis changes costs only, by its names.
pub(super) fn of_costs(d: &Dimension) -> bool {
    d.names.iter().all(|n| n.starts_with("cost."))
}

/// Values of one of the sweep's own axes.
pub(super) fn values<'a>(axes: &'a [Dimension], name: &str) -> Vec<&'a String> {
    let places = axes
        .iter()
        .filter_map(|d| Some((d, d.names.iter().position(|n| n == name)?)));
    places
        .flat_map(|(d, place)| d.levels.iter().map(move |l| &l[place]))
        .collect()
}

/// Axes in order, those of costs last, and where each stands.
pub(super) fn axes(
    request: &Request,
) -> Result<(Vec<Dimension>, BTreeMap<String, String>), SweepError> {
    let mut all = request.axes.clone();
    if let Some(area) = &request.iso_area {
        if all
            .iter()
            .any(|a| a.axis.names.iter().any(|n| n == "budget"))
        {
            return Err(SweepError::Beside(
                "--iso-area",
                "the axis `budget`",
                "both say how much hardware there is",
            ));
        }
        if area_mm2(area).is_none() {
            return Err(SweepError::value(
                "--iso-area",
                format!("`{area}` must be an area above 0, such as `80 mm2`"),
            ));
        }
        all.push(Axis::single(
            "budget",
            std::slice::from_ref(area),
            "--iso-area",
        )?);
    }
    for (name, default) in [("network", DIGITS), ("arch", MACHINE)] {
        if !all.iter().any(|a| a.axis.names.iter().any(|n| n == name)) {
            all.insert(
                0,
                Axis::single(name, &[default.to_string()], "the default")?,
            );
        }
    }
    let mut first: BTreeMap<&str, &str> = BTreeMap::new();
    for axis in &all {
        for name in &axis.axis.names {
            if let Some(before) = first.insert(name, &axis.place) {
                return Err(SweepError::Twice {
                    name: name.clone(),
                    first: before.to_string(),
                    second: axis.place.clone(),
                });
            }
        }
    }
    let places = all
        .iter()
        .map(|a| (a.axis.names.join(","), a.place.clone()))
        .collect();
    let (last, mut axes): (Vec<Dimension>, Vec<Dimension>) =
        all.into_iter().map(|a| a.axis).partition(of_costs);
    axes.extend(last);
    match grid(&axes) {
        Some(_) => Ok((axes, places)),
        None => {
            let sizes: Vec<String> = axes.iter().map(|d| d.levels.len().to_string()).collect();
            let text = format!("{} points", sizes.join(" x "));
            Err(SweepError::TooMany(
                text,
                "no more than 9,007,199,254,740,992 can be numbered",
            ))
        }
    }
}

pub(super) fn search(request: &Request, axes: &[Dimension]) -> Result<Search, SweepError> {
    let search = match (request.search, request.points) {
        (Some(Search::Grid), Some(_)) => {
            return Err(SweepError::Beside(
                "--points",
                "--search grid",
                "a grid is taken whole",
            ));
        }
        (None, Some(_)) => Search::Sobol,
        (search, _) => search.unwrap_or_default(),
    };
    match search {
        Search::Grid if grid(axes) > Some(MOST_GRID) => Err(SweepError::TooMany(
            format!("a grid of {} points", grid(axes).unwrap_or(0)),
            "more than 100,000,000: give --points with --search sobol, random or nsga2",
        )),
        Search::Sobol if axes.len() > MOST_SOBOL => Err(SweepError::TooMany(
            format!("{} axes", axes.len()),
            "a Sobol sequence has 256 at most",
        )),
        _ if request.points == Some(0) => Err(SweepError::value(
            "--points",
            "must be a whole number above 0",
        )),
        search => Ok(search),
    }
}

pub(super) fn iso(request: &Request) -> Result<Option<IsoAccuracy>, SweepError> {
    match (request.iso_accuracy, request.iso_by) {
        (None, Some(_)) => Err(SweepError::Needs("--iso-by", "--iso-accuracy")),
        (None, None) => Ok(None),
        (Some(points), by) if (0.0..=100.0).contains(&points) => Ok(Some(IsoAccuracy {
            points,
            by: by.unwrap_or_default(),
        })),
        (Some(points), _) => Err(SweepError::value(
            "--iso-accuracy",
            format!("{points} must be from 0 to 100: per cent of the images that may be lost"),
        )),
    }
}

pub(super) fn known(name: &str, place: &str) -> Result<(), SweepError> {
    let all = fields::all();
    if all.iter().any(|f| f.name == name) {
        return Ok(());
    }
    let names = all.iter().map(|f| f.name.as_str());
    Err(SweepError::value(
        place,
        format!("there is no figure `{name}`{}", hint(name, names)),
    ))
}

pub(super) fn front(request: &Request, accuracy: bool) -> Result<Vec<String>, SweepError> {
    match &request.front {
        Some(names) => {
            names.iter().try_for_each(|n| known(n, "--front"))?;
            Ok(names.clone())
        }
        None => {
            let names = FRONT.iter().map(|n| n.to_string());
            Ok(names
                .chain(accuracy.then(|| "accuracy".to_string()))
                .collect())
        }
    }
}

/// The figures of a row, in the order of the list of all.
pub(super) fn kept(
    asked: Option<&[String]>,
    needed: &[String],
    accuracy: bool,
    iso: bool,
) -> Result<Vec<Field>, SweepError> {
    let all = fields::all();
    let matches = |pattern: &str, name: &str| match pattern.strip_suffix('*') {
        Some(prefix) => name.starts_with(prefix),
        None => name == pattern,
    };
    for pattern in asked.unwrap_or_default() {
        if !pattern.ends_with('*') {
            known(pattern, "--fields")?;
        } else if !all.iter().any(|f| matches(pattern, &f.name)) {
            return Err(SweepError::value(
                "--fields",
                format!("no figure matches `{pattern}`"),
            ));
        }
    }
    let there = |f: &Field| (accuracy || !fields::is_accuracy(&f.name)) && (iso || f.name != "iso");
    let is = |f: &Field| match asked {
        Some(asked) => asked.iter().any(|p| matches(p, &f.name)),
        None => true,
    };
    let with_iso = |f: &Field| iso && f.name == "iso";
    Ok(all
        .into_iter()
        .filter(|f| (is(f) && there(f)) || needed.contains(&f.name) || with_iso(f))
        .collect())
}

pub(super) fn notes(prunes: bool, iso: Option<IsoAccuracy>) -> Vec<String> {
    let mut notes = Vec::new();
    if prunes {
        notes.push("every point has one copy of each layer, so that shares of crossbars are those of the network itself".to_string());
    }
    if let Some(iso) = iso {
        let (what, against) = match iso.by {
            IsoBy::Bits => (
                "converters have the fewest bits",
                "of the integer reference",
            ),
            IsoBy::Keep => (
                "pruning keeps the smallest share, in steps of 5 %,",
                "of the network before pruning",
            ),
        };
        notes.push(format!(
            "{what} with which accuracy is within {} points of that {against}; found by bisection, which takes for granted that more is never less accurate",
            iso.points
        ));
    }
    notes
}
