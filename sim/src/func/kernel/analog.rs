//! Analog product: effective conductances, one float sum per read and column, optionally with fresh noise on every read.
//!
//! Inputs are bit planes, so that a sum is the sum of the conductances of the driven rows: rows without input cost
//! nothing. A tile of 64 columns of one row group stays in the nearest cache while a block of positions passes.
//!
//! Read noise: for cells with independent normal noise of variance `s_i^2` a column sum of inputs `x_i` is normal with
//! variance `sum x_i^2 s_i^2`. A second product gives that variance, one normal number per read the sample: the same
//! distribution as one number per cell and read. With wires it does not hold: [`super::nodal`].
//!
//! Sums are added in row order (even and odd driven rows apart), lane by lane and without fused operations: every
//! instruction set gives the same bits.

use super::gauss::{self, WIDTH};
use super::input::{InputRows, fill_planes};
use super::{Isa, LayerKernel, ReadAt, Scratch};
use crate::func::adc::{Codes, Converters};
use crate::func::device::Conductances;
use crate::func::encode::Encoding;
use crate::func::physics::Detail;
use crate::func::program::GroupCells;
use crate::func::stats::LayerStats;
use crosscut_traces::weights::hash;
use ndarray::{Array2, ArrayView2};

type Lane = [f32; WIDTH];

/// Conductances of 64 columns in one row, on whole lines of the cache.
#[derive(Debug, Clone, Copy)]
#[repr(align(64))]
struct Row(Lane);

/// Positions that pass a tile before the next tile.
const BLOCK: usize = 32;

/// One row group.
struct Group {
    channel_group: usize,
    number: u64,
    rows: InputRows,
    outputs: Vec<usize>,
    columns: usize,
    /// Tiles x rows.
    mean: Vec<Row>,
    /// Tiles x rows; empty without noise.
    variance: Vec<Row>,
    flipped: Vec<bool>,
    weight_sums: Vec<i64>,
}

/// What the converters of a tile's columns do.
struct Tile {
    step: Lane,
    per_step: Lane,
    lo: Lane,
    hi: Lane,
}

/// The analog kernel of one layer.
pub struct Analog {
    isa: Isa,
    encoding: Encoding,
    converters: Converters,
    groups: Vec<Group>,
    outputs: usize,
    noisy: bool,
    /// Key of the layer's read noise.
    key: u64,
}

/// Driven rows of a block of positions: for every read (position, step) a range of `rows` and `values`.
#[derive(Debug, Default)]
pub(super) struct Driven {
    pub(super) ends: Vec<u32>,
    pub(super) rows: Vec<u32>,
    /// Input of each row; empty where every input is 1.
    pub(super) values: Vec<f32>,
    /// Sum of driven values by position.
    pub(super) sums: Vec<i64>,
}

impl Analog {
    /// Lays out conductances, one entry per entry of `groups`. `key` keys the read noise of the layer.
    pub fn new(
        isa: Isa,
        encoding: Encoding,
        converters: Converters,
        groups: &[GroupCells],
        conductances: Vec<Conductances>,
        (outputs, key): (usize, u64),
    ) -> Analog {
        let noisy = conductances.iter().any(|c| c.variance.is_some());
        let lay = |(number, (g, c)): (usize, (&GroupCells, Conductances))| Group {
            channel_group: g.channel_group,
            number: number as u64,
            rows: InputRows::new(&g.rows),
            outputs: g.outputs.clone(),
            columns: c.mean.ncols(),
            mean: tiles(&c.mean),
            variance: c.variance.as_ref().map(tiles).unwrap_or_default(),
            flipped: g.flipped.clone(),
            weight_sums: g.weight_sums.clone(),
        };
        Analog {
            isa,
            encoding,
            converters,
            groups: groups
                .iter()
                .zip(conductances)
                .enumerate()
                .map(lay)
                .collect(),
            outputs,
            noisy,
            key,
        }
    }

