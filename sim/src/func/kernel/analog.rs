//! Analog product: effective conductances, one float sum per read and column, optionally with fresh noise on every read.
//!
//! Inputs are bit planes, so that a sum is the sum of the conductances of the active rows: rows without input cost
//! nothing. A tile of 64 columns of one block stays in the nearest cache while a batch of positions passes.
//!
//! Read noise: for cells with independent normal noise of variance `s_i^2` a column sum of inputs `x_i` is normal with
//! variance `sum x_i^2 s_i^2`. A second product gives that variance, one normal number per read the sample: the same
//! distribution as one number per cell and read, but for variances being kept in 16 bits (off by 2^-12 at most, the noise
//! by half of that). With wires it does not hold: [`super::nodal`].
//!
//! Sums are added in row order (even and odd active rows apart), lane by lane and without fused operations: every
//! instruction set gives the same bits.

use super::active_rows::{ActiveRows, BATCH};
use super::layer::{LayerKernel, ReadAt, Scratch};
use crate::func::adc::codes::Codes;
use crate::func::adc::converters::Converters;
use crate::func::adc::mismatch::Transfer;
use crate::func::adc::stats::LayerStats;
use crate::func::cells::block::Block;
use crate::func::cells::device::{Compensation, Conductances, DeviceModel, Programmed};
use crate::func::cells::encode::Encoding;
use crate::func::cells::gauss::{self, WIDTH};
use crate::func::cells::layout::Layout;
use crate::func::cells::packed::{UNPACK, pack, unpack};
use crate::func::isa::{self, Isa};
use crate::func::options::Detail;
use crosscut_traces::random::Key;
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

/// The conductances of one block as tiles.
struct Tiles {
    /// Tiles x rows.
    mean: Vec<Row>,
    /// Tiles x rows; empty without noise.
    variance: Vec<Noise>,
    /// What those stand for is times this.
    variance_scale: f32,
}

impl Tiles {
    fn new(c: &Conductances) -> Tiles {
        let largest = c.variance.iter().flatten().fold(0.0f32, |a, &b| a.max(b));
        let pack = |&v: &f32| pack(v, largest);
        Tiles {
            mean: tiles(&c.mean, |&g| g).map(Row).collect(),
            variance: match &c.variance {
                Some(v) => tiles(v, pack).map(Noise).collect(),
                None => Vec::new(),
            },
            variance_scale: largest,
        }
    }

    /// The same with drift made up for, in the same memory.
    fn compensated(mut self, by: Compensation) -> Tiles {
        for g in self.mean.iter_mut().flat_map(|row| &mut row.0) {
            *g = by.of(*g);
        }
        self.variance_scale *= by.of_variance();
        self
    }
}

/// The cells of one block, and what its converters do.
struct AnalogCells {
    block: Block,
    /// Number of the block in its layer.
    number: u64,
    tiles: Tiles,
    /// Where converters differ.
    transfer: Option<Transfer>,
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
    blocks: Vec<AnalogCells>,
    /// Outputs of a channel group.
    outputs: usize,
    noisy: bool,
    /// Key of the layer's read noise.
    key: Key,
}

/// What the cells of a layer are.
pub enum Cells<'a> {
    /// Whole levels.
    Ideal,
    /// Devices, as the layer of that number draws them.
    Programmed(&'a DeviceModel, u64),
}

impl Analog {
    /// Programs the cells of a layer with that many outputs in a channel group. `key` keys its read noise.
    pub fn new(
        isa: Isa,
        converters: Converters,
        layout: &Layout<'_>,
        cells: Cells<'_>,
        outputs: usize,
        key: Key,
    ) -> Analog {
        let programmed = match cells {
            Cells::Programmed(device, layer) => {
                device.program(layer, layout, |_, c| Tiles::new(&c))
            }
            Cells::Ideal => {
                let ideal = |block| Tiles::new(&Conductances::ideal(layout, block));
                Programmed {
                    blocks: layout.blocks.par_iter().map(ideal).collect(),
                    compensation: None,
                }
            }
        };
        let compensation = programmed.compensation;
        let blocks = layout.blocks.iter().zip(programmed.blocks).enumerate();
        let blocks = blocks.map(|(number, (block, tiles))| AnalogCells {
            block: block.clone(),
            number: number as u64,
            tiles: match compensation {
                Some(by) => tiles.compensated(by),
                None => tiles,
            },
            transfer: converters.transfer(block, &layout.encoding),
        });
        Analog {
            isa,
            encoding: layout.encoding,
            blocks: blocks.collect(),
            converters,
            outputs,
            noisy: matches!(cells, Cells::Programmed(device, _) if device.is_noisy()),
            key,
        }
    }

