//! The messages of one block: what is sent from where meets what is needed where.
//!
//! Values that leave the same tile for the same tiles are one message. Blocks of producer and consumer that do not line up
//! meet differently from block to block; a message then has the mean size over all ways in which they meet. Where the
//! list would be long, tiles that follow each other are sent the same, in twos, fours and so on.

use super::layout::Layout;
use super::takers::{Axis, Takers};
use rustc_hash::FxHashMap as HashMap;
use std::sync::Arc;

/// Values on their way from one tile to others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Parcel {
    pub from: u64,
    /// Ascending, without the tile they come from.
    pub to: Arc<[u64]>,
    /// Values of a block, as a fraction.
    pub values: (u128, u128),
}

/// Input rows of a block (or columns) and the consumer's rows that look at them.
struct Meeting {
    /// Sets of rows of a consumer's block.
    sets: Vec<Vec<usize>>,
    /// By row of the producer's block: sets that look at it, in how many of the ways in which blocks meet.
    by_row: Vec<Vec<(usize, u64)>>,
    /// Ways in which blocks meet.
    ways: u64,
}

impl Meeting {
    fn of(axis: &Axis, rows: usize) -> Meeting {
        let period = axis.period();
        let common = gcd(rows, period);
        let mut sets: Vec<Vec<usize>> = Vec::new();
        let of_period: Vec<usize> = (0..period)
            .map(|at| {
                let looking = axis.looking(at);
                let known = sets.iter().position(|s| *s == looking);
                known.unwrap_or_else(|| {
                    sets.push(looking);
                    sets.len() - 1
                })
            })
            .collect();
        let by_row = (0..rows).map(|row| {
            let mut met: Vec<(usize, u64)> = Vec::new();
            for at in (row % common..period).step_by(common) {
                let set = of_period[at];
                match met.iter_mut().find(|m| m.0 == set) {
                    Some(m) => m.1 += 1,
                    None => met.push((set, 1)),
                }
            }
            met
        });
        Meeting {
            by_row: by_row.collect(),
            ways: (period / common) as u64,
            sets,
        }
    }
}

fn gcd(a: usize, b: usize) -> usize {
    if b == 0 { a } else { gcd(b, a % b) }
}

/// Sets of tiles by number.
#[derive(Default)]
struct Sets {
    numbers: HashMap<Vec<u64>, u32>,
    list: Vec<Vec<u64>>,
}

impl Sets {
    fn number(&mut self, tiles: Vec<u64>) -> u32 {
        if let Some(&n) = self.numbers.get(&tiles) {
            return n;
        }
        let n = self.list.len() as u32;
        self.list.push(tiles.clone());
        self.numbers.insert(tiles, n);
        n
    }
}

/// Parcels of a block of `values` / `blocks` values; more than `most` only if there are more senders.
pub(super) fn parcels(
    layout: &Layout,
    takers: &Takers,
    (values, blocks): (u64, u64),
    most: usize,
) -> Vec<Parcel> {
    let [down, across] = [0, 1].map(|a| Meeting::of(&takers.axes[a], layout.extent[a]));
    // How often positions of a spread meet rows and columns of the consumer.
    let mut met: HashMap<(u32, usize, usize), u64> = HashMap::default();
    for (y, rows) in down.by_row.iter().enumerate() {
        for (x, columns) in across.by_row.iter().enumerate() {
            let spread = layout.at(y, x);
            for &(row, n) in rows {
                for &(column, m) in columns {
                    *met.entry((spread, row, column)).or_default() += n * m;
                }
            }
        }
    }
    let mut sets = Sets::default();
    let mut needed: HashMap<(usize, usize), Vec<u32>> = HashMap::default();
    let mut sent: HashMap<(u64, u32), u64> = HashMap::default();
    type Kinds = Vec<(u64, Vec<(usize, u64)>)>;
    let kinds: Vec<Kinds> = layout
        .spreads
        .iter()
        .map(|shares| {
            let of_share = |s: &super::layout::Share| (s.tile, kinds(takers, s.maps.clone()));
            shares.iter().map(of_share).collect()
        })
        .collect();
    for ((spread, row, column), times) in met {
        let tiles = needed.entry((row, column)).or_insert_with(|| {
            let tiles = takers.tiles(&down.sets[row], &across.sets[column]);
            tiles.into_iter().map(|t| sets.number(t)).collect()
        });
        for (from, kinds) in &kinds[spread as usize] {
            for &(kind, maps) in kinds {
                *sent.entry((*from, tiles[kind])).or_default() += times * maps;
            }
        }
    }
    let mut together = 1;
    let all: Vec<u64> = {
        let mut all: Vec<u64> = sets.list.iter().flatten().copied().collect();
        all.sort_unstable();
        all.dedup();
        all
    };
    loop {
        let found = without_sender(&sent, &sets);
        let last =
            all.last().map_or(0, |l| l / together) == all.first().map_or(0, |f| f / together);
        if found.len() <= most || last {
            let positions = (layout.extent[0] * layout.extent[1] * layout.maps) as u128;
            let ways = u128::from(down.ways * across.ways);
            let mut out: Vec<Parcel> = found
                .into_iter()
                .map(|((from, to), n)| Parcel {
                    from,
                    to: to.into(),
                    values: (
                        u128::from(n) * u128::from(values),
                        positions * ways * u128::from(blocks),
                    ),
                })
                .collect();
            out.sort_unstable_by(|a, b| (a.from, &a.to).cmp(&(b.from, &b.to)));
            return out;
        }
        together *= 2;
        let mut coarse = Sets::default();
        let mut merged: HashMap<(u64, u32), u64> = HashMap::default();
        for (&(from, set), &n) in &sent {
            let wide = widened(&sets.list[set as usize], &all, together);
            *merged.entry((from, coarse.number(wide))).or_default() += n;
        }
        (sets, sent) = (coarse, merged);
    }
}

/// Maps of a range by kind.
fn kinds(takers: &Takers, maps: std::ops::Range<usize>) -> Vec<(usize, u64)> {
    let mut out: Vec<(usize, u64)> = Vec::new();
    for kind in takers.kind_of[maps].iter().flatten() {
        let kind = *kind as usize;
        match out.iter_mut().rev().find(|k| k.0 == kind) {
            Some(k) => k.1 += 1,
            None => out.push((kind, 1)),
        }
    }
    out
}

/// What leaves its tile: by sender and receivers, the sender not among them.
fn without_sender(sent: &HashMap<(u64, u32), u64>, sets: &Sets) -> HashMap<(u64, Vec<u64>), u64> {
    let mut out: HashMap<(u64, Vec<u64>), u64> = HashMap::default();
    for (&(from, set), &n) in sent {
        let mut to = sets.list[set as usize].clone();
        to.retain(|&t| t != from);
        if !to.is_empty() {
            *out.entry((from, to)).or_default() += n;
        }
    }
    out
}

/// All tiles that have the same number as one of `tiles` when counted in groups.
fn widened(tiles: &[u64], all: &[u64], together: u64) -> Vec<u64> {
    let mut out = Vec::new();
    for group in tiles.iter().map(|t| t / together) {
        let from = all.partition_point(|&t| t < group * together);
        let to = all.partition_point(|&t| t < (group + 1) * together);
        if out.last().is_none_or(|&l| l < all[from]) {
            out.extend_from_slice(&all[from..to]);
        }
    }
    out
}
