//! What tells two machines apart: keys of the resolved description, costs of parts, derived figures.

use crate::check::{Check, check};
use crate::model::Arch;
use crate::part::{Part, PartKind};
use serde::Serialize;
use serde_json::Value;
use std::collections::BTreeMap;

/// Differences of two machines; empty lists where there are none.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Diff {
    /// Structure, formats, timing, mapping rules: dotted keys of the resolved machine.
    pub keys: Vec<KeyDiff>,
    /// Costs of one instance of each part.
    pub costs: Vec<CostDiff>,
    /// Peak, power, area and efficiencies of a chip.
    pub figures: Vec<FigureDiff>,
}

impl Diff {
    /// Whether nothing differs (names and descriptions aside).
    pub fn is_empty(&self) -> bool {
        self.keys.is_empty() && self.costs.is_empty() && self.figures.is_empty()
    }
}

/// A key whose values differ; `None` where a machine does not have it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct KeyDiff {
    /// Dotted key.
    pub key: String,
    /// Value of the first machine.
    pub a: Option<Value>,
    /// Value of the second machine.
    pub b: Option<Value>,
}

/// A figure of a part that differs.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CostDiff {
    /// The part.
    pub part: PartKind,
    /// `count`, `area_um2`, `static_power_mw` or `energy_pj`.
    pub figure: &'static str,
    /// First machine; `None` if it has no such part.
    pub a: Option<f64>,
    /// Second machine.
    pub b: Option<f64>,
    /// `b / a`, where both are above 0.
    pub ratio: Option<f64>,
}

/// A derived figure that differs.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FigureDiff {
    /// Key as in [`Check`].
    pub figure: &'static str,
    /// First machine; `None` where it gives no costs.
    pub a: Option<f64>,
    /// Second machine.
    pub b: Option<f64>,
    /// `b / a`, where both are above 0.
    pub ratio: Option<f64>,
}

/// Compares two machines.
pub fn diff(a: &Arch, b: &Arch) -> Diff {
    Diff {
        keys: keys(a, b),
        costs: PartKind::ALL
            .into_iter()
            .filter(|kind| !kind.is_share_of_a_read())
            .flat_map(|kind| costs(kind, a, b))
            .collect(),
        figures: figures(&check(a), &check(b)),
    }
}

/// A figure that costs are needed for may not be there.
fn known(x: f64) -> Option<f64> {
    x.is_finite().then_some(x)
}

fn ratio(a: f64, b: f64) -> Option<f64> {
    (a > 0.0 && b > 0.0).then(|| b / a)
}

fn keys(a: &Arch, b: &Arch) -> Vec<KeyDiff> {
    let (mut a, mut b) = (flat(a), flat(b));
    let names: Vec<String> = a.keys().chain(b.keys()).cloned().collect();
    let mut found: Vec<KeyDiff> = names
        .into_iter()
        .filter_map(|key| {
            let (a, b) = (a.remove(&key), b.remove(&key));
            (a != b).then_some(KeyDiff { key, a, b })
        })
        .collect();
    found.sort_by(|x, y| x.key.cmp(&y.key));
    found
}

/// Leaves of the resolved machine by dotted key, without what only names or explains it.
fn flat(arch: &Arch) -> BTreeMap<String, Value> {
    let mut leaves = BTreeMap::new();
    if let Ok(Value::Object(root)) = serde_json::to_value(arch) {
        for (key, value) in root {
            let told = [
                "name",
                "description",
                "source",
                "unpriced",
                "parts",
                "published",
            ];
            if !told.contains(&key.as_str()) {
                gather(key, value, &mut leaves);
            }
        }
    }
    leaves
}

fn gather(key: String, value: Value, leaves: &mut BTreeMap<String, Value>) {
    match value {
        Value::Object(inner) if !inner.is_empty() => {
            for (name, value) in inner {
                gather(format!("{key}.{name}"), value, leaves);
            }
        }
        leaf => {
            leaves.insert(key, leaf);
        }
    }
}

/// Of an action; of a whole read for arrays, whose shares stand with it.
fn energy(arch: &Arch, part: &Part) -> f64 {
    match part.kind {
        PartKind::Crossbar => arch.full_read_pj(),
        _ => part.energy_pj,
    }
}

fn costs(kind: PartKind, a: &Arch, b: &Arch) -> Vec<CostDiff> {
    let figures = |arch: &Arch| {
        arch.part(kind).map(|p| {
            [
                ("count", p.count as f64),
                ("area_um2", p.area_um2),
                ("static_power_mw", p.static_power_mw),
                ("energy_pj", energy(arch, p)),
            ]
        })
    };
    let (a, b) = (figures(a), figures(b));
    let names = a.or(b).map(|f| f.map(|(name, _)| name)).into_iter();
    names
        .flatten()
        .enumerate()
        .map(|(i, figure)| (figure, a.map(|a| a[i].1), b.map(|b| b[i].1)))
        .filter(|(_, a, b)| a != b)
        .map(|(figure, a, b)| CostDiff {
            part: kind,
            figure,
            a,
            b,
            ratio: a.zip(b).and_then(|(a, b)| ratio(a, b)),
        })
        .collect()
}

fn figures(a: &Check, b: &Check) -> Vec<FigureDiff> {
    let all = |c: &Check| {
        [
            ("cycle_ns", c.cycle_ns),
            ("peak_gops", c.peak_gops),
            ("power_mw", c.power_mw),
            ("area_mm2", c.area_mm2),
            ("weight_bytes", c.weight_bytes),
            ("gops_per_mm2", c.gops_per_mm2),
            ("gops_per_w", c.gops_per_w),
            ("mib_per_mm2", c.mib_per_mm2),
        ]
    };
    all(a)
        .into_iter()
        .zip(all(b))
        .map(|((figure, a), (_, b))| (figure, known(a), known(b)))
        .filter(|(_, a, b)| a != b)
        .map(|(figure, a, b)| FigureDiff {
            figure,
            a,
            b,
            ratio: a.zip(b).and_then(|(a, b)| ratio(a, b)),
        })
        .collect()
}
