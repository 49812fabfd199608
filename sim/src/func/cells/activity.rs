//! What values do to the arrays of a layer: which rows carry something, which cells conduct. Energy of reads goes by it.
//!
//! Rows are counted as reads drive them: a row counts for every array it stands in, and for every position and input step. An
//! input of several bits a step counts as active if it is not 0. A pulse train counts bit by bit of its magnitude. Cells are
//! those that hold a weight. Which cells conduct is weighed by how often their row carries something; column sums are means
//! before conversion, nothing clipped. Arrays that compute several output columns at once drive rows that these share once; here
//! they count once per column.

use crate::func::adc::codes::Codes;
use crate::func::cells::block::Block;
use crate::func::cells::encode::Encoding;
use crate::func::cells::layout::Layout;
use crate::func::cells::selection::Selection;
use crate::func::ratio::ratio;
use crosscut_arch::{Arch, Timing};
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
    /// Reads in which every row is zero, by input step.
    pub empty: Vec<u64>,
    /// Input steps up to the last one in which a row carries something, summed over `reads`.
    pub needed: u64,
    /// Input steps in which a row carries something, by row of each read, summed over positions.
    pub row_steps: Vec<u64>,
    /// What enters the rows, summed over steps and positions.
    pub row_sums: Vec<u64>,
}

