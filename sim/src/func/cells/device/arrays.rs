//! Arrays kept cell by cell, for a nodal solve of every read, and what such solves take.
//!
//! With wires and read noise together no conductance stays the same from read to read, so that nothing can be folded.
//! Such a model is solved read by read ([`crate::func::kernel::nodal`]), unless that would take too long, or cells could
//! become so negative by noise that the network has no solution to speak of: both are refused.

use super::draw::{ArrayCells, RowGroupCells};
use super::model::DeviceModel;
use crate::func::cells::block::{ArrayOutputs, Block, by_row_group};
use crate::func::cells::encode::Encoding;
use crate::func::cells::gauss::{self, WIDTH};
use crate::func::cells::layout::Layout;
use crate::func::cells::packed::{UNPACK, pack, unpack};
use crate::func::cells::wires::Wires;
use crate::func::cells::wires::solve::holds;
use crate::func::error::FuncError;
use crate::map::LayerMap;
use crosscut_arch::Arch;
use crosscut_traces::random::Key;
use rayon::prelude::*;

/// Most cells solved for one image: each read of an array counts the array's cells. A solve takes 33 to 70 ns a cell
/// (`benches/wires.rs`, arrays of 64 to 256 rows, 1 to 20 ohm a segment): some minutes of one core for an image.
pub const WORK_LIMIT: u64 = 4_000_000_000;

/// Larger than any normal number that read noise draws (`gauss.rs`: `sqrt(-2 ln 2^-25)` = 5.89).
const STRONGEST: f64 = 5.9;

/// The cells of one array, packed: less than half of the memory they are drawn in.
#[derive(Debug, Clone)]
pub struct NoisyArray {
    /// First output, among those of the row group.
    pub first: usize,
    /// Outputs.
    pub width: usize,
    /// Rows.
    pub rows: usize,
    /// Microsiemens at the read without its noise, rows x columns; columns are (output, weight slice, sign).
    g_us: Vec<f32>,
    /// Standard deviation of the read noise of each cell, packed, over the largest.
    deviations: Vec<u16>,
    largest: f32,
}

impl NoisyArray {
    fn new(at: ArrayOutputs, cells: &ArrayCells) -> NoisyArray {
        let largest = cells
            .variance
            .iter()
            .fold(0.0, |m: f64, &v| m.max(v))
            .sqrt() as f32;
        let packed = |v: &f64| pack(v.sqrt() as f32, largest);
        NoisyArray {
            first: at.first,
            width: at.width,
            rows: cells.g_us.nrows(),
            g_us: cells.g_us.iter().map(|&g| g as f32).collect(),
            deviations: cells.variance.iter().map(packed).collect(),
            largest,
        }
    }

    /// Columns.
    pub fn columns(&self) -> usize {
        self.g_us.len() / self.rows.max(1)
    }

