//! Plans as TOML.

use super::axis::Axis;
use super::error::SweepError;
use super::iso::IsoBy;
use super::points::Search;
use super::range::{self, Step};
use super::request::Request;
use crate::workload::ImageChoice;
use crosscut_traces::data::Preprocess;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::Path;
use toml::{Spanned, Value};

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct File {
    seed: Option<u64>,
    #[serde(default)]
    estimate: bool,
    #[serde(default)]
    accuracy: bool,
    #[serde(default)]
    refine: bool,
    search: Option<Search>,
    points: Option<u64>,
    #[serde(default, rename = "where")]
    constraints: Vec<Spanned<String>>,
    fields: Option<Vec<String>>,
    front: Option<Vec<String>>,
    iso_area: Option<String>,
    iso_accuracy: Option<f64>,
    iso_by: Option<IsoBy>,
    data: Option<String>,
    normalise: Option<Spanned<String>>,
    images: Option<u32>,
    calibration_images: Option<u32>,
    #[serde(default)]
    axes: BTreeMap<Spanned<String>, Spanned<Value>>,
    #[serde(default)]
    linked: Vec<Spanned<BTreeMap<String, Value>>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Range {
    from: f64,
    to: f64,
    step: Option<f64>,
    factor: Option<f64>,
    points: Option<usize>,
    #[serde(default)]
    log: bool,
    #[serde(default)]
    unit: String,
}

impl Request {
    /// Reads a plan.
    ///
    /// # Errors
    /// If the file cannot be read, or a key or value of it is wrong: with line and column.
    pub fn read(path: &Path) -> Result<Request, SweepError> {
        let text = crosscut_traces::file::read_text(path);
        let text = text.map_err(|source| SweepError::Io {
            what: "read",
            path: path.to_path_buf(),
            source,
        })?;
        parse(&text, &path.display().to_string())
    }
}

/// Reads a plan; `name` is shown in messages.
fn parse(text: &str, name: &str) -> Result<Request, SweepError> {
    let file: File = toml::from_str(text).map_err(|e| SweepError::File {
        path: name.to_string(),
        what: e.to_string().trim_end().to_string(),
    })?;
    let place = |at: usize| {
        let before = &text[..at.min(text.len())];
        let line = before.matches('\n').count() + 1;
        let column = before
            .rsplit('\n')
            .next()
            .unwrap_or_default()
            .chars()
            .count()
            + 1;
        format!("{name}:{line}:{column}")
    };
    // In the order of the file: the last axis changes first.
    let mut found: Vec<(usize, Axis)> = Vec::new();
    for (key, value) in file.axes {
        let at = key.span().start;
        for (axis, values) in flat(key.into_inner(), value.into_inner()) {
            let place = place(at);
            let values = levels(&values)
                .map_err(|what| SweepError::value(&place, format!("`{axis}`: {what}")))?;
            found.push((at, Axis::single(&axis, &values, &place)?));
        }
    }
    for table in file.linked {
        let at = table.span().start;
        found.push((at, linked(table.into_inner(), &place(at))?));
    }
    found.sort_by_key(|(at, _)| *at);
    let constraints = (file.constraints.into_iter())
        .map(|c| (place(c.span().start), c.into_inner()))
        .map(|(place, text)| (text, place))
        .collect();
    let mut images = ImageChoice {
        data: file.data,
        ..ImageChoice::default()
    };
    let positive = |given: Option<u32>, key: &str, default: usize| match given {
        Some(0) => Err(SweepError::value(
            name,
            format!("`{key}` must be a whole number above 0"),
        )),
        Some(n) => Ok(n as usize),
        None => Ok(default),
    };
    images.images = positive(file.images, "images", images.images)?;
    let calibration = images.calibration_images;
    images.calibration_images =
        positive(file.calibration_images, "calibration-images", calibration)?;
    if let Some(how) = file.normalise {
        let at = place(how.span().start);
        let how = Preprocess::parse(&how.into_inner());
        images.normalise = Some(how.map_err(|what| SweepError::value(&at, what))?);
    }
    Ok(Request {
        axes: found.into_iter().map(|(_, a)| a).collect(),
        constraints,
        fields: file.fields,
        front: file.front,
        estimate: file.estimate,
        accuracy: file.accuracy,
        refine: file.refine,
        search: file.search,
        points: file.points,
        iso_area: file.iso_area,
        iso_accuracy: file.iso_accuracy,
        iso_by: file.iso_by,
        seed: file.seed,
        images,
    })
}

/// `crossbar.rows = [..]` without quotes is a table within a table; one with `from` is a range.
fn flat(key: String, value: Value) -> Vec<(String, Value)> {
    match value {
        Value::Table(inner) if !inner.contains_key("from") => {
            let each = inner
                .into_iter()
                .flat_map(|(k, v)| flat(format!("{key}.{k}"), v));
            each.collect()
        }
        value => vec![(key, value)],
    }
}

/// The values of an axis: a list, a range, or one value.
fn levels(value: &Value) -> Result<Vec<String>, String> {
    match value {
        Value::Array(items) => Ok(items.iter().map(text).collect()),
        Value::Table(_) => {
            let range: Range = value
                .clone()
                .try_into()
                .map_err(|e: toml::de::Error| e.message().to_string())?;
            range.values()
        }
        one => Ok(vec![text(one)]),
    }
}

impl Range {
    fn values(&self) -> Result<Vec<String>, String> {
        let step = match (self.step, self.factor, self.points) {
            (None, None, None) => Step::Plus(1.0),
            (Some(by), None, None) => Step::Plus(by),
            (None, Some(by), None) => Step::Times(by),
            (None, None, Some(n)) if self.log => Step::Ratios(n),
            (None, None, Some(n)) => Step::Points(n),
            _ => return Err("a range has one of `step`, `factor` and `points`".to_string()),
        };
        let values = range::range(self.from, self.to, step)?;
        let unit = self.unit.trim();
        let gap = if unit.is_empty() { "" } else { " " };
        Ok(values
            .into_iter()
            .map(|v| format!("{v}{gap}{unit}"))
            .collect())
    }
}

/// A value as `--set` takes it.
fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// Keys that change together: lists of one length.
fn linked(table: BTreeMap<String, Value>, place: &str) -> Result<Axis, SweepError> {
    let flat: Vec<(String, Value)> = table.into_iter().flat_map(|(k, v)| flat(k, v)).collect();
    let mut columns = Vec::new();
    for (name, value) in &flat {
        let values =
            levels(value).map_err(|what| SweepError::value(place, format!("`{name}`: {what}")))?;
        columns.push(values);
    }
    let lengths: Vec<usize> = columns.iter().map(Vec::len).collect();
    if lengths.windows(2).any(|l| l[0] != l[1]) {
        let lists = flat
            .iter()
            .zip(&lengths)
            .map(|((n, _), l)| format!("`{n}` has {l}"));
        let lists: Vec<String> = lists.collect();
        let what = format!("linked axes need as many values each: {}", lists.join(", "));
        return Err(SweepError::value(place, what));
    }
    let rows = lengths.first().copied().unwrap_or(0);
    let level = |i: usize| columns.iter().map(|c| c[i].clone()).collect();
    let names = flat.into_iter().map(|(n, _)| n).collect();
    Axis::new(names, (0..rows).map(level).collect(), place)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plan_is_read_in_its_own_order() {
        let text = r#"
            estimate = true
            search = "sobol"
            points = 12
            where = ["area <= 100 mm2"]
            [axes]
            network = ["vgg8", "resnet18"]
            crossbar.rows = { from = 64, to = 256, factor = 2 }
            "pe.crossbars" = 8
            "crossbar.read" = { from = 50, to = 100, points = 3, unit = "ns" }
            [[linked]]
            "adc.sar.bits" = [7, 8]
            crossbar.columns = [64, 128]
        "#;
        let plan = parse(text, "plan.toml").expect("a plan");
        let axes: Vec<(String, Vec<String>)> = (plan.axes.iter())
            .map(|a| {
                (
                    a.axis.names.join(","),
                    a.axis.levels.iter().map(|l| l.join(":")).collect(),
                )
            })
            .collect();
        let want = [
            ("network", "vgg8 resnet18"),
            ("crossbar.rows", "64 128 256"),
            ("pe.crossbars", "8"),
            ("crossbar.read", "50_ns 75_ns 100_ns"),
            ("adc.sar.bits,crossbar.columns", "7:64 8:128"),
        ];
        let want = want.map(|(n, l)| {
            let levels = l.split(' ').map(|v| v.replace('_', " "));
            (n.to_string(), levels.collect::<Vec<String>>())
        });
        assert_eq!(axes, want);
        assert_eq!(
            plan.constraints,
            [("area <= 100 mm2".to_string(), "plan.toml:5:22".to_string())]
        );
    }

    #[test]
    fn faults_have_a_place() {
        for (text, says) in [
            ("estimat = true", "unknown field `estimat`"),
            ("[axes]\nseed = [1, -1]", "plan.toml:2:1"),
            ("[axes]\nseed = []", "plan.toml:2:1"),
            ("[axes]\nseed = { from = 3, to = 1 }", "plan.toml:2:1"),
            ("[[linked]]\n\"a.b\" = [1]\n\"a.c\" = [1, 2]", "`a.c` has 2"),
            ("search = \"gird\"", "line 1"),
        ] {
            let said = parse(text, "plan.toml").expect_err(text).to_string();
            assert!(said.contains(says), "{text}: {said}");
        }
    }
}