    fn tile(&self, cells: &AnalogCells, first: usize) -> Tile {
        let mut t = Tile {
            step: [1.0; WIDTH],
            gain: [1.0; WIDTH],
            offset: [0.0; WIDTH],
            lo: [f32::MIN; WIDTH],
            hi: [f32::MAX; WIDTH],
        };
        for lane in 0..WIDTH.min(cells.block.columns() - first) {
            let c = self.codes(cells, first + lane);
            t.step[lane] = c.step as f32;
            (t.gain[lane], t.offset[lane]) = match &cells.transfer {
                Some(t) => (t.gain[first + lane], t.offset[first + lane]),
                None => (1.0 / c.step as f32, 0.0),
            };
            (t.lo[lane], t.hi[lane]) = (c.lo as f32, c.hi as f32);
        }
        t
    }

    fn codes(&self, cells: &AnalogCells, column: usize) -> &Codes {
        &self.converters.codes[column / cells.block.outputs.len()]
    }

    /// All reads of one tile of a block for a batch of positions; adds to `totals` (positions x columns).
    #[inline(always)]
    fn pass(
        &self,
        cells: &AnalogCells,
        first: usize,
        active: &ActiveRows,
        at: ReadAt,
        totals: &mut [f64],
        stats: &mut LayerStats,
    ) {
        let e = &self.encoding;
        let (rows, tile) = (cells.block.rows.len(), first / WIDTH);
        let mean = &cells.tiles.mean[tile * rows..][..rows];
        let variance = if self.noisy {
            &cells.tiles.variance[tile * rows..][..rows]
        } else {
            &[][..]
        };
        let t = self.tile(cells, first);
        let live = WIDTH.min(cells.block.columns() - first);
        let tabled = self.converters.codes.iter().any(|c| c.table.is_some());
        let bent = cells.transfer.as_ref().is_some_and(|t| !t.is_straight());
        let by_sample = tabled || bent || stats.detail > Detail::Clips;
        let steps = e.steps;
        let (mut below, mut above) = ([0u32; WIDTH], [0u32; WIDTH]);
        let (mut least, mut most) = ([f32::MAX; WIDTH], [f32::MIN; WIDTH]);
        let (mut start, mut taken) = (0, 0);
        let mut noise = [0.0; WIDTH];
        for position in 0..active.sums.len() {
            let mut total = [0.0f64; WIDTH];
            let (mut charge, mut charge_var) = ([0.0; WIDTH], [0.0; WIDTH]);
            for step in 0..steps {
                let end = active.ends[position * steps + step] as usize;
                let list = &active.rows[start..end];
                let values = active.values.get(start..end);
                start = end;
                let mut sum = add(mean, list, values);
                let mut var = [0.0; WIDTH];
                if self.noisy {
                    var = add_noise(variance, list, values);
                    for v in &mut var {
                        *v = *v * UNPACK * cells.tiles.variance_scale;
                    }
                }
                let negative = e.subtracts_last() && step + 1 == steps;
                let weight = (1u64 << (step as u32 * e.dac_bits)) as f32;
                if e.analog_sums {
                    for lane in 0..WIDTH {
                        charge[lane] += weight * sum[lane];
                        charge_var[lane] += weight * weight * var[lane];
                    }
                    if step + 1 < steps {
                        continue;
                    }
                    (sum, var) = (charge, charge_var);
                }
                if self.noisy {
                    let key = self.read_key(cells, at, position, step);
                    gauss::normals(key, first as u32, &mut noise);
                    for lane in 0..WIDTH {
                        sum[lane] += var[lane].sqrt() * noise[lane];
                    }
                }
                let weight = if e.analog_sums {
                    1.0
                } else if negative {
                    -f64::from(weight)
                } else {
                    f64::from(weight)
                };
                if by_sample {
                    for lane in 0..live {
                        let column = first + lane;
                        let weight_slice = column / cells.block.outputs.len();
                        let sample = (self.converters).convert_analog(
                            cells.transfer.as_ref(),
                            column,
                            weight_slice,
                            sum[lane],
                        );
                        let seen = (sum[lane] + 0.5).floor() as i64;
                        let detail = stats.detail;
                        stats.weight_slices[weight_slice].see(
                            detail,
                            seen,
                            sample.value,
                            sample.clip,
                        );
                        total[lane] += weight * sample.value as f64;
                    }
                    continue;
                }
                taken += 1;
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
            let out = &mut totals[position * cells.block.columns() + first..][..live];
            out.copy_from_slice(&total[..live]);
        }
        if by_sample {
            return;
        }
        for lane in 0..live {
            let s = &mut stats.weight_slices[(first + lane) / cells.block.outputs.len()];
            s.conversions += taken;
            s.below += u64::from(below[lane]);
            s.above += u64::from(above[lane]);
            let round = |v: f32| (v + 0.5).floor() as i64;
            s.widen(round(least[lane]), round(most[lane]));
        }
    }

    /// Key of a read: it does not depend on how positions are put together in batches.
    fn read_key(&self, cells: &AnalogCells, at: ReadAt, position: usize, step: usize) -> Key {
        let position = at.first_position + position as u64;
        let read = self.key.child(at.image).child(position);
        read.child(cells.number << 5 | step as u64)
    }
}

/// Working memory of a thread.
#[derive(Debug, Default)]
struct Work {
    active: ActiveRows,
    /// Shifted and added conversions, positions x columns.
    totals: Vec<f64>,
    /// Those of one position, as integers.
    columns: Vec<i64>,
    /// Accumulators of one position of a block.
    sums: Vec<i64>,
}

/// All reads of a batch of positions of one block: adds their accumulators to `out`, one row per position.
struct Batch<'a> {
    kernel: &'a Analog,
    cells: &'a AnalogCells,
    at: ReadAt,
    work: &'a mut Work,
    out: &'a mut [i64],
    stats: &'a mut LayerStats,
}

