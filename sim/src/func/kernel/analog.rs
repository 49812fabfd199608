//! Analog product: effective conductances, one float sum per read and column, optionally with fresh noise on every read.
//!
//! Inputs are bit planes, so that a sum is the sum of the conductances of the driven rows: rows without input cost
//! nothing. A tile of 64 columns of one row group stays in the nearest cache while a block of positions passes.
//!
//! Read noise: for cells with independent normal noise of variance `s_i^2` a column sum of inputs `x_i` is normal with
//! variance `sum x_i^2 s_i^2`. A second product gives that variance, one normal number per read the sample: the same
//! distribution as one number per cell and read, but for variances being kept in 16 bits (off by 2^-12 at most, the noise
//! by half of that). With wires it does not hold: [`super::nodal`].
//!
//! Sums are added in row order (even and odd driven rows apart), lane by lane and without fused operations: every
//! instruction set gives the same bits.

use super::active_rows::{BLOCK, Driven};
use super::{LayerKernel, ReadAt, Scratch};
use crate::func::adc::codes::{Codes, Converters};
use crate::func::adc::mismatch::Lines;
use crate::func::adc::stats::LayerStats;
use crate::func::cells::block::Frame;
use crate::func::cells::device::{Conductances, DeviceModel};
use crate::func::cells::encode::Encoding;
use crate::func::cells::gauss::{self, WIDTH};
use crate::func::cells::layout::Program;
use crate::func::cells::packed::{UNPACK, pack, unpack};
use crate::func::isa::Isa;
use crate::func::isa::Work;
use crate::func::options::Detail;
use crosscut_traces::random::hash;
use ndarray::{Array2, ArrayView2, s};
use rayon::prelude::*;

type Lane = [f32; WIDTH];

/// Conductances of 64 columns in one row, on whole lines of the cache.
#[derive(Debug, Clone, Copy)]
#[repr(align(64))]
struct Row(Lane);

/// Variances of the read noise of 64 columns in one row: 16 bits of each, or noise would double a model's memory.
#[derive(Debug, Clone, Copy)]
#[repr(align(64))]
struct Noise([u16; WIDTH]);

/// One row group.
struct Group {
    frame: Frame,
    number: u64,
    /// Tiles x rows.
    mean: Vec<Row>,
    /// Tiles x rows; empty without noise.
    variance: Vec<Noise>,
    /// What those stand for is times this.
    variance_scale: f32,
    /// Where converters differ.
    lines: Option<Lines>,
}

/// What the converters of a tile's columns do.
struct Tile {
    step: Lane,
    gain: Lane,
    offset: Lane,
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

/// What the cells of a layer are.
pub enum Cells<'a> {
    /// Whole levels.
    Ideal,
    /// Devices, as the layer of that number draws them.
    Programmed(&'a DeviceModel, u64),
}

impl Analog {
    /// Programs the cells of a layer of so many outputs a channel group. `key` keys its read noise.
    pub fn new(
        isa: Isa,
        converters: Converters,
        program: &Program<'_>,
        cells: Cells<'_>,
        (outputs, key): (usize, u64),
    ) -> Analog {
        let lay = |frame: &Frame, c: Conductances| {
            let largest = c.variance.iter().flatten().fold(0.0f32, |a, &b| a.max(b));
            let pack = |&v: &f32| pack(v, largest);
            Group {
                frame: frame.clone(),
                number: 0,
                mean: tiles(&c.mean, |&g| g).map(Row).collect(),
                variance: match &c.variance {
                    Some(v) => tiles(v, pack).map(Noise).collect(),
                    None => Vec::new(),
                },
                variance_scale: largest,
                lines: converters.lines(frame, &program.encoding),
            }
        };
        let (mut groups, gain) = match cells {
            Cells::Programmed(device, layer) => device.program(layer, program, lay),
            Cells::Ideal => {
                let frames = program.frames.par_iter();
                let ideal = frames.map(|f| lay(f, Conductances::ideal(program, f)));
                (ideal.collect(), None)
            }
        };
        for (number, group) in groups.iter_mut().enumerate() {
            group.number = number as u64;
            if let Some(gain) = gain {
                for g in group.mean.iter_mut().flat_map(|row| &mut row.0) {
                    *g = gain.of(*g);
                }
                group.variance_scale *= gain.squared();
            }
        }
        Analog {
            isa,
            encoding: program.encoding,
            converters,
            outputs,
            noisy: matches!(cells, Cells::Programmed(device, _) if device.is_noisy()),
            groups,
            key,
        }
    }

    fn tile(&self, p: &Group, first: usize) -> Tile {
        let mut t = Tile {
            step: [1.0; WIDTH],
            gain: [1.0; WIDTH],
            offset: [0.0; WIDTH],
            lo: [f32::MIN; WIDTH],
            hi: [f32::MAX; WIDTH],
        };
        for lane in 0..WIDTH.min(p.frame.columns() - first) {
            let c = self.codes(p, first + lane);
            t.step[lane] = c.step as f32;
            (t.gain[lane], t.offset[lane]) = match &p.lines {
                Some(l) => (l.gain[first + lane], l.offset[first + lane]),
                None => (1.0 / c.step as f32, 0.0),
            };
            (t.lo[lane], t.hi[lane]) = (c.lo as f32, c.hi as f32);
        }
        t
    }