    /// Conductances in the read with that key.
    pub fn draw(&self, key: Key, cells: &mut Vec<f64>) {
        let columns = self.columns();
        cells.clear();
        cells.extend(self.g_us.iter().map(|&g| f64::from(g)));
        let mut noise = [0.0; WIDTH];
        let lines = cells.chunks_exact_mut(columns);
        let lines = lines.zip(self.deviations.chunks_exact(columns));
        for (row, (cells, deviations)) in lines.enumerate() {
            let key = key.child(row as u64);
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

/// The arrays that hold one row group.
#[derive(Debug, Clone)]
pub struct RowGroupArrays {
    /// Which of the layer's row groups.
    pub row_group: usize,
    /// By number.
    pub arrays: Vec<NoisyArray>,
}

/// All arrays of a layer, and what turns their currents into column sums.
#[derive(Debug, Clone)]
pub struct LayerArrays {
    /// Row groups that hold weights, in order.
    pub row_groups: Vec<RowGroupArrays>,
    /// Wires of each array.
    pub wires: Wires,
    /// Gain on every current, for drift.
    pub gain: f64,
    /// What a reference column takes away per unit of input, microsiemens.
    pub reference_us: f64,
    /// One unit of column sum, microsiemens.
    pub unit_us: f64,
}

/// The arrays of one row group as drawn, and what their cells conducted when programmed and conduct now.
struct Drawn {
    arrays: RowGroupArrays,
    programmed_us: f64,
    now_us: f64,
}

impl DeviceModel {
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
        Some(FuncError::NotComputable {
            layer: layer.to_owned(),
            what: format!(
                "wires together with read noise take a nodal solve for every read: {} million cells solved for one image ({} million of them in this layer; cells of an array x its reads), beyond the limit of {} million, some minutes of one core; leave out either `crossbar.wires` or the read noise{rows}, apply more input bits a step (`dac.bits`), or run a smaller network",
                millions(total),
                millions(most),
                millions(WORK_LIMIT),
            ),
        })
    }

    /// The arrays of the layer of that number and name, for solving read by read.
    ///
    /// # Errors
    /// If read noise can make cells so negative that the network is not positive definite.
    pub fn arrays(
        &self,
        layer: u64,
        name: &str,
        layout: &Layout<'_>,
    ) -> Result<LayerArrays, FuncError> {
        let layer_key = self.key.child(layer);
        let wires = self.wires.unwrap_or(Wires {
            row_ohm: 0.0,
            column_ohm: 0.0,
        });
        let draw = |blocks: &&[Block]| {
            let cells = RowGroupCells::new(layout, blocks);
            let mut arrays = Vec::new();
            let (mut programmed_us, mut now_us) = (0.0, 0.0);
            for (at, drawn) in self.drawn_arrays(layer_key, &cells) {
                programmed_us += drawn.programmed_us;
                now_us += drawn.now_us;
                solvable(&drawn, wires).map_err(|what| FuncError::NotComputable {
                    layer: name.to_owned(),
                    what,
                })?;
                arrays.push(NoisyArray::new(at, &drawn));
            }
            let row_group = blocks[0].place.row_group;
            Ok(Drawn {
                arrays: RowGroupArrays { row_group, arrays },
                programmed_us,
                now_us,
            })
        };
        let drawn: Vec<Result<Drawn, FuncError>> =
            by_row_group(&layout.blocks).par_iter().map(draw).collect();
        let drawn = drawn.into_iter().collect::<Result<Vec<_>, _>>()?;
        let programmed = drawn.iter().map(|d| d.programmed_us).sum::<f64>();
        let now = drawn.iter().map(|d| d.now_us).sum::<f64>();
        Ok(LayerArrays {
            wires,
            gain: self.gain(programmed, now),
            reference_us: self.reference_us(&layout.encoding),
            unit_us: self.unit_us(),
            row_groups: drawn.into_iter().map(|d| d.arrays).collect(),
        })
    }
}

/// Says what is wrong if noise can leave the network of an array without a solution.
fn solvable(drawn: &ArrayCells, wires: Wires) -> Result<(), String> {
    let cells = drawn.g_us.iter().zip(&drawn.variance);
    let least = cells.fold(0.0, |m: f64, (g, v)| m.min(g - STRONGEST * v.sqrt()));
    if holds(drawn.g_us.dim(), wires, least) {
        return Ok(());
    }
    Err(format!(
        "read noise can take a cell to {least:.3} uS, and with wires of this resistance the network of the array ({} x {} cells) then need not have a solution; lower the read noise or the wires' resistance, or leave one of them out",
        drawn.g_us.nrows(),
        drawn.g_us.ncols()
    ))
}

/// Cells solved for one image: for every read of an array, its cells.
fn work(arch: &Arch, map: &LayerMap, e: &Encoding) -> u64 {
    let signs = if e.pairs() { 2 } else { 1 };
    let per_step = map.row_groups.iter().enumerate().map(|(i, g)| {
        let (rows, reads) = (map.physical_rows(g, 1), map.rows_by_read(i, arch).len());
        (rows * g.outputs.len() * e.weight_slices * signs * reads) as u64
    });
    let reads = (map.geometry.positions() * e.steps) as u64;
    per_step.sum::<u64>().saturating_mul(reads)
}
