//! What values do to the arrays of a layer: which rows carry something, which cells conduct. Energy of reads goes by it.
//!
//! Rows are counted as reads drive them: a row counts for every array it stands in, and for every position and input step. An
//! input of several bits a step counts as active if it is not 0. Cells are those that hold a weight.

use crate::func::cells::encode::Encoding;
use crate::func::cells::layout::Layout;
use crate::func::cells::selection::Selection;
use crate::func::ratio::ratio;
use ndarray::ArrayView2;
use serde::{Deserialize, Serialize};

/// Counts of one layer over all images seen.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ActivityCounts {
    /// Rows driven in one input step.
    pub rows: u64,
    /// Those that carry something, by input step, least significant first.
    pub active: Vec<u64>,
    /// Reads of arrays in one input step.
    pub reads: u64,
    /// Those of which no row carries anything, by input step.
    pub empty: Vec<u64>,
    /// Input steps up to the last one in which a row carries something, summed over `reads`.
    pub needed: u64,
}

impl ActivityCounts {
    /// Adds another run's counts.
    pub fn merge(&mut self, o: &ActivityCounts) {
        self.rows += o.rows;
        self.reads += o.reads;
        self.needed += o.needed;
        for (to, from) in [(&mut self.active, &o.active), (&mut self.empty, &o.empty)] {
            to.resize(to.len().max(from.len()), 0);
            to.iter_mut().zip(from).for_each(|(a, b)| *a += b);
        }
    }
}

/// Measured activity of one layer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LayerActivity {
    /// Rows driven in one input step, all images.
    pub rows: u64,
    /// Reads of arrays in one input step, all images.
    pub reads: u64,
    /// Share of the driven rows that carry something, by input step, least significant first.
    pub inputs: Vec<f64>,
    /// The same over all steps.
    pub mean_input: f64,
    /// Share of the reads of which no row carries anything.
    pub empty_reads: f64,
    /// Input steps up to the last one in which a row carries something, mean over the reads: what a machine takes that skips
    /// steps of zeros.
    pub needed_steps: f64,
    /// Where the mean cell lies between the lowest level (0) and the highest (1), by weight slice.
    pub cells: Vec<f64>,
    /// The same over all weight slices.
    pub mean_cell: f64,
}

/// Rows that one read drives together.
struct ReadRows {
    channel_group: usize,
    rows: Selection,
    /// Arrays they stand in.
    arrays: u64,
}

/// What is known of the activity of a layer before any image, and how to measure the rest.
pub struct ActivityMeter {
    reads: Vec<ReadRows>,
    encoding: Encoding,
    /// Sum of levels, and cells, by weight slice.
    levels: Vec<[u64; 2]>,
}

impl ActivityMeter {
    /// Of a layer's blocks.
    pub fn new(layout: &Layout<'_>) -> ActivityMeter {
        let e = layout.encoding;
        let mut levels = vec![[0; 2]; e.weight_slices];
        let mut reads = Vec::new();
        for block in &layout.blocks {
            let of_block = layout.levels(block);
            for (weight_slice, [sum, cells]) in levels.iter_mut().enumerate() {
                for o in 0..block.outputs.len() {
                    let (plus, minus) = of_block.column(weight_slice, o);
                    let level = |v: &[u16]| v.iter().map(|&l| u64::from(l)).sum::<u64>();
                    *sum += level(plus) + level(minus);
                    *cells += (plus.len() + minus.len()) as u64;
                }
            }
            reads.push(ReadRows {
                channel_group: block.channel_group,
                rows: block.rows.clone(),
                arrays: block.arrays().count() as u64,
            });
        }
        ActivityMeter {
            reads,
            encoding: e,
            levels,
        }
    }

    /// Counts the inputs of one channel group: positions x rows of codes.
    pub fn see(&self, channel_group: usize, patches: ArrayView2<'_, i32>, to: &mut ActivityCounts) {
        let e = &self.encoding;
        to.active.resize(e.steps, 0);
        to.empty.resize(e.steps, 0);
        let patches = patches.as_standard_layout();
        let shift = if e.shifted() {
            1 << (e.input_bits - 1)
        } else {
            0
        };
        let masks: Vec<u32> = (0..e.steps as u32)
            .map(|step| {
                let bits = e.dac_bits.min(e.input_bits - step * e.dac_bits);
                ((1 << bits) - 1) << (step * e.dac_bits)
            })
            .collect();
        let mut codes = Vec::new();
        let mine = |r: &&ReadRows| r.channel_group == channel_group;
        for read in self.reads.iter().filter(mine) {
            for position in patches.rows() {
                let position = position.to_slice().expect("standard layout");
                let rows = match read.rows.start() {
                    Some(first) => &position[first..][..read.rows.len()],
                    None => {
                        codes.clear();
                        codes.extend(read.rows.indices().iter().map(|&r| position[r]));
                        &codes[..]
                    }
                };
                to.rows += read.arrays * rows.len() as u64;
                to.reads += read.arrays;
                let mut needed = 0;
                for (step, &mask) in masks.iter().enumerate() {
                    let carries = |&v: &i32| u32::from((v + shift) as u32 & mask != 0);
                    let active: u32 = rows.iter().map(carries).sum();
                    to.active[step] += read.arrays * u64::from(active);
                    if active == 0 {
                        to.empty[step] += read.arrays;
                    } else {
                        needed = step as u64 + 1;
                    }
                }
                to.needed += read.arrays * needed;
            }
        }
    }

    /// Shares, from the counts of all images.
    pub fn of(&self, counts: &ActivityCounts) -> LayerActivity {
        let steps = self.encoding.steps as f64;
        let share = |n: u64, of: u64| ratio(n as f64, of as f64);
        let sum = |all: &[u64]| all.iter().sum::<u64>() as f64;
        let top = self.encoding.top() as u64;
        let [level, cells] = self
            .levels
            .iter()
            .fold([0; 2], |a, b| [a[0] + b[0], a[1] + b[1]]);
        LayerActivity {
            rows: counts.rows,
            reads: counts.reads,
            inputs: counts
                .active
                .iter()
                .map(|&n| share(n, counts.rows))
                .collect(),
            mean_input: ratio(sum(&counts.active), counts.rows as f64 * steps),
            empty_reads: ratio(sum(&counts.empty), counts.reads as f64 * steps),
            needed_steps: share(counts.needed, counts.reads),
            cells: self
                .levels
                .iter()
                .map(|[l, n]| share(*l, n * top))
                .collect(),
            mean_cell: share(level, cells * top),
        }
    }
}
