//! NSGA-II over the levels of axes (Deb et al., IEEE Trans. Evol. Comput. 6(2), 2002): fast non-dominated ranks,
//! crowding distance, binary tournaments, uniform crossover. A mutation moves an axis by one level, or anywhere.

use crosscut_report::sweep::front::no_worse;
use crosscut_report::sweep::{Dimension, index, levels};
use crosscut_traces::random::Key;
use std::collections::BTreeSet;

/// A point with what it is judged by, less being better; none if it has no figures or breaks a constraint.
#[derive(Debug, Clone, PartialEq)]
pub struct Judged {
    /// Its place in the grid.
    pub index: u64,
    /// Its figures.
    pub costs: Option<Vec<f64>>,
}

/// Points of a generation.
pub fn population(axes: &[Dimension]) -> usize {
    (8 * axes.iter().filter(|d| d.levels.len() > 1).count()).clamp(16, 64)
}

/// The best of parents and children, as many as a generation holds, best first.
pub fn survivors(mut all: Vec<Judged>, most: usize) -> Vec<Judged> {
    all.sort_by_key(|j| j.index);
    all.dedup_by_key(|j| j.index);
    let mut kept = Vec::new();
    for rank in ranks(&all) {
        let crowding = crowding(&all, &rank);
        let mut order: Vec<usize> = (0..rank.len()).collect();
        order.sort_by(|&a, &b| {
            crowding[b]
                .total_cmp(&crowding[a])
                .then(rank[a].cmp(&rank[b]))
        });
        kept.extend(order.into_iter().map(|i| all[rank[i]].clone()));
        if kept.len() >= most {
            break;
        }
    }
    kept.truncate(most);
    kept
}

/// Points by rank: the first rank is beaten by nobody, the next only by the first. What has no figures comes last.
fn ranks(all: &[Judged]) -> Vec<Vec<usize>> {
    let costs = |n: usize| all[n].costs.as_deref();
    let beats = |a: usize, b: usize| match (costs(a), costs(b)) {
        (Some(x), Some(y)) => no_worse(x, y) && !no_worse(y, x),
        (Some(_), None) => true,
        _ => false,
    };
    let mut left: Vec<usize> = (0..all.len()).collect();
    let mut ranks = Vec::new();
    while !left.is_empty() {
        let (rank, rest): (Vec<usize>, Vec<usize>) = left
            .iter()
            .copied()
            .partition(|&n| !left.iter().any(|&m| beats(m, n)));
        ranks.push(rank);
        left = rest;
    }
    ranks
}

/// How far each point of a rank is from its neighbours; the ends are infinitely far.
fn crowding(all: &[Judged], rank: &[usize]) -> Vec<f64> {
    let mut distance = vec![0.0; rank.len()];
    let figures = all[rank[0]].costs.as_ref().map_or(0, Vec::len);
    for f in 0..figures {
        let value = |i: usize| all[rank[i]].costs.as_ref().map_or(0.0, |c| c[f]);
        let mut order: Vec<usize> = (0..rank.len()).collect();
        order.sort_by(|&a, &b| value(a).total_cmp(&value(b)).then(a.cmp(&b)));
        let (first, last) = (order[0], order[order.len() - 1]);
        let span = value(last) - value(first);
        (distance[first], distance[last]) = (f64::INFINITY, f64::INFINITY);
        if span > 0.0 && span.is_finite() {
            for w in order.windows(3) {
                distance[w[1]] += (value(w[2]) - value(w[0])) / span;
            }
        }
    }
    distance
}

/// Children of a generation (best first) that were never asked for before: `seen` knows which were.
pub fn children(
    axes: &[Dimension],
    parents: &[Judged],
    count: usize,
    seen: &BTreeSet<u64>,
    key: Key,
) -> Vec<u64> {
    /// Draws in vain per child.
    const PATIENCE: u64 = 50;
    let mut found = BTreeSet::new();
    for n in 0..count as u64 * PATIENCE {
        let mut dice = Dice {
            key: key.child(n),
            at: 0,
        };
        let mut parent = || {
            // Parents come best first: the one that stands further in front wins.
            let place = dice.below(parents.len()).min(dice.below(parents.len()));
            levels(axes, parents[place].index)
        };
        let (a, b) = (parent(), parent());
        let several = axes.iter().filter(|d| d.levels.len() > 1).count().max(1);
        let mut child = Vec::with_capacity(axes.len());
        for (axis, d) in axes.iter().enumerate() {
            let level = if dice.below(2) == 0 { a[axis] } else { b[axis] };
            let count = d.levels.len();
            child.push(match dice.below(3 * several) {
                0 => dice.below(count),
                1 => (level + 1).min(count - 1),
                2 => level.saturating_sub(1),
                _ => level,
            });
        }
        let child = index(axes, &child);
        if !seen.contains(&child) {
            found.insert(child);
        }
        if found.len() == count {
            break;
        }
    }
    found.into_iter().collect()
}

struct Dice {
    key: Key,
    at: u64,
}

impl Dice {
    fn below(&mut self, n: usize) -> usize {
        self.at += 1;
        // The bias of a remainder is below 2^-40 here.
        (self.key.bits(self.at) % n.max(1) as u64) as usize
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn axes() -> Vec<Dimension> {
        let axis = |n: usize| Dimension {
            names: vec![format!("a{n}")],
            levels: (0..100).map(|l| vec![l.to_string()]).collect(),
        };
        (0..3).map(axis).collect()
    }

    /// Two figures that pull the first axis apart and want the others at 70 and 20: the front is known.
    fn judge(index: u64) -> Judged {
        let l = levels(&axes(), index);
        let [x, y, z] = [l[0] as f64, l[1] as f64 - 70.0, l[2] as f64 - 20.0];
        let off = y.abs() + z.abs();
        let costs = Some(vec![x + off, 99.0 - x + off]);
        Judged { index, costs }
    }

    #[test]
    fn it_finds_a_front_that_chance_does_not() {
        let axes = axes();
        let size = population(&axes);
        let key = Key::new(5).named("test");
        let off = |j: &Judged| {
            let c = j.costs.as_ref().expect("figures");
            (c[0] + c[1] - 99.0) / 2.0
        };
        let mut seen: BTreeSet<u64> = (0..size as u64).map(|n| key.bits(n) % 1_000_000).collect();
        let mut parents = survivors(seen.iter().map(|&i| judge(i)).collect(), size);
        let begun = off(&parents[0]);
        for generation in 0..40 {
            let next = children(&axes, &parents, size, &seen, key.child(generation));
            seen.extend(&next);
            let children = next.into_iter().map(judge);
            parents = survivors(parents.iter().cloned().chain(children).collect(), size);
        }
        let best = parents.iter().map(off).fold(f64::INFINITY, f64::min);
        assert!(best <= 1.0 && begun > 5.0, "{begun} became {best}");
        let drawn =
            (0..seen.len() as u64).map(|n| off(&judge(key.named("chance").bits(n) % 1_000_000)));
        assert!(best < drawn.fold(f64::INFINITY, f64::min));
    }

    #[test]
    fn the_beaten_and_the_broken_go_first() {
        let judged = |index: u64, costs: &[f64]| Judged {
            index,
            costs: (!costs.is_empty()).then(|| costs.to_vec()),
        };
        let all = vec![
            judged(0, &[]),
            judged(1, &[2.0, 2.0]),
            judged(2, &[1.0, 1.0]),
            judged(3, &[0.0, 3.0]),
        ];
        let kept: Vec<u64> = survivors(all, 3).iter().map(|j| j.index).collect();
        assert_eq!(kept, [2, 3, 1]);
    }
}
