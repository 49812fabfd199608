//! Which tile needs which values of a block: the maps of its own row groups, at the positions its own copies look at.
//!
//! Maps with the same part in the same takers are a *kind*; everything is worked out kind by kind. What a taker needs is a
//! run of *cells*: a layer's row groups cut wherever a tile of some copy begins or ends, or a station's maps cut wherever a
//! share of them does.

use super::copies::Copies;
use super::layout::{Layout, positions};
use super::{Blocks, Window};
use crate::map::LayerMap;
use crosscut_traces::Shape;
use rustc_hash::FxHashMap as HashMap;
use std::collections::BTreeSet;
use std::ops::Range;

/// A tile and the cells it needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Taker {
    pub tile: u64,
    pub cells: Range<u32>,
}

/// Which positions of a consumer's block look at an input row (or column).
#[derive(Debug, Clone)]
pub(super) enum Axis {
    /// All of them, wherever it lies.
    All(usize),
    /// Those whose window it lies in.
    Window {
        /// Rows of a block.
        block: usize,
        stride: usize,
        pad: usize,
        /// Offsets within a window.
        taps: Vec<usize>,
        /// Rows of the input after which the pattern repeats.
        period: usize,
        /// Rows of the output if one block has all of them.
        whole: Option<usize>,
    },
}

impl Axis {
    fn of(window: Window, axis: usize, dilation: usize, blocks: &Blocks, input: usize) -> Axis {
        let (block, size) = match axis {
            0 => (blocks.rows, blocks.height),
            _ => (blocks.columns, blocks.width),
        };
        let Window::Sliding { reach, stride, pad } = window else {
            return Axis::All(block);
        };
        let whole = block >= size;
        Axis::Window {
            block,
            stride: stride[axis],
            pad: pad[axis],
            taps: (0..reach[axis]).step_by(dilation).collect(),
            period: if whole { input } else { stride[axis] * block },
            whole: whole.then_some(size),
        }
    }

    /// Rows of the input after which the pattern repeats.
    pub fn period(&self) -> usize {
        match self {
            Axis::All(_) => 1,
            Axis::Window { period, .. } => *period,
        }
    }

    /// Rows of a block that look at input row `at` of a period.
    pub fn looking(&self, at: usize) -> Vec<usize> {
        match self {
            Axis::All(block) => (0..*block).collect(),
            Axis::Window {
                block,
                stride,
                pad,
                taps,
                whole,
                ..
            } => {
                let outputs = taps.iter().filter_map(|tap| {
                    let from = (at + pad) as i64 - *tap as i64;
                    let output = from.div_euclid(*stride as i64);
                    let inside = whole.is_none_or(|size| (0..size as i64).contains(&output));
                    (from.rem_euclid(*stride as i64) == 0 && inside)
                        .then(|| output.rem_euclid(*block as i64) as usize)
                });
                outputs.collect::<BTreeSet<_>>().into_iter().collect()
            }
        }
    }
}

/// Who needs what of the values that come over an edge.
#[derive(Debug, Clone)]
pub(super) struct Takers {
    /// Down and across.
    pub axes: [Axis; 2],
    columns: usize,
    /// By position of a block, row by row: which of `groups`.
    at: Vec<u32>,
    groups: Vec<Vec<Taker>>,
    /// By map of the producer: its kind, if anyone needs it.
    pub kind_of: Vec<Option<u32>>,
    /// Cells of each kind.
    kinds: Vec<Vec<u32>>,
}

impl Takers {
    /// A layer with crossbars takes values of shape `held`.
    pub fn of_layer(
        map: &LayerMap,
        copies: &Copies,
        window: Window,
        blocks: &Blocks,
        held: Shape,
    ) -> Takers {
        // What each tile needs, as a run of row groups.
        let runs: Vec<Vec<(u64, Range<usize>)>> = copies
            .copies
            .iter()
            .map(|copy| match copy.buffers.is_empty() {
                true => {
                    let block_of = |array: u64| {
                        let at = copy.blocks.partition_point(|b| b.arrays.end <= array);
                        copy.blocks[at].groups.clone()
                    };
                    let run = |p: &super::copies::Piece| {
                        let groups = block_of(p.arrays.start).start..block_of(p.arrays.end - 1).end;
                        (p.tile, groups)
                    };
                    copy.pieces.iter().map(run).collect()
                }
                false => {
                    let buffers = copy.buffers.iter().zip(copy.blocks.iter());
                    buffers.map(|(&tile, b)| (tile, b.groups.clone())).collect()
                }
            })
            .collect();
        let cuts = cuts(runs.iter().flatten().map(|r| &r.1));
        let cell = |group: usize| cuts.partition_point(|&c| c <= group) as u32;
        let groups = taken(&runs, &cuts);
        // A map of the producer is one or several of the layer's input maps (a flattened image has one a value).
        let (taps, inside) = (
            map.geometry.taps(),
            map.geometry.input.h * map.geometry.input.w,
        );
        let per_map = (held.h * held.w).max(1);
        let mut cells: Vec<Vec<u32>> = vec![Vec::new(); held.c];
        for (n, group) in map.row_groups.iter().enumerate() {
            if !group.is_live() {
                continue;
            }
            let cell = cell(n);
            for row in group.rows.iter() {
                let input = row / taps;
                let (from, to) = (
                    input * inside / per_map,
                    ((input + 1) * inside - 1) / per_map,
                );
                let last = held.c - 1;
                for own in &mut cells[from.min(last)..=to.min(last)] {
                    if own.last() != Some(&cell) {
                        own.push(cell);
                    }
                }
            }
        }
        let input = [held.h, held.w];
        let axis = |a: usize| Axis::of(window, a, map.geometry.dilation[a], blocks, input[a]);
        let slice = |x: usize| (x / map.unroll).min(copies.slices - 1);
        let at = positions([blocks.rows, blocks.columns], |y, x| {
            (y * copies.slices + slice(x)) as u32
        });
        Takers::new([axis(0), axis(1)], blocks.columns, at, groups, cells)
    }