    fn codes(&self, p: &Group, column: usize) -> &Codes {
        &self.converters.slices[column / p.frame.outputs.len()]
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
        let (rows, tile) = (p.frame.rows.len(), first / WIDTH);
        let mean = &p.mean[tile * rows..][..rows];
        let variance = if self.noisy {
            &p.variance[tile * rows..][..rows]
        } else {
            &[][..]
        };
        let t = self.tile(p, first);
        let live = WIDTH.min(p.frame.columns() - first);
        let tabled = self.converters.slices.iter().any(|c| c.table.is_some());
        let bent = p.lines.as_ref().is_some_and(|l| !l.are_straight());
        let by_sample = tabled || bent || stats.detail > Detail::Clips;
        let steps = e.steps;
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
                    var = add_noise(variance, list, values);
                    for v in &mut var {
                        *v = *v * UNPACK * p.variance_scale;
                    }
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
                        let slice = column / p.frame.outputs.len();
                        let sample = (self.converters).convert_analog(
                            p.lines.as_ref(),
                            column,
                            slice,
                            sum[lane],
                        );
                        let seen = (sum[lane] + 0.5).floor() as i64;
                        let detail = stats.detail;
                        stats.slices[slice].see(detail, seen, sample.value, sample.clip);
                        total[lane] += weight * sample.value as f64;
                    }
                    continue;
                }
                for lane in 0..WIDTH {
                    let code = (sum[lane] * t.gain[lane] + t.offset[lane]).round_ties_even();
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
            let out = &mut totals[position * p.frame.columns() + first..][..live];
            out.copy_from_slice(&total[..live]);
        }
        if by_sample {
            return;
        }
        for lane in 0..live {
            let s = &mut stats.slices[(first + lane) / p.frame.outputs.len()];
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
}

/// All reads of a block of positions of one row group: adds their accumulators to `out`, one row per position.
struct Block<'a> {
    kernel: &'a Analog,
    group: &'a Group,
    at: ReadAt,
    driven: &'a Driven,
    totals: &'a mut Vec<f64>,
    columns: &'a mut Vec<i64>,
    sums: &'a mut Vec<i64>,
    out: &'a mut [i64],
    stats: &'a mut LayerStats,
}

impl Work for Block<'_> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let (kernel, p, driven) = (self.kernel, self.group, self.driven);
        let outputs = p.frame.outputs.len();
        self.totals
            .resize(driven.sums.len() * p.frame.columns(), 0.0);
        for first in (0..p.frame.columns()).step_by(WIDTH) {
            kernel.pass(p, first, driven, self.at, self.totals, self.stats);
        }
        let positions = self
            .totals
            .chunks_exact(p.frame.columns())
            .zip(&driven.sums);
        for ((totals, &driven), out) in positions.zip(self.out.chunks_exact_mut(kernel.outputs)) {
            self.columns.clear();
            // Totals are whole numbers far below 2^53.
            self.columns.extend(totals.iter().map(|&v| v as i64));
            let values = |slice: usize| &self.columns[slice * outputs..][..outputs];
            p.frame
                .merge(&kernel.encoding, values, driven, out, self.sums);
        }
    }
}

/// Rows x columns as tiles of 64 columns, rows inside; what is beyond the last column is 0.
fn tiles<T: Copy + Default>(
    m: &Array2<f32>,
    value: impl Fn(&f32) -> T,
) -> impl Iterator<Item = [T; WIDTH]> {
    let firsts = (0..m.ncols()).step_by(WIDTH);
    firsts
        .flat_map(move |first| (0..m.nrows()).map(move |row| (first, row)))
        .map(move |(first, row)| {
            let mut lane = [T::default(); WIDTH];
            for (to, from) in lane.iter_mut().zip(m.row(row).iter().skip(first)) {
                *to = value(from);
            }
            lane
        })
}

/// Sum of the listed rows, each times its value.
#[inline(always)]
fn add(rows: &[Row], list: &[u16], values: Option<&[f32]>) -> Lane {
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
fn add_noise(rows: &[Noise], list: &[u16], values: Option<&[f32]>) -> Lane {
    let mut sum = [0.0f32; WIDTH];
    match values {
        None => {
            for &row in list {
                let a = &rows[row as usize].0;
                (0..WIDTH).for_each(|lane| sum[lane] += unpack(a[lane]));
            }
        }
        Some(values) => {
            for (&row, &v) in list.iter().zip(values) {
                let a = &rows[row as usize].0;
                (0..WIDTH).for_each(|lane| sum[lane] += v * v * unpack(a[lane]));
            }
        }
    }
    sum
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
        let patches = patches.as_standard_layout();
        let mut out = Array2::zeros((patches.nrows(), self.outputs));
        let mine = |p: &&Group| p.frame.channel_group == channel_group;
        for group in self.groups.iter().filter(mine) {
            for first in (0..patches.nrows()).step_by(BLOCK) {
                let n = BLOCK.min(patches.nrows() - first);
                let block = patches.slice(s![first..first + n, ..]);
                let (driven, rows) = (&mut scratch.driven, &group.frame.rows);
                driven.list(
                    self.isa,
                    (&self.encoding, self.encoding.dac_bits),
                    rows,
                    block,
                );
                let mut out = out.slice_mut(s![first..first + n, ..]);
                self.isa.run(Block {
                    kernel: self,
                    group,
                    at: ReadAt {
                        image: at.image,
                        first_position: at.first_position + first as u64,
                    },
                    driven,
                    totals: &mut scratch.totals,
                    columns: &mut scratch.columns,
                    sums: &mut scratch.sums,
                    out: out.as_slice_mut().expect("whole rows"),
                    stats,
                });
            }
        }
        out
    }
}
