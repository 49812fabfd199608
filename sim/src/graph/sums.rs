//! What the crossbars of one layer send each other in a firing: partial sums to where they are added, and rows from the
//! crossbars that buffer them.

use super::copies::{Copies, LayerCopy};
use super::meet::Parcel;
use crate::map::LayerMap;
use crosscut_arch::Arch;
use rustc_hash::FxHashMap as HashMap;
use std::collections::BTreeMap;
use std::ops::Range;

/// Sums passed between the tiles of a copy, tile by tile: by border between two of its pieces, onwards and backwards.
type Passed = (Vec<u64>, Vec<u64>);

/// Consecutive outputs whose first and last array of a copy are the same.
struct Run {
    outputs: Range<usize>,
    arrays: [u64; 2],
}

/// Partial sums of copies that span several tiles. Each output ends in one of them, in proportion to the arrays there;
/// sums flow to it from either side, each tile adding its own to what it hands on.
pub(super) fn chained(map: &LayerMap, arch: &Arch, copies: &Copies) -> Vec<Parcel> {
    let mut runs: HashMap<usize, Vec<Run>> = HashMap::default();
    let mut known: HashMap<(usize, Vec<u64>), Passed> = HashMap::default();
    let mut out = Vec::new();
    for copy in copies.copies.iter().filter(|c| c.pieces.len() > 1) {
        let ends: Vec<u64> = copy.pieces.iter().map(|p| p.arrays.end).collect();
        let passed = known.entry((copy.width, ends));
        let (onwards, backwards) = passed.or_insert_with_key(|(width, ends)| {
            let runs = runs
                .entry(*width)
                .or_insert_with(|| runs_of(map, arch, copy));
            passed_on(runs, ends, map.geometry.output.c)
        });
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

/// The outputs of a layer by the arrays of a copy that hold them. It is the same for all copies of a width.
fn runs_of(map: &LayerMap, arch: &Arch, copy: &LayerCopy) -> Vec<Run> {
    let mut held: Vec<Option<[u64; 2]>> = vec![None; map.geometry.output.c];
    for_each_array(map, arch, copy, |array, output| {
        let [first, last] = held[output].unwrap_or([array; 2]);
        held[output] = Some([first.min(array), last.max(array)]);
    });
    let mut runs: Vec<Run> = Vec::new();
    for (output, arrays) in held.into_iter().enumerate() {
        let Some(arrays) = arrays else { continue };
        match runs.last_mut() {
            Some(run) if run.arrays == arrays && run.outputs.end == output => {
                run.outputs.end += 1;
            }
            _ => runs.push(Run {
                outputs: output..output + 1,
                arrays,
            }),
        }
    }
    runs
}

/// What a copy passes on whose pieces end with the given arrays.
fn passed_on(runs: &[Run], ends: &[u64], outputs: usize) -> Passed {
    let arrays = ends.last().copied().unwrap_or(1);
    let share = |end: &u64| (outputs as u64 * end / arrays) as usize;
    let goals: Vec<usize> = ends.iter().map(share).collect();
    let piece = |array: u64| ends.partition_point(|&end| end <= array);
    // Changes from border to border.
    let mut steps = [0, 1].map(|_| vec![0i64; ends.len() + 1]);
    for run in runs {
        let [first, last] = run.arrays.map(piece);
        let mut at = run.outputs.start;
        while at < run.outputs.end {
            let goal = goals.partition_point(|&end| end <= at);
            let end = run.outputs.end.min(goals[goal]);
            for (way, from, to) in [(0, first, goal), (1, goal, last)] {
                if from < to {
                    steps[way][from] += (end - at) as i64;
                    steps[way][to] -= (end - at) as i64;
                }
            }
            at = end;
        }
    }
    let sums = |steps: &[i64]| {
        let mut sum = 0;
        let borders = steps.iter().take(ends.len() - 1);
        borders
            .map(|s| {
                sum += s;
                sum as u64
            })
            .collect()
    };
    (sums(&steps[0]), sums(&steps[1]))
}

/// Every array of a copy with every output in it, in order of array.
fn for_each_array(map: &LayerMap, arch: &Arch, copy: &LayerCopy, mut seen: impl FnMut(u64, usize)) {
    let kout = map.kout(arch, copy.width).max(1) as u64;
    for block in copy.blocks.iter() {
        // Channel groups that share an array have all their outputs in it.
        let per_array = match block.groups.len() {
            1 => kout,
            _ => u64::MAX,
        };
        for group in &map.row_groups[block.groups.clone()] {
            for (n, output) in (0..).zip(group.outputs.iter()) {
                seen(block.arrays.start + n / per_array, output);
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
        let mut piece = 0;
        for_each_array(map, arch, copy, |array, output| {
            while copy.pieces[piece].arrays.end <= array {
                piece += 1;
            }
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
                .filter(|g| g.is_live())
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
