//! Cells of single arrays, and what a nodal solve for every read takes.
//!
//! With wires and read noise together no conductance stays the same from read to read, so that nothing can be folded.
//! Such a model is solved read by read ([`crate::func::kernel::nodal`]), unless that would take too long, or cells could
//! become so negative by noise that the network has no solution to speak of: both are refused.

use super::{DRIFT, DeviceModel, PROGRAM, STRONGEST, STUCK, Wires};
use crate::func::cells::block::{Frame, by_row_group};
use crate::func::cells::encode::Encoding;
use crate::func::cells::gauss::{self, Normals, WIDTH};
use crate::func::cells::layout::{Levels, Program};
use crate::func::cells::packed::{UNPACK, pack, unpack};
use crate::func::cells::wires::solve::holds;
use crate::func::error::FuncError;
use crate::func::isa::Isa;
use crate::map::LayerMap;
use crosscut_arch::Arch;
use crosscut_traces::random::{hash, uniform};
use ndarray::Array2;
use rayon::prelude::*;

/// Most cells solved for one image: each read of an array counts the array's cells. A solve takes 33 to 70 ns a cell
/// (`benches/wires.rs`, arrays of 64 to 256 rows, 1 to 20 ohm a segment): some minutes of one core for an image.
pub const WORK_LIMIT: u64 = 4_000_000_000;

/// The cells of one array that hold weights, as drawn.
pub(super) struct ArrayCells {
    /// Microsiemens at the read without its noise, rows x columns; columns are (output, slice, sign).
    pub g_us: Array2<f64>,
    /// Variance of the read noise of each cell, microsiemens squared; empty without noise.
    pub variance: Array2<f64>,
}

/// The same, as it is kept: in less than half of the memory.
#[derive(Debug, Clone)]
pub struct NoisyArray {
    /// First output, among those of the row group.
    pub first: usize,
    /// Outputs.
    pub width: usize,
    /// Rows.
    pub rows: usize,
    /// Microsiemens at the read without its noise, rows x columns; columns are (output, slice, sign).
    g_us: Vec<f32>,
    /// Standard deviation of the read noise of each cell, packed, over the largest.
    deviations: Vec<u16>,
    largest: f32,
}

impl NoisyArray {
    fn new((first, width): (usize, usize), a: &ArrayCells) -> NoisyArray {
        let largest = a.variance.iter().fold(0.0, |m: f64, &v| m.max(v)).sqrt() as f32;
        let packed = |v: &f64| pack(v.sqrt() as f32, largest);
        NoisyArray {
            first,
            width,
            rows: a.g_us.nrows(),
            g_us: a.g_us.iter().map(|&g| g as f32).collect(),
            deviations: a.variance.iter().map(packed).collect(),
            largest,
        }
    }

    /// Columns.
    pub fn columns(&self) -> usize {
        self.g_us.len() / self.rows.max(1)
    }

    /// Conductances in the read with that key.
    pub fn draw(&self, key: u64, cells: &mut Vec<f64>) {
        let columns = self.columns();
        cells.clear();
        cells.extend(self.g_us.iter().map(|&g| f64::from(g)));
        let mut noise = [0.0; WIDTH];
        let lines = cells.chunks_exact_mut(columns);
        let lines = lines.zip(self.deviations.chunks_exact(columns));
        for (row, (cells, deviations)) in lines.enumerate() {
            let key = hash(key, row as u64);
            let tiles = cells.chunks_mut(WIDTH).zip(deviations.chunks(WIDTH));
            for (tile, (cells, deviations)) in tiles.enumerate() {
                gauss::normals(key, (tile * WIDTH) as u32, &mut noise);
                for ((g, &sd), z) in cells.iter_mut().zip(deviations).zip(&noise) {
                    *g += f64::from(unpack(sd) * UNPACK * self.largest * z);
                }
            }
        }
    }
}

/// All arrays of a layer, and what turns their currents into column sums.
#[derive(Debug, Clone)]
pub struct LayerArrays {
    /// By row group in the order of the group cells, which may cut a row group into several parts.
    pub row_groups: Vec<(usize, Vec<NoisyArray>)>,
    /// Wires of each array.
    pub wires: Wires,
    /// Gain on every current, for drift.
    pub gain: f64,
    /// What a reference column takes away per driven unit, microsiemens.
    pub reference_us: f64,
    /// One unit of column sum.
    pub unit_us: f64,
}

impl DeviceModel {
    /// Whether every read needs a nodal solve of its own.
    pub fn solves_every_read(&self) -> bool {
        self.wires.is_some() && self.is_noisy()
    }

    /// Why the solves of one image would take too long, if so. Layers come with their name, map and encoding.
    pub fn too_much_work(
        &self,
        arch: &Arch,
        layers: &[(&str, &LayerMap, Encoding)],
    ) -> Option<FuncError> {
        // Gated rows are refused for themselves; without an ADC columns are summed digitally.
        let converted = arch.adc.is_some();
        if !self.solves_every_read() || self.gated || !converted {
            return None;
        }
        let by_layer = layers
            .iter()
            .map(|(name, map, e)| (work(arch, map, e), *name));
        let total = by_layer.clone().map(|w| w.0).fold(0, u64::saturating_add);
        let (most, layer) = by_layer.max_by_key(|w| w.0)?;
        if total <= WORK_LIMIT {
            return None;
        }
        let millions = |v: u64| v.div_ceil(1_000_000);
        let rows = if arch.row_steps() > 1 {
            ", make arrays no higher than the rows active at once (`crossbar.rows`, `crossbar.active_rows`)"
        } else {
            ""
        };
        Some(FuncError::Physics {
            layer: layer.to_owned(),
            what: format!(
                "wires together with read noise take a nodal solve for every read: {} million cells solved for one image ({} million of them in this layer; cells of an array x its reads), beyond the limit of {} million, some minutes of one core; leave out either `crossbar.wires` or the read noise{rows}, apply more input bits a step (`dac.bits`), or run a smaller network",
                millions(total),
                millions(most),
                millions(WORK_LIMIT),
            ),
        })
    }

