//! What the crossbars of one layer send each other in a firing: partial sums to where they are added, and rows from the
//! crossbars that buffer them.

use super::copies::{Copies, LayerCopy};
use super::meet::Parcel;
use crate::map::LayerMap;
use crosscut_arch::Arch;
use std::collections::{BTreeMap, HashMap};
use std::ops::Range;

/// Sums passed between the tiles of a copy, tile by tile: by border between two of its pieces, onwards and backwards.
type Passed = (Vec<u64>, Vec<u64>);

/// Partial sums of copies that span several tiles. Each output ends in one of them, in proportion to the arrays there;
/// sums flow to it from either side, each tile adding its own to what it hands on.
pub(super) fn chained(map: &LayerMap, arch: &Arch, copies: &Copies) -> Vec<Parcel> {
    let mut known: HashMap<(usize, Vec<Range<u64>>), Passed> = HashMap::new();
    let mut out = Vec::new();
    for copy in copies.copies.iter().filter(|c| c.pieces.len() > 1) {
        let cut: Vec<Range<u64>> = copy.pieces.iter().map(|p| p.arrays.clone()).collect();
        let passed = known.entry((copy.width, cut));
        let (onwards, backwards) = passed.or_insert_with(|| passed_on(map, arch, copy));
        for (b, pair) in copy.pieces.windows(2).enumerate() {
            let [before, behind] = [pair[0].tile, pair[1].tile];
            for (from, to, sums) in [(before, behind, onwards[b]), (behind, before, backwards[b])] {
                if sums > 0 {
                    out.push(parcel(from, to, sums * copy.width as u64));
                }
            }
        }
    }
    out
}

fn parcel(from: u64, to: u64, values: u64) -> Parcel {
    Parcel {
        from,
        to: [to].into(),
        values: (u128::from(values), 1),
    }
}

fn passed_on(map: &LayerMap, arch: &Arch, copy: &LayerCopy) -> Passed {
    let outputs = map.geometry.output.c;
    let mut held: Vec<Option<(usize, usize)>> = vec![None; outputs];
    for_each_piece(map, arch, copy, |piece, output| {
        let (first, last) = held[output].unwrap_or((piece, piece));
        held[output] = Some((first.min(piece), last.max(piece)));
    });
    let arrays = copy.pieces.last().map_or(1, |p| p.arrays.end);
    let ends: Vec<usize> = copy
        .pieces
        .iter()
        .map(|p| (outputs as u64 * p.arrays.end / arrays) as usize)
        .collect();
    // Changes from border to border.
    let mut steps = [0, 1].map(|_| vec![0i64; copy.pieces.len() + 1]);
    for (output, held) in held.iter().enumerate() {
        let Some((first, last)) = *held else {
            continue;
        };
        let goal = ends.partition_point(|&end| end <= output);
        for (way, from, to) in [(0, first, goal), (1, goal, last)] {
            if from < to {
                steps[way][from] += 1;
                steps[way][to] -= 1;
            }
        }
    }
    let sums = |steps: &[i64]| {
        let mut sum = 0;
        let borders = steps.iter().take(copy.pieces.len() - 1);
        borders
            .map(|s| {
                sum += s;
                sum as u64
            })
            .collect()
    };
    (sums(&steps[0]), sums(&steps[1]))
}

/// Every array of a copy and every output in it, as the piece that holds it.
fn for_each_piece(
    map: &LayerMap,
    arch: &Arch,
    copy: &LayerCopy,
    mut seen: impl FnMut(usize, usize),
) {
    let kout = map.kout(arch, copy.width).max(1);
    let mut piece = 0;
    for block in copy.blocks.iter() {
        for (n, array) in block.arrays.clone().enumerate() {
            while copy.pieces[piece].arrays.end <= array {
                piece += 1;
            }
            // Channel groups that share an array have all their outputs in it.
            let (skip, take) = match block.groups.len() {
                1 => (n * kout, kout),
                _ => (0, usize::MAX),
            };
            for group in &map.row_groups[block.groups.clone()] {
                for output in group.outputs.iter().skip(skip).take(take) {
                    seen(piece, output);
                }
            }
        }
    }
}

/// Partial sums on their way to the crossbars that add them, all of each firing.
pub(super) fn to_adders(map: &LayerMap, arch: &Arch, copies: &Copies) -> Vec<Parcel> {
    let outputs = map.geometry.output.c;
    let mut out = Vec::new();
    for copy in copies.copies.iter().filter(|c| !c.adders.is_empty()) {
        let adders = copy.adders.len();
        let mut sums: BTreeMap<(u64, u64), u64> = BTreeMap::new();
        for_each_piece(map, arch, copy, |piece, output| {
            let adder = copy.adders[((output + 1) * adders - 1) / outputs];
            *sums.entry((copy.pieces[piece].tile, adder)).or_default() += copy.width as u64;
        });
        let sums = sums.into_iter().filter(|((from, to), _)| from != to);
        out.extend(sums.map(|((from, to), n)| parcel(from, to, n)));
    }
    out
}

/// Rows on their way from the crossbars that buffer them to the arrays that are driven by them, all of each firing.
pub(super) fn from_buffers(map: &LayerMap, copies: &Copies) -> Vec<Parcel> {
    let mut out = Vec::new();
    for copy in &copies.copies {
        for (&from, block) in copy.buffers.iter().zip(copy.blocks.iter()) {
            let first = copy
                .pieces
                .partition_point(|p| p.arrays.end <= block.arrays.start);
            let pieces = copy.pieces[first..].iter();
            let pieces = pieces.take_while(|p| p.arrays.start < block.arrays.end);
            let mut to: Vec<u64> = pieces.map(|p| p.tile).filter(|&t| t != from).collect();
            to.dedup();
            let groups = map.row_groups[block.groups.clone()].iter();
            let rows: usize = groups
                .filter(|g| !g.outputs.is_empty())
                .map(|g| map.physical_rows(g, copy.width))
                .sum();
            if !to.is_empty() {
                out.push(Parcel {
                    from,
                    to: to.into(),
                    values: (rows as u128, 1),
                });
            }
        }
    }
    out
}
