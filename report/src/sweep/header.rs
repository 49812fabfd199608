//! The first line of a log.

use super::fields::Field;
use super::level;
use crate::kind::Kind;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Where the times of a sweep come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Times {
    /// The cycle engine for every point.
    Cycle,
    /// The estimate for every point.
    Estimate,
    /// The estimate for every point, and the cycle engine for the front and its neighbours.
    Refined,
}

/// One axis, or several that change together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dimension {
    /// Keys of the machine, or `arch`, `network`, `seed`, `budget`, `objective`, `replicas`, `prune.keep`, `prune.method`.
    pub names: Vec<String>,
    /// The values, in order; each holds one text per name.
    pub levels: Vec<Vec<String>>,
}

impl Dimension {
    /// The values of one name as numbers with their unit, if all are.
    pub fn numbers(&self, name: usize) -> Option<(Vec<f64>, String)> {
        level::numbers(self.levels.iter().map(|l| l[name].as_str()))
    }
}

/// What is swept, and what a row holds. Equal in all shards but for `shard`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Header {
    /// [`Kind::Sweep`].
    pub kind: Kind,
    /// Version of the layout.
    pub report_version: u32,
    /// Version of the program.
    pub program_version: String,
    /// Hash of the plan: axes, choices, and the contents of machines, networks and images.
    pub plan: String,
    /// Seed of the search, and of every point whose axes do not say another.
    pub seed: u64,
    /// Where times come from.
    pub times: Times,
    /// How points are chosen, in words.
    pub search: String,
    /// Points of the plan in all shards; absent where the search decides as it goes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub points: Option<u64>,
    /// Axes; the last one changes first along the index of a point.
    pub axes: Vec<Dimension>,
    /// Figures of a row.
    pub fields: Vec<Field>,
    /// Figures by which points are compared.
    pub front: Vec<String>,
    /// What points must keep to, as given.
    pub constraints: Vec<String>,
    /// Digest of each machine as described, by name.
    pub machines: BTreeMap<String, String>,
    /// Digest of each network, by name.
    pub networks: BTreeMap<String, String>,
    /// What was assumed, one sentence each.
    pub notes: Vec<String>,
    /// Which part of how many this log is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shard: Option<[u64; 2]>,
}

/// Points that a plan can have: an index is exact in a float.
pub const MOST_POINTS: u64 = 1 << 53;

impl Header {
    /// Points of the full grid; `None` if there are none or more than can be numbered.
    pub fn grid(&self) -> Option<u64> {
        grid(&self.axes)
    }

    /// The level of each axis at a point.
    pub fn levels(&self, index: u64) -> Vec<usize> {
        levels(&self.axes, index)
    }

    /// Names of all axes, with the axis and the place in it.
    pub fn axis_names(&self) -> impl Iterator<Item = (&str, usize, usize)> {
        let each = |(a, d): (usize, &'_ Dimension)| (a, d.names.len());
        let places = self.axes.iter().enumerate().map(each);
        let places = places.flat_map(|(a, n)| (0..n).map(move |k| (a, k)));
        places.map(|(a, k)| (self.axes[a].names[k].as_str(), a, k))
    }

    /// Position of a figure.
    pub fn field(&self, name: &str) -> Option<usize> {
        self.fields.iter().position(|f| f.name == name)
    }
}

/// Points of a full grid; `None` if there are none or more than [`MOST_POINTS`].
pub fn grid(axes: &[Dimension]) -> Option<u64> {
    let product = axes
        .iter()
        .try_fold(1u64, |n, d| n.checked_mul(d.levels.len() as u64));
    product.filter(|n| (1..=MOST_POINTS).contains(n))
}

/// The level of each axis at a point: the index in mixed radix, the last axis changing first.
pub fn levels(axes: &[Dimension], mut index: u64) -> Vec<usize> {
    let mut found = vec![0; axes.len()];
    for (level, d) in found.iter_mut().zip(axes).rev() {
        let n = d.levels.len() as u64;
        *level = (index % n) as usize;
        index /= n;
    }
    found
}

/// The index of a point from its levels.
pub fn index(axes: &[Dimension], levels: &[usize]) -> u64 {
    let step = |n: u64, (d, &l): (&Dimension, &usize)| n * d.levels.len() as u64 + l as u64;
    axes.iter().zip(levels).fold(0, step)
}
