//! Sums as text, and the list of steps.

use super::step::Step;
use std::collections::BTreeMap;

/// Steps so far.
#[derive(Default)]
pub(super) struct Steps {
    pub steps: Vec<Step>,
}

impl Steps {
    /// Appends a count.
    pub fn add(&mut self, name: &str, formula: &str, numbers: String, value: u64, reason: String) {
        self.add_share(name, formula, numbers, value as f64, reason);
    }

    /// Appends a value that is no count.
    pub fn add_share(
        &mut self,
        name: &str,
        formula: &str,
        numbers: String,
        value: f64,
        reason: String,
    ) {
        self.steps.push(Step {
            name: name.to_string(),
            formula: formula.to_string(),
            numbers,
            value,
            reason,
        });
    }

    /// The count of an earlier step; 0 if there is none.
    pub fn value(&self, name: &str) -> u64 {
        let step = self.steps.iter().find(|s| s.name == name);
        step.map_or(0, |s| s.value as u64)
    }
}

/// How often each value occurs, the largest first.
pub(super) fn tally<T: Ord>(values: impl IntoIterator<Item = T>) -> Vec<(T, u64)> {
    let mut counts: BTreeMap<T, u64> = BTreeMap::new();
    for v in values {
        *counts.entry(v).or_default() += 1;
    }
    counts.into_iter().rev().collect()
}

/// `3 x A + 1 x B`; `0` for nothing.
pub(super) fn sum<T>(tally: &[(T, u64)], text: impl Fn(&T) -> String) -> String {
    let terms: Vec<String> = tally
        .iter()
        .map(|(v, n)| format!("{n} x {}", text(v)))
        .collect();
    if terms.is_empty() {
        "0".to_string()
    } else {
        terms.join(" + ")
    }
}

/// A sum in brackets if it has several terms.
pub(super) fn bracketed(sum: String) -> String {
    let mut depth = 0;
    let several = sum.chars().any(|c| {
        depth += i32::from(c == '(') - i32::from(c == ')');
        depth == 0 && c == '+'
    });
    if several { format!("({sum})") } else { sum }
}