    /// A station without crossbars takes values of shape `held` where its own values are, as the given maps of its own.
    pub fn of_layout(
        layout: &Layout,
        window: Window,
        blocks: &Blocks,
        held: Shape,
        maps: Range<usize>,
    ) -> Takers {
        let run = |s: &super::layout::Share| (s.tile, s.maps.clone());
        let runs: Vec<Vec<_>> = layout
            .spreads
            .iter()
            .map(|shares| shares.iter().map(run).collect())
            .collect();
        let cuts = cuts(runs.iter().flatten().map(|r| &r.1));
        let groups = taken(&runs, &cuts);
        let cell = |map: usize| cuts.partition_point(|&c| c <= map) as u32;
        let own = |m: usize| maps.start + m * maps.len() / held.c;
        let cells = (0..held.c).map(|m| vec![cell(own(m))]).collect();
        let input = [held.h, held.w];
        let axis = |a: usize| Axis::of(window, a, 1, blocks, input[a]);
        let at = positions(layout.extent, |y, x| layout.at(y, x));
        Takers::new([axis(0), axis(1)], layout.extent[1], at, groups, cells)
    }

    fn new(
        axes: [Axis; 2],
        columns: usize,
        at: Vec<u32>,
        groups: Vec<Vec<Taker>>,
        mut cells: Vec<Vec<u32>>,
    ) -> Takers {
        let mut numbers: HashMap<Vec<u32>, u32> = HashMap::default();
        let mut kinds = Vec::new();
        let kind_of = cells.iter_mut().map(|own| {
            own.sort_unstable();
            own.dedup();
            (!own.is_empty()).then(|| {
                *numbers.entry(own.clone()).or_insert_with(|| {
                    kinds.push(own.clone());
                    kinds.len() as u32 - 1
                })
            })
        });
        let kind_of = kind_of.collect();
        Takers {
            axes,
            columns,
            at,
            groups,
            kind_of,
            kinds,
        }
    }

    /// Tiles that need each kind of map at a position which the given rows and columns of a block look at.
    pub fn tiles(&self, rows: &[usize], columns: &[usize]) -> Vec<Vec<u64>> {
        let looking = rows.iter().flat_map(|&y| {
            let row = &self.at[y * self.columns..];
            columns.iter().map(move |&x| row[x])
        });
        let groups: BTreeSet<u32> = looking.collect();
        let takers = || groups.iter().flat_map(|&g| &self.groups[g as usize]);
        let of_kind = |cells: &Vec<u32>| {
            let needs = |t: &&Taker| {
                let first = cells.partition_point(|&c| c < t.cells.start);
                cells.get(first).is_some_and(|&c| c < t.cells.end)
            };
            let tiles: BTreeSet<u64> = takers().filter(needs).map(|t| t.tile).collect();
            tiles.into_iter().collect()
        };
        self.kinds.iter().map(of_kind).collect()
    }
}

/// Where any run begins or ends, ascending.
fn cuts<'a>(runs: impl Iterator<Item = &'a Range<usize>>) -> Vec<usize> {
    let ends = runs.flat_map(|r| [r.start, r.end]);
    ends.collect::<BTreeSet<_>>().into_iter().collect()
}

/// Runs as runs of cells: the cell of something is the number of cuts up to it.
fn taken(runs: &[Vec<(u64, Range<usize>)>], cuts: &[usize]) -> Vec<Vec<Taker>> {
    let number = |at: usize| cuts.partition_point(|&c| c <= at) as u32;
    let taker = |(tile, run): &(u64, Range<usize>)| Taker {
        tile: *tile,
        cells: number(run.start)..number(run.end),
    };
    runs.iter()
        .map(|of_copy| of_copy.iter().map(taker).collect())
        .collect()
}