    fn tile(&self, p: &Group, first: usize) -> Tile {
        let mut t = Tile {
            step: [1.0; WIDTH],
            per_step: [1.0; WIDTH],
            lo: [f32::MIN; WIDTH],
            hi: [f32::MAX; WIDTH],
        };
        for lane in 0..WIDTH.min(p.columns - first) {
            let c = self.codes(p, first + lane);
            t.step[lane] = c.step as f32;
            t.per_step[lane] = 1.0 / c.step as f32;
            (t.lo[lane], t.hi[lane]) = (c.lo as f32, c.hi as f32);
        }
        t
    }

    fn codes(&self, p: &Group, column: usize) -> &Codes {
        &self.converters.slices[column / p.outputs.len()]
    }

    /// All reads of one tile of a row group for a block of positions; adds to `totals` (positions x columns).
    #[inline(always)]
    fn pass(
        &self,
        p: &Group,
        first: usize,
        driven: &Driven,
        at: ReadAt,
        totals: &mut [f64],
        stats: &mut LayerStats,
    ) {
        let e = &self.encoding;
        let (rows, tile) = (p.rows.rows.len(), first / WIDTH);
        let mean = &p.mean[tile * rows..][..rows];
        let variance = if self.noisy {
            &p.variance[tile * rows..][..rows]
        } else {
            &[][..]
        };
        let t = self.tile(p, first);
        let live = WIDTH.min(p.columns - first);
        let tabled = self.converters.slices.iter().any(|c| c.table.is_some());
        let by_sample = tabled || stats.detail > Detail::Clips;
        let steps = e.steps();
        let (mut below, mut above) = ([0u32; WIDTH], [0u32; WIDTH]);
        let (mut least, mut most) = ([f32::MAX; WIDTH], [f32::MIN; WIDTH]);
        let mut start = 0;
        let mut noise = [0.0; WIDTH];
        for position in 0..driven.sums.len() {
            let mut total = [0.0f64; WIDTH];
            let (mut charge, mut spread) = ([0.0; WIDTH], [0.0; WIDTH]);
            for step in 0..steps {
                let end = driven.ends[position * steps + step] as usize;
                let list = &driven.rows[start..end];
                let values = driven.values.get(start..end);
                start = end;
                let mut sum = add(mean, list, values);
                let mut var = [0.0; WIDTH];
                if self.noisy {
                    var = match values {
                        None => add(variance, list, None),
                        Some(v) => add_squares(variance, list, v),
                    };
                }
                let negative = e.subtracts_last() && step + 1 == steps;
                let weight = (1u64 << (step as u32 * e.dac_bits)) as f32;
                if e.analog_sums {
                    for lane in 0..WIDTH {
                        charge[lane] += weight * sum[lane];
                        spread[lane] += weight * weight * var[lane];
                    }
                    if step + 1 < steps {
                        continue;
                    }
                    (sum, var) = (charge, spread);
                }
                if self.noisy {
                    let key = self.read_key(p, at, position, step);
                    gauss::normals(key, first as u32, &mut noise);
                    for lane in 0..WIDTH {
                        sum[lane] += var[lane].sqrt() * noise[lane];
                    }
                }
                let weight = match (e.analog_sums, negative) {
                    (true, _) => 1.0,
                    (false, true) => -f64::from(weight),
                    (false, false) => f64::from(weight),
                };
                if by_sample {
                    for lane in 0..live {
                        let column = first + lane;
                        let sample = self.codes(p, column).convert_analog(sum[lane]);
                        let seen = (sum[lane] + 0.5).floor() as i64;
                        let slice = column / p.outputs.len();
                        let detail = stats.detail;
                        stats.slices[slice].see(detail, seen, sample.value, sample.clip);
                        total[lane] += weight * sample.value as f64;
                    }
                    continue;
                }
                for lane in 0..WIDTH {
                    let code = (sum[lane] * t.per_step[lane]).round_ties_even();
                    below[lane] += u32::from(code < t.lo[lane]);
                    above[lane] += u32::from(code > t.hi[lane]);
                    least[lane] = if sum[lane] < least[lane] {
                        sum[lane]
                    } else {
                        least[lane]
                    };
                    most[lane] = if sum[lane] > most[lane] {
                        sum[lane]
                    } else {
                        most[lane]
                    };
                    let code = if code < t.lo[lane] { t.lo[lane] } else { code };
                    let code = if code > t.hi[lane] { t.hi[lane] } else { code };
                    total[lane] += weight * f64::from(code * t.step[lane]);
                }
            }
            let out = &mut totals[position * p.columns + first..][..live];
            out.copy_from_slice(&total[..live]);
        }
        if by_sample {
            return;
        }
        for lane in 0..live {
            let s = &mut stats.slices[(first + lane) / p.outputs.len()];
            s.below += u64::from(below[lane]);
            s.above += u64::from(above[lane]);
            let round = |v: f32| (v + 0.5).floor() as i64;
            s.reach(round(least[lane]), round(most[lane]));
        }
    }