impl isa::Work for Batch<'_> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let (kernel, cells) = (self.kernel, self.cells);
        let Work {
            active,
            totals,
            columns,
            sums,
        } = self.work;
        let block = &cells.block;
        let (outputs, width) = (block.outputs.len(), block.columns());
        totals.resize(active.sums.len() * width, 0.0);
        for first in (0..width).step_by(WIDTH) {
            kernel.pass(cells, first, active, self.at, totals, self.stats);
        }
        let positions = totals.chunks_exact(width).zip(&active.sums);
        for ((totals, &input_sum), out) in positions.zip(self.out.chunks_exact_mut(kernel.outputs))
        {
            columns.clear();
            // Totals are whole numbers far below 2^53.
            columns.extend(totals.iter().map(|&v| v as i64));
            let values = |weight_slice: usize| &columns[weight_slice * outputs..][..outputs];
            block.merge(&kernel.encoding, values, input_sum, out, sums);
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
        let work: &mut Work = scratch.of();
        let (e, patches) = (&self.encoding, patches.as_standard_layout());
        let mut out = Array2::zeros((patches.nrows(), self.outputs));
        let mine = |cells: &&AnalogCells| cells.block.channel_group == channel_group;
        for cells in self.blocks.iter().filter(mine) {
            let positions = patches.nrows();
            stats.idle += cells.block.idle_samples(e, at.first_position, positions);
            for first in (0..patches.nrows()).step_by(BATCH) {
                let n = BATCH.min(patches.nrows() - first);
                let batch = patches.slice(s![first..first + n, ..]);
                let rows = &cells.block.rows;
                work.active.list(self.isa, e, e.dac_bits, rows, batch);
                let mut out = out.slice_mut(s![first..first + n, ..]);
                self.isa.run(Batch {
                    kernel: self,
                    cells,
                    at: at.after(first),
                    work,
                    out: out.as_slice_mut().expect("whole rows"),
                    stats,
                });
            }
        }
        out
    }
}
