//! Which points of the grid are taken.

use super::constraint::Constraint;
use crosscut_report::sweep::{Dimension, grid, index};
use crosscut_traces::random::Key;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use strum::{EnumIter, EnumMessage, IntoStaticStr};

/// How points are chosen.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    Default,
    Serialize,
    Deserialize,
    EnumIter,
    EnumMessage,
    IntoStaticStr,
)]
#[strum(serialize_all = "kebab-case")]
#[serde(rename_all = "kebab-case")]
pub enum Search {
    /// Every combination of values.
    #[default]
    Grid,
    /// Combinations drawn at random.
    Random,
    /// A Sobol sequence, scrambled by the seed: combinations spread evenly.
    Sobol,
    /// NSGA-II: combinations bred from those that nothing beats.
    Nsga2,
}

impl Search {
    /// Name as on the command line.
    pub fn name(self) -> &'static str {
        self.into()
    }
}

/// Axes that a Sobol sequence of the library spans.
pub const MOST_SOBOL: usize = sobol_burley::NUM_DIMENSIONS as usize;

/// Points of an even Sobol sequence of the library.
const SOBOL_LENGTH: u64 = 1 << 16;

/// Draws in vain, per point wanted, after which a search ends: the constraints leave too little.
const PATIENCE: u64 = 200;

/// Points drawn, in rising order, each once and each within the constraints on axes.
pub fn drawn(
    search: Search,
    axes: &[Dimension],
    constraints: &[Constraint],
    wanted: u64,
    seed: u64,
) -> Vec<u64> {
    let allowed = |i: u64| constraints.iter().all(|c| c.holds(axes, i, &[], &[]));
    let total = grid(axes).unwrap_or(0);
    if total <= wanted {
        return (0..total).filter(|&i| allowed(i)).collect();
    }
    let mut found = BTreeSet::new();
    for n in 0..wanted.saturating_mul(PATIENCE) {
        let i = draw(search, axes, n, seed);
        if allowed(i) {
            found.insert(i);
        }
        if found.len() as u64 == wanted {
            break;
        }
    }
    found.into_iter().collect()
}

/// The n-th draw.
fn draw(search: Search, axes: &[Dimension], n: u64, seed: u64) -> u64 {
    let key = Key::new(seed).named("sweep points");
    let level = |(axis, d): (usize, &Dimension)| {
        let share = match search {
            // One sequence after the other, each scrambled in a way of its own.
            Search::Sobol => {
                let turn = key.child(n / SOBOL_LENGTH).value() as u32;
                f64::from(sobol_burley::sample(
                    (n % SOBOL_LENGTH) as u32,
                    axis as u32,
                    turn,
                ))
            }
            _ => (key.child(axis as u64).bits(n) >> 11) as f64 / (1u64 << 53) as f64,
        };
        let count = d.levels.len();
        ((share * count as f64) as usize).min(count - 1)
    };
    let levels: Vec<usize> = axes.iter().enumerate().map(level).collect();
    index(axes, &levels)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn axes(counts: &[usize]) -> Vec<Dimension> {
        let axis = |(a, &n): (usize, &usize)| Dimension {
            names: vec![format!("axis.{a}")],
            levels: (0..n).map(|l| vec![l.to_string()]).collect(),
        };
        counts.iter().enumerate().map(axis).collect()
    }

    #[test]
    fn draws_are_distinct_seeded_and_within_constraints() {
        let axes = axes(&[40, 50]);
        let below = Constraint::parse("axis.0 < axis.1", &axes).expect("a constraint");
        for search in [Search::Random, Search::Sobol] {
            let draw = |seed| drawn(search, &axes, std::slice::from_ref(&below), 100, seed);
            let found = draw(3);
            assert_eq!(found.len(), 100);
            assert!(found.windows(2).all(|p| p[0] < p[1]));
            assert!(found.iter().all(|&i| (i / 50) < (i % 50)));
            assert_eq!(found, draw(3));
            assert_ne!(found, draw(4));
        }
    }

    /// 64 points of a Sobol sequence put 16 into each quarter of either axis.
    #[test]
    fn a_sobol_sequence_is_even() {
        let axes = axes(&[1024, 1024]);
        let found = drawn(Search::Sobol, &axes, &[], 64, 1);
        for axis in [1024, 1] {
            let mut quarters = [0; 4];
            found
                .iter()
                .for_each(|i| quarters[(i / axis % 1024 / 256) as usize] += 1);
            assert_eq!(quarters, [16; 4]);
        }
    }

    #[test]
    fn a_small_grid_is_taken_whole() {
        assert_eq!(
            drawn(Search::Sobol, &axes(&[2, 3]), &[], 10, 0),
            [0, 1, 2, 3, 4, 5]
        );
    }
}