    /// Key of a read: it does not depend on how positions are put together in blocks.
    fn read_key(&self, p: &Group, at: ReadAt, position: usize, step: usize) -> u64 {
        let position = at.first_position + position as u64;
        let read = hash(hash(self.key, at.image), position);
        hash(read, p.number << 5 | step as u64)
    }

    fn block(
        &self,
        p: &Group,
        driven: &Driven,
        at: ReadAt,
        totals: &mut [f64],
        stats: &mut LayerStats,
    ) {
        for first in (0..p.columns).step_by(WIDTH) {
            match self.isa {
                Isa::Portable => self.pass(p, first, driven, at, totals, stats),
                // SAFETY: an `Isa` exists only where the processor has its features.
                #[cfg(target_arch = "x86_64")]
                Isa::Avx2(_) => unsafe { self.pass_avx2(p, first, driven, at, totals, stats) },
                // SAFETY: as above.
                #[cfg(target_arch = "x86_64")]
                Isa::Avx512(_) => unsafe { self.pass_avx512(p, first, driven, at, totals, stats) },
            }
        }
    }

    #[cfg(target_arch = "x86_64")]
    #[target_feature(enable = "avx2")]
    fn pass_avx2(
        &self,
        p: &Group,
        first: usize,
        driven: &Driven,
        at: ReadAt,
        totals: &mut [f64],
        stats: &mut LayerStats,
    ) {
        self.pass(p, first, driven, at, totals, stats);
    }

    #[cfg(target_arch = "x86_64")]
    #[target_feature(enable = "avx2,avx512f,avx512bw,avx512vl,avx512dq")]
    fn pass_avx512(
        &self,
        p: &Group,
        first: usize,
        driven: &Driven,
        at: ReadAt,
        totals: &mut [f64],
        stats: &mut LayerStats,
    ) {
        self.pass(p, first, driven, at, totals, stats);
    }
}

/// Rows x columns as tiles of 64 columns, rows inside; what is beyond the last column conducts nothing.
fn tiles(m: &Array2<f32>) -> Vec<Row> {
    let mut out = Vec::with_capacity(m.ncols().div_ceil(WIDTH) * m.nrows());
    for first in (0..m.ncols()).step_by(WIDTH) {
        for row in m.rows() {
            let mut lane = [0.0; WIDTH];
            for (to, from) in lane.iter_mut().zip(row.iter().skip(first)) {
                *to = *from;
            }
            out.push(Row(lane));
        }
    }
    out
}

/// Sum of the listed rows, each times its value.
#[inline(always)]
fn add(rows: &[Row], list: &[u32], values: Option<&[f32]>) -> Lane {
    let (mut even, mut odd) = ([0.0f32; WIDTH], [0.0f32; WIDTH]);
    match values {
        None => {
            let pairs = list.chunks_exact(2);
            let rest = pairs.remainder();
            for pair in pairs {
                let (a, b) = (&rows[pair[0] as usize].0, &rows[pair[1] as usize].0);
                for lane in 0..WIDTH {
                    even[lane] += a[lane];
                    odd[lane] += b[lane];
                }
            }
            for &row in rest {
                let a = &rows[row as usize].0;
                (0..WIDTH).for_each(|lane| even[lane] += a[lane]);
            }
        }
        Some(values) => {
            for (&row, &v) in list.iter().zip(values) {
                let a = &rows[row as usize].0;
                (0..WIDTH).for_each(|lane| even[lane] += v * a[lane]);
            }
        }
    }
    (0..WIDTH).for_each(|lane| even[lane] += odd[lane]);
    even
}

