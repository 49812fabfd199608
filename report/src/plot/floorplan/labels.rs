//! Where the name of a layer is written: in the longest row of its largest region on a chip.

use std::collections::{BTreeMap, BTreeSet};

/// A place for text, in tiles of a chip.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Spot {
    /// Leftmost tile of the row.
    pub x: u64,
    /// Its row.
    pub y: u64,
    /// Tiles of the row.
    pub width: u64,
}

/// For each layer on a chip, from the layer of each tile.
pub fn spots(tiles: &BTreeMap<(u64, u64), usize>) -> Vec<(usize, Spot)> {
    let layers: BTreeSet<usize> = tiles.values().copied().collect();
    let regions = regions(tiles);
    layers
        .into_iter()
        .filter_map(|layer| {
            let mine = regions.iter().filter(|(l, _)| *l == layer).map(|(_, r)| r);
            // The first of the largest.
            let region = mine.rev().max_by_key(|r| r.len())?;
            Some((layer, spot(region)?))
        })
        .collect()
}

/// Tiles of one layer that hang together.
fn regions(tiles: &BTreeMap<(u64, u64), usize>) -> Vec<(usize, BTreeSet<(u64, u64)>)> {
    let mut seen = BTreeSet::new();
    let mut out = Vec::new();
    for (&start, &layer) in tiles {
        if !seen.insert(start) {
            continue;
        }
        let mut region = BTreeSet::from([start]);
        let mut open = vec![start];
        while let Some((x, y)) = open.pop() {
            let near = [
                (x + 1, y),
                (x.wrapping_sub(1), y),
                (x, y + 1),
                (x, y.wrapping_sub(1)),
            ];
            for at in near {
                if tiles.get(&at) == Some(&layer) && seen.insert(at) {
                    region.insert(at);
                    open.push(at);
                }
            }
        }
        out.push((layer, region));
    }
    out
}

/// The longest row; of several the one nearest to the middle of the region.
fn spot(region: &BTreeSet<(u64, u64)>) -> Option<Spot> {
    let mut rows: Vec<Spot> = Vec::new();
    let mut by_row: Vec<(u64, u64)> = region.iter().map(|&(x, y)| (y, x)).collect();
    by_row.sort_unstable();
    for (y, x) in by_row {
        match rows.last_mut() {
            Some(s) if s.y == y && s.x + s.width == x => s.width += 1,
            _ => rows.push(Spot { x, y, width: 1 }),
        }
    }
    let middle = region.iter().map(|&(_, y)| y).sum::<u64>() / region.len() as u64;
    rows.into_iter()
        .min_by_key(|s| (std::cmp::Reverse(s.width), s.y.abs_diff(middle), s.y))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_goes_into_the_longest_row_of_the_largest_region() {
        // 0 0 1
        // 1 1 1
        // 0 1 1
        let rows = [[0, 0, 1], [1, 1, 1], [0, 1, 1]];
        let tile = |y: usize, x: usize| ((x as u64, y as u64), rows[y][x]);
        let tiles = (0..3).flat_map(|y| (0..3).map(move |x| tile(y, x)));
        let spots = spots(&tiles.collect());
        assert_eq!(
            spots[0],
            (
                0,
                Spot {
                    x: 0,
                    y: 0,
                    width: 2
                }
            )
        );
        assert_eq!(
            spots[1],
            (
                1,
                Spot {
                    x: 0,
                    y: 1,
                    width: 3
                }
            )
        );
    }
}
