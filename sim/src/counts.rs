//! Integer action counts per kind of part. Energy is counts x cost table, computed afterwards.

use crosscut_arch::PartKind;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// How often each kind of part acted.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Counts(pub BTreeMap<PartKind, u64>);

impl Counts {
    /// Adds `n` actions of a kind.
    pub fn add(&mut self, kind: PartKind, n: u64) {
        if n > 0 {
            *self.0.entry(kind).or_insert(0) += n;
        }
    }

    /// Actions of a kind.
    pub fn get(&self, kind: PartKind) -> u64 {
        self.0.get(&kind).copied().unwrap_or(0)
    }

    /// These counts `n` times.
    pub fn times(&self, n: u64) -> Counts {
        Counts(self.0.iter().map(|(&k, &v)| (k, v * n)).collect())
    }
}

impl std::ops::AddAssign<&Counts> for Counts {
    fn add_assign(&mut self, o: &Counts) {
        for (&k, &v) in &o.0 {
            self.add(k, v);
        }
    }
}