/// Sum of the listed rows, each times the square of its value.
#[inline(always)]
fn add_squares(rows: &[Row], list: &[u32], values: &[f32]) -> Lane {
    let mut sum = [0.0f32; WIDTH];
    for (&row, &v) in list.iter().zip(values) {
        let a = &rows[row as usize].0;
        (0..WIDTH).for_each(|lane| sum[lane] += v * v * a[lane]);
    }
    sum
}

impl Driven {
    /// Driven rows of every read of a block of positions.
    pub(super) fn fill(
        &mut self,
        isa: Isa,
        e: &Encoding,
        group: &InputRows,
        patches: ArrayView2<'_, i32>,
        planes: &mut Vec<u64>,
    ) {
        self.ends.clear();
        self.rows.clear();
        self.values.clear();
        self.sums.clear();
        let words = group.rows.len().div_ceil(64);
        planes.clear();
        planes.resize(e.input_bits as usize * words, 0);
        let step_bits = e.dac_bits as usize;
        for x in patches.rows() {
            let x = x.to_slice().expect("standard layout");
            self.sums.push(fill_planes(isa, e, group, x, planes));
            for planes in planes.chunks(step_bits * words) {
                for w in 0..words {
                    let bits = planes.chunks_exact(words).map(|plane| plane[w]);
                    let mut any = bits.clone().fold(0, |a, b| a | b);
                    while any != 0 {
                        let bit = any.trailing_zeros();
                        any &= any - 1;
                        self.rows.push(w as u32 * 64 + bit);
                        if step_bits > 1 {
                            let digit = bits.clone().enumerate();
                            let digit = digit
                                .map(|(k, b)| ((b >> bit & 1) << k) as u32)
                                .sum::<u32>();
                            self.values.push(digit as f32);
                        }
                    }
                }
                self.ends.push(self.rows.len() as u32);
            }
        }
    }
}

impl LayerKernel for Analog {
    fn name(&self) -> &'static str {
        if self.noisy {
            "analog-read-noise"
        } else {
            "analog-conductance"
        }
    }

    fn multiply(
        &self,
        channel_group: usize,
        patches: ArrayView2<'_, i32>,
        at: ReadAt,
        scratch: &mut Scratch,
        stats: &mut LayerStats,
    ) -> Array2<i64> {
        let e = &self.encoding;
        let patches = patches.as_standard_layout();
        let mut out = Array2::zeros((patches.nrows(), self.outputs));
        let mine = |p: &&Group| p.channel_group == channel_group;
        for p in self.groups.iter().filter(mine) {
            let outputs = p.outputs.len();
            for first in (0..patches.nrows()).step_by(BLOCK) {
                let n = BLOCK.min(patches.nrows() - first);
                let block = patches.slice(ndarray::s![first..first + n, ..]);
                scratch
                    .driven
                    .fill(self.isa, e, &p.rows, block, &mut scratch.planes);
                scratch.totals.resize(n * p.columns, 0.0);
                let at = ReadAt {
                    image: at.image,
                    first_position: at.first_position + first as u64,
                };
                self.block(p, &scratch.driven, at, &mut scratch.totals, stats);
                for (position, totals) in scratch.totals.chunks_exact(p.columns).enumerate() {
                    let driven = scratch.driven.sums[position];
                    let mut row = out.row_mut(first + position);
                    scratch.columns.clear();
                    // Totals are whole numbers far below 2^53.
                    scratch.columns.extend(totals.iter().map(|&v| v as i64));
                    e.combine_row(
                        |slice| &scratch.columns[slice * outputs..][..outputs],
                        &p.flipped,
                        (driven, &p.weight_sums),
                        (&p.outputs, row.as_slice_mut().expect("contiguous")),
                        &mut scratch.sums,
                    );
                }
            }
        }
        out
    }
}