    /// The arrays of a layer, for solving read by read.
    ///
    /// # Errors
    /// If read noise can make cells so negative that the network is not positive definite.
    pub fn arrays(
        &self,
        (layer, name): (u64, &str),
        program: &Program<'_>,
    ) -> Result<LayerArrays, FuncError> {
        let layer_key = hash(self.seed, layer);
        let wires = self.wires.unwrap_or(Wires {
            row_ohm: 0.0,
            column_ohm: 0.0,
        });
        let draw = |parts: &&[Frame]| {
            let levels: Vec<_> = parts.iter().map(|f| program.levels(f)).collect();
            let mut sums = [0.0; 2];
            let mut arrays = Vec::new();
            for (number, first, width) in parts[0].arrays() {
                let (cells, at) = ((*parts, &levels[..]), (number, first, width));
                let a = self.array(layer_key, cells, &program.encoding, at, &mut sums);
                let cells = a.g_us.iter().zip(&a.variance);
                let least = cells.fold(0.0, |m: f64, (g, v)| m.min(g - STRONGEST * v.sqrt()));
                if !holds(a.g_us.dim(), wires, least) {
                    return Err(FuncError::Physics {
                        layer: name.to_owned(),
                        what: format!(
                            "read noise can take a cell to {least:.3} uS, and with wires of this resistance the network of the array ({} x {} cells) then need not have a solution; lower the read noise or the wires' resistance, or leave one of them out",
                            a.g_us.nrows(),
                            a.g_us.ncols()
                        ),
                    });
                }
                arrays.push(NoisyArray::new((first, width), &a));
            }
            Ok((parts[0].place.row_group, arrays, sums))
        };
        let drawn: Vec<Result<_, FuncError>> =
            by_row_group(&program.frames).par_iter().map(draw).collect();
        let drawn = drawn.into_iter().collect::<Result<Vec<_>, _>>()?;
        let total = |i: usize| drawn.iter().map(|d| d.2[i]).sum::<f64>();
        Ok(LayerArrays {
            wires,
            gain: self.gain([total(0), total(1)]),
            reference_us: self.reference_us(&program.encoding),
            unit_us: self.unit_us(),
            row_groups: drawn.into_iter().map(|d| (d.0, d.1)).collect(),
        })
    }

    /// Draws one array (its number, first output and outputs) of a row group. Adds to `sums` what its cells conducted when
    /// programmed and conduct now.
    pub(super) fn array(
        &self,
        layer_key: u64,
        (parts, levels): (&[Frame], &[Levels]),
        e: &Encoding,
        (number, first, width): (u64, usize, usize),
        sums: &mut [f64; 2],
    ) -> ArrayCells {
        let signs = if e.pairs() { 2 } else { 1 };
        let rows: usize = parts.iter().map(|p| p.rows.len()).sum();
        let key = hash(layer_key, (parts[0].place.row_group as u64) << 20 | number);
        let physical = width * e.slices * signs;
        let mut g_us = Array2::<f64>::zeros((rows, physical));
        let mut variance = Array2::<f64>::zeros(if self.is_noisy() {
            (rows, physical)
        } else {
            (0, 0)
        });
        let isa = Isa::best();
        let stuck = self.cells.stuck_lrs + self.cells.stuck_hrs > 0.0;
        // Without a law there is nothing to draw.
        let mut normals = [self.draws_programming(), self.cells.drift.is_some()]
            .map(|draws| vec![0.0; if draws { physical } else { 0 }]);
        let lines = parts.iter().zip(levels);
        let lines = lines.flat_map(|(part, levels)| (0..part.rows.len()).map(move |r| (levels, r)));
        for (row, (levels, r)) in lines.enumerate() {
            // Rows may be fewer than the array has; columns number cells alike for any.
            let key = hash(key, row as u64);
            for (purpose, out) in [PROGRAM, DRIFT].into_iter().zip(&mut normals) {
                let key = hash(key, purpose);
                isa.run(Normals { key, out });
            }
            for o in 0..width {
                for slice in 0..e.slices {
                    let (plus, minus) = levels.column(slice, first + o);
                    for (sign, levels) in [plus, minus].iter().take(signs).enumerate() {
                        let column = (o * e.slices + slice) * signs + sign;
                        let z =
                            [0, 1].map(|i: usize| normals[i].get(column).copied().unwrap_or(0.0));
                        let stuck = stuck.then(|| uniform(hash(key, STUCK), column as u64));
                        let c = self.cell(levels[r], z, stuck);
                        g_us[[row, column]] = c.g_us;
                        sums[0] += c.programmed_us;
                        sums[1] += c.g_us;
                        if !variance.is_empty() {
                            variance[[row, column]] = self.variance(c);
                        }
                    }
                }
            }
        }
        ArrayCells { g_us, variance }
    }
}

/// Cells solved for one image: for every read of an array, its cells.
fn work(arch: &Arch, map: &LayerMap, e: &Encoding) -> u64 {
    let signs = if e.pairs() { 2 } else { 1 };
    let active = arch.crossbar.active_rows as usize;
    let per_step = map.row_groups.iter().map(|g| {
        let rows = g.rows.iter().count();
        (rows * g.outputs.len() * e.slices * signs) as u64 * rows.div_ceil(active) as u64
    });
    let reads = (map.geometry.positions() * e.steps) as u64;
    per_step.sum::<u64>().saturating_mul(reads)
}