impl ActivityCounts {
    /// Adds another run's counts.
    pub fn merge(&mut self, o: &ActivityCounts) {
        self.rows += o.rows;
        self.reads += o.reads;
        self.needed += o.needed;
        for (to, from) in [
            (&mut self.active, &o.active),
            (&mut self.empty, &o.empty),
            (&mut self.row_steps, &o.row_steps),
            (&mut self.row_sums, &o.row_sums),
        ] {
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
    /// Share of the reads in which every row is zero.
    pub empty_reads: f64,
    /// Input steps up to the last one in which a row carries something, mean over the reads: what a machine takes that skips
    /// steps of zeros.
    pub needed_steps: f64,
    /// Where the mean cell lies between the lowest level (0) and the highest (1), by weight slice.
    pub cells: Vec<f64>,
    /// The same over all weight slices.
    pub mean_cell: f64,
    /// The same, each row weighed by the input steps in which it carries something: the cells that conduct.
    pub mean_active_cell: f64,
    /// Mean column sum of a conversion, by weight slice; of differential pairs the difference. Empty where pulse trains
    /// enter.
    pub column_sums: Vec<f64>,
    /// Where the mean code lies between the first (0) and the last (1), no sum clipped; absent without ADC and
    /// where pulse trains enter.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mean_code: Option<f64>,
}

/// Rows that one read drives together.
struct ReadRows {
    channel_group: usize,
    rows: Selection,
    /// Arrays they stand in.
    arrays: u64,
    /// Outputs that read them, each with as many columns as there are weight slices.
    outputs: u64,
    /// Sum of levels over all columns, by row.
    levels: Vec<u64>,
    /// Sum of levels over the columns of a weight slice, those of negative columns subtracted: weight slices x rows.
    signed: Vec<i64>,
}

/// What is known of the activity of a layer before any image, and how to measure the rest.
pub struct ActivityMeter {
    reads: Vec<ReadRows>,
    encoding: Encoding,
    /// Steps in which rows carry something, or bits of a pulse train.
    steps: Steps,
    /// Sum of levels, and cells, by weight slice.
    levels: Vec<[u64; 2]>,
}

impl ActivityMeter {
    /// Of a layer's blocks.
    pub fn new(layout: &Layout<'_>, arch: &Arch) -> ActivityMeter {
        let e = layout.encoding;
        let mut levels = vec![[0; 2]; e.weight_slices];
        let read = |block: &Block| {
            let (of_block, rows) = (layout.levels(block), block.rows.len());
            let mut read = ReadRows {
                channel_group: block.channel_group,
                rows: block.rows.clone(),
                arrays: block.arrays().count() as u64,
                outputs: block.outputs.len() as u64,
                levels: vec![0; rows],
                signed: vec![0; e.weight_slices * rows],
            };
            for (weight_slice, [sum, cells]) in levels.iter_mut().enumerate() {
                let signed = &mut read.signed[weight_slice * rows..][..rows];
                for o in 0..block.outputs.len() {
                    let (plus, minus) = of_block.column(weight_slice, o);
                    for (column, sign) in [(plus, 1), (minus, -1)] {
                        let row = read.levels.iter_mut().zip(signed.iter_mut());
                        for ((all, signed), &level) in row.zip(column) {
                            *all += u64::from(level);
                            *signed += sign * i64::from(level);
                            *sum += u64::from(level);
                        }
                        *cells += column.len() as u64;
                    }
                }
            }
            read
        };
        ActivityMeter {
            reads: layout.blocks.iter().map(read).collect(),
            encoding: e,
            steps: Steps::of(&e, arch),
            levels,
        }
    }

    /// Counts the inputs of one channel group: positions x rows of codes.
    pub fn see(&self, channel_group: usize, patches: ArrayView2<'_, i32>, to: &mut ActivityCounts) {
        let steps = &self.steps;
        let all_rows: usize = self.reads.iter().map(|r| r.rows.len()).sum();
        to.active.resize(steps.masks.len(), 0);
        to.empty.resize(steps.masks.len(), 0);
        to.row_steps.resize(all_rows, 0);
        to.row_sums.resize(all_rows, 0);
        let patches = patches.as_standard_layout();
        let mut codes = Vec::new();
        let mut first_row = 0;
        for read in &self.reads {
            let rows = first_row..first_row + read.rows.len();
            first_row = rows.end;
            if read.channel_group != channel_group {
                continue;
            }
            let (row_steps, row_sums) = (&mut to.row_steps[rows.clone()], &mut to.row_sums[rows]);
            for position in patches.rows() {
                let position = position.to_slice().expect("standard layout");
                codes.clear();
                match read.rows.start() {
                    Some(first) => {
                        let rows = &position[first..][..read.rows.len()];
                        codes.extend(rows.iter().map(|&v| steps.code(v)));
                    }
                    None => {
                        let rows = read.rows.indices().iter();
                        codes.extend(rows.map(|&r| steps.code(position[r])));
                    }
                }
                for ((&code, n), sum) in codes.iter().zip(&mut *row_steps).zip(&mut *row_sums) {
                    *n += u64::from(steps.active(code));
                    *sum += u64::from(steps.entered(code));
                }
                to.rows += read.arrays * codes.len() as u64;
                to.reads += read.arrays;
                let mut needed = 0;
                for (step, &mask) in steps.masks.iter().enumerate() {
                    let active: u32 = codes.iter().map(|&c| u32::from(c & mask != 0)).sum();
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

    /// Shares, from the counts of all images. The codes of the converters are by weight slice.
    pub fn of(&self, counts: &ActivityCounts, codes: Option<&[Codes]>) -> LayerActivity {
        let steps = self.steps.masks.len() as f64;
        let share = |n: u64, of: u64| ratio(n as f64, of as f64);
        let sum = |all: &[u64]| all.iter().sum::<u64>() as f64;
        let top = self.encoding.top() as u64;
        let [level, cells] = self
            .levels
            .iter()
            .fold([0; 2], |a, b| [a[0] + b[0], a[1] + b[1]]);
        let column_sums = match self.steps.train {
            true => Vec::new(),
            false => self.column_sums(counts),
        };
        let mean_code = codes.filter(|_| !self.steps.train).map(|codes| {
            let share = |(c, sum): (&Codes, &f64)| {
                ratio(sum / c.step as f64 - c.lo as f64, (c.hi - c.lo) as f64).clamp(0.0, 1.0)
            };
            let shares = codes.iter().zip(&column_sums).map(share);
            ratio(shares.sum(), codes.len() as f64)
        });
        LayerActivity {
            mean_active_cell: self.mean_active_cell(counts),
            column_sums,
            mean_code,
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

    /// Cells over all columns, each weighed by the steps in which its row carries something.
    fn mean_active_cell(&self, counts: &ActivityCounts) -> f64 {
        let e = &self.encoding;
        let columns = e.weight_slices as u64 * if e.pairs() { 2 } else { 1 };
        let rows = self.reads.iter().flat_map(|read| {
            let cells = read.outputs * columns;
            read.levels.iter().map(move |&level| (level, cells))
        });
        // Sums over all images of a large layer leave 64 bits.
        let (mut level, mut cells) = (0u128, 0u128);
        for (&steps, (of_row, in_row)) in counts.row_steps.iter().zip(rows) {
            level += u128::from(steps) * u128::from(of_row);
            cells += u128::from(steps) * u128::from(in_row);
        }
        ratio(level as f64, cells as f64 * e.top() as f64)
    }

    /// Mean sum of a column in one conversion, by weight slice.
    fn column_sums(&self, counts: &ActivityCounts) -> Vec<f64> {
        let e = &self.encoding;
        let driven: u64 = self
            .reads
            .iter()
            .map(|r| r.arrays * r.rows.len() as u64)
            .sum();
        // Every read sees all positions.
        let positions = counts.rows.checked_div(driven).unwrap_or(0);
        let columns: u64 = self.reads.iter().map(|r| r.outputs).sum();
        let conversions = (positions * columns) as f64 * e.conversions as f64;
        let of = |weight_slice: usize| {
            let rows = self.reads.iter().flat_map(|read| {
                let rows = read.rows.len();
                &read.signed[weight_slice * rows..][..rows]
            });
            let sum: i128 = (counts.row_sums.iter().zip(rows))
                .map(|(&entered, &level)| i128::from(entered) * i128::from(level))
                .sum();
            ratio(sum as f64, conversions)
        };
        (0..e.weight_slices).map(of).collect()
    }
}

/// How the code of an input enters a row.
struct Steps {
    /// Bits of the code by input step, least significant first.
    masks: Vec<u32>,
    dac_bits: u32,
    /// Added to make codes non-negative.
    shift: i32,
    /// Whether the magnitude enters as a train of pulses.
    train: bool,
    /// Whether all steps add up in one conversion.
    added: bool,
}

impl Steps {
    fn of(e: &Encoding, arch: &Arch) -> Steps {
        let train = matches!(arch.timing, Timing::Integrated(_));
        let (bits, dac_bits) = match train {
            true => (e.input_bits - u32::from(e.signed_inputs), 1),
            false => (e.input_bits, e.dac_bits),
        };
        let mask = |step: u32| {
            let width = dac_bits.min(bits - step * dac_bits);
            ((1 << width) - 1) << (step * dac_bits)
        };
        Steps {
            masks: (0..bits.div_ceil(dac_bits)).map(mask).collect(),
            dac_bits,
            shift: match e.shifted() && !train {
                true => 1 << (e.input_bits - 1),
                false => 0,
            },
            train,
            added: e.analog_sums,
        }
    }

    /// The bits that enter.
    #[inline]
    fn code(&self, v: i32) -> u32 {
        match self.train {
            true => v.unsigned_abs(),
            // The bits of a negative number in two's complement, those above the input's own masked off later.
            false => (v + self.shift) as u32,
        }
    }

    /// Steps in which a code carries something.
    #[inline]
    fn active(&self, code: u32) -> u32 {
        let all = self.masks.iter().fold(0, |all, m| all | m);
        match self.dac_bits {
            1 => (code & all).count_ones(),
            _ => self.masks.iter().map(|m| u32::from(code & m != 0)).sum(),
        }
    }

    /// What a code brings into the sum of a column, over all its conversions.
    #[inline]
    fn entered(&self, code: u32) -> u32 {
        let all = self.masks.iter().fold(0, |all, m| all | m);
        match (self.added, self.dac_bits) {
            (true, _) => code & all,
            (false, 1) => (code & all).count_ones(),
            (false, bits) => {
                let digit = |(step, m): (usize, &u32)| (code & m) >> (step as u32 * bits);
                self.masks.iter().enumerate().map(digit).sum()
            }
        }
    }
}
