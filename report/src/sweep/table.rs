//! Rows by column.

use super::fields::Better;
use super::front;
use super::header::Header;
use super::row::{Row, Status};
use crate::schema::Method;
use std::collections::BTreeMap;

/// The rows of one sweep in the order of their indices, one of each index and method.
#[derive(Debug, Clone, PartialEq)]
pub struct Table {
    /// What was swept.
    pub header: Header,
    /// Index of each row.
    pub index: Vec<u64>,
    /// Hash of what the figures of each row follow from.
    pub point: Vec<u64>,
    /// Where the times of each row come from.
    pub method: Vec<Method>,
    /// How each row ended.
    pub status: Vec<Status>,
    /// Figures by field, then by row; not finite where there is none.
    pub values: Vec<Vec<f64>>,
    /// Why a row has no figures.
    pub errors: BTreeMap<usize, String>,
}

impl Table {
    /// From rows in any order; of rows with the same index and method the first stays. Also how many were dropped.
    pub fn new(header: Header, mut rows: Vec<Row>) -> (Table, u64) {
        let key = |r: &Row| (r.index, r.method == Method::Cycle);
        rows.sort_by_key(key);
        let before = rows.len();
        rows.dedup_by_key(|r| key(r));
        let doubled = (before - rows.len()) as u64;
        let mut table = Table {
            values: vec![Vec::with_capacity(rows.len()); header.fields.len()],
            header,
            index: Vec::with_capacity(rows.len()),
            point: Vec::with_capacity(rows.len()),
            method: Vec::with_capacity(rows.len()),
            status: Vec::with_capacity(rows.len()),
            errors: BTreeMap::new(),
        };
        for (n, row) in rows.into_iter().enumerate() {
            table.index.push(row.index);
            table.point.push(row.point);
            table.method.push(row.method);
            table.status.push(row.status);
            for (column, value) in table.values.iter_mut().zip(row.values) {
                column.push(value);
            }
            if let Some(error) = row.error {
                table.errors.insert(n, error);
            }
        }
        (table, doubled)
    }

    /// Number of rows.
    pub fn len(&self) -> usize {
        self.index.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.index.is_empty()
    }

    /// A row as it was.
    pub fn row(&self, n: usize) -> Row {
        Row {
            index: self.index[n],
            point: self.point[n],
            method: self.method[n],
            status: self.status[n],
            error: self.errors.get(&n).cloned(),
            values: self.values.iter().map(|c| c[n]).collect(),
        }
    }

    /// A column of figures by name.
    pub fn column(&self, name: &str) -> Option<&[f64]> {
        self.header.field(name).map(|f| self.values[f].as_slice())
    }

    /// Rows that are feasible; where a point was estimated and run, the run.
    pub fn best_known(&self) -> Vec<usize> {
        let replaced = |n: usize| {
            self.method[n] == Method::Estimate && self.index.get(n + 1) == Some(&self.index[n])
        };
        let ok = |n: &usize| self.status[*n] == Status::Ok && !replaced(*n);
        (0..self.len()).filter(ok).collect()
    }

    /// Of `rows`, those that no other beats in every figure of `names`, in order; of equal ones the first.
    pub fn front(&self, rows: &[usize], names: &[String]) -> Vec<usize> {
        let mut costs: Vec<Vec<f64>> = Vec::new();
        for name in names {
            let Some(f) = self.header.field(name) else {
                continue;
            };
            let sign = match self.header.fields[f].better {
                Better::More => -1.0,
                Better::Less | Better::Neither => 1.0,
            };
            let column: Vec<f64> = rows.iter().map(|&n| sign * self.values[f][n]).collect();
            // A figure that no row has (energy on machines without costs) decides nothing.
            if column.iter().any(|v| v.is_finite()) {
                costs.push(column);
            }
        }
        let of = |n: usize| costs.iter().map(|c| c[n]).collect::<Vec<f64>>();
        front::front(rows.len(), &of)
            .into_iter()
            .map(|n| rows[n])
            .collect()
    }
}
