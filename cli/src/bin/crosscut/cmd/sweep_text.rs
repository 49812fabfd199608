//! A sweep in words.

use crate::table::Grid;
use crosscut_report::format::{self, count};
use crosscut_report::sweep::{Field, Status, Table};
use serde::Serialize;
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use std::path::Path;

/// Most points of the front that are shown.
const SHOWN: usize = 20;

/// What a sweep amounts to.
#[derive(Serialize, Default)]
pub struct Summary {
    kind: &'static str,
    plan: String,
    seed: u64,
    rows: u64,
    ok: u64,
    infeasible: u64,
    failed: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub made: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub taken: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub times_shared: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub accuracies_measured: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub accuracies_shared: Option<u64>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub missing_shards: Vec<u64>,
    /// Points that nothing beats.
    front: Vec<Map<String, Value>>,
    /// Why points failed, and how many did so.
    failures: BTreeMap<String, u64>,
    pub files: Vec<String>,
    #[serde(skip)]
    rows_of_front: Vec<usize>,
}

impl Summary {
    /// Of rows.
    pub fn of(table: &Table) -> Summary {
        let header = &table.header;
        let number = |status: Status| table.status.iter().filter(|s| **s == status).count() as u64;
        let rows = table.front(&table.best_known(), &header.front);
        let mut failures = BTreeMap::new();
        for error in table.errors.values() {
            *failures.entry(error.clone()).or_insert(0) += 1;
        }
        Summary {
            kind: "sweep",
            plan: header.plan.clone(),
            seed: header.seed,
            rows: table.len() as u64,
            ok: number(Status::Ok),
            infeasible: number(Status::Infeasible),
            failed: number(Status::Failed),
            front: rows.iter().map(|&n| point(table, n)).collect(),
            failures,
            rows_of_front: rows,
            ..Summary::default()
        }
    }
}

/// Axes and figures of a row.
fn point(table: &Table, n: usize) -> Map<String, Value> {
    let header = &table.header;
    let at = header.levels(table.index[n]);
    let mut map = Map::new();
    map.insert("index".to_string(), table.index[n].into());
    map.insert(
        "method".to_string(),
        serde_json::to_value(table.method[n]).unwrap_or_default(),
    );
    for (name, axis, place) in header.axis_names() {
        map.insert(
            name.to_string(),
            header.axes[axis].levels[at[axis]][place].clone().into(),
        );
    }
    for (field, column) in header.fields.iter().zip(&table.values) {
        if column[n].is_finite() {
            map.insert(field.name.clone(), column[n].into());
        }
    }
    map
}

/// The front as a table, and what else there is to say.
pub fn text(table: &Table, s: &Summary, out: &Path) -> String {
    let header = &table.header;
    let changing: Vec<(&str, usize, usize)> = header
        .axis_names()
        .filter(|&(_, a, _)| header.axes[a].levels.len() > 1)
        .collect();
    let compared: Vec<usize> = header
        .front
        .iter()
        .filter_map(|f| header.field(f))
        .collect();
    let refined = header.times == crosscut_report::sweep::Times::Refined;
    let mut titles: Vec<&str> = changing.iter().map(|c| c.0).collect();
    titles.extend(refined.then_some("method"));
    let texts = titles.len();
    titles.extend(compared.iter().map(|&f| header.fields[f].name.as_str()));
    let mut grid = Grid::new(texts, &titles);
    for &n in s.rows_of_front.iter().take(SHOWN) {
        let at = header.levels(table.index[n]);
        let mut cells: Vec<String> = changing
            .iter()
            .map(|&(_, a, k)| header.axes[a].levels[at[a]][k].clone())
            .collect();
        if refined {
            let estimated = table.method[n] == crosscut_report::Method::Estimate;
            cells.push(if estimated { "estimate" } else { "cycle" }.to_string());
        }
        cells.extend(
            compared
                .iter()
                .map(|&f| shown(&header.fields[f], table.values[f][n])),
        );
        grid.row(cells);
    }
    let mut lines = vec![format!(
        "{} points that nothing beats in {}, of {} rows ({} ok, {} break a condition, {} failed)",
        count(s.rows_of_front.len() as u64),
        header.front.join(", "),
        count(s.rows),
        count(s.ok),
        count(s.infeasible),
        count(s.failed)
    )];
    if !s.rows_of_front.is_empty() {
        lines.push(grid.text());
    }
    if s.rows_of_front.len() > SHOWN {
        lines.push(format!(
            "and {} more, in results.csv",
            s.rows_of_front.len() - SHOWN
        ));
    }
    if let (Some(made), Some(taken), Some(shared)) = (s.made, s.taken, s.times_shared) {
        lines.push(format!(
            "{} made in this run, {} from other logs; {} took the times of a point that differs in costs only",
            count(made),
            count(taken),
            count(shared)
        ));
    }
    if let (Some(measured), Some(shared)) = (s.accuracies_measured, s.accuracies_shared)
        && measured + shared > 0
    {
        lines.push(format!(
            "accuracy measured {} times, taken over {} times",
            count(measured),
            count(shared)
        ));
    }
    let mut worst: Vec<(&String, &u64)> = s.failures.iter().collect();
    worst.sort_by_key(|(_, n)| std::cmp::Reverse(**n));
    for (why, n) in worst.iter().take(3) {
        lines.push(format!("{} failed: {why}", count(**n)));
    }
    // A picture comes with its figures.
    let is_picture = |f: &&String| f.ends_with(".svg");
    let pictures = s.files.iter().filter(is_picture).count();
    let alone = |f: &&String| !s.files.contains(&f.replace(".csv", ".svg")) && !f.ends_with(".svg");
    let mut files: Vec<String> = s.files.iter().filter(alone).cloned().collect();
    if pictures > 0 {
        files.push(format!(
            "{} with their figures",
            format::plural(pictures as u64, "picture")
        ));
    }
    lines.push(format!(
        "plan {}, written to {}: {}",
        s.plan,
        out.display(),
        files.join(", ")
    ));
    lines.join("\n")
}

/// A figure with a readable unit.
fn shown(field: &Field, value: f64) -> String {
    if !value.is_finite() {
        return "-".to_string();
    }
    match field.unit.as_str() {
        "ns" => format::time(value),
        "pJ" => format::energy(value),
        "mm2" => format::area(value),
        "mW" => format::power(value),
        "" if field.name.ends_with("accuracy") => format::percent(value),
        _ => format::number(value),
    }
}
