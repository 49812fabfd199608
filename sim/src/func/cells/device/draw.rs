//! The cells of one array, drawn.

use super::model::{CellDraws, DeviceModel};
use crate::func::cells::block::{ArrayOutputs, Block};
use crate::func::cells::encode::Encoding;
use crate::func::cells::gauss::Normals;
use crate::func::cells::layout::{Layout, Levels};
use crate::func::isa::Isa;
use crosscut_traces::random::Key;
use ndarray::Array2;
use rand::RngExt;

/// The blocks of one row group with their levels: together they fill the rows of its arrays.
pub(super) struct RowGroupCells<'a> {
    encoding: Encoding,
    blocks: &'a [Block],
    levels: Vec<Levels>,
    /// Rows of all blocks.
    pub rows: usize,
}

impl<'a> RowGroupCells<'a> {
    /// Of at least one block.
    pub fn new(layout: &Layout<'_>, blocks: &'a [Block]) -> RowGroupCells<'a> {
        RowGroupCells {
            encoding: layout.encoding,
            blocks,
            levels: blocks.iter().map(|b| layout.levels(b)).collect(),
            rows: blocks.iter().map(|b| b.rows.len()).sum(),
        }
    }
}

/// The cells of one array that hold weights, as drawn.
pub(super) struct ArrayCells {
    /// Microsiemens at the read without the noise of each read, rows x columns; columns are (output, weight slice, sign).
    pub g_us: Array2<f64>,
    /// Variance of the noise that each cell draws on every read, microsiemens squared; empty without such noise.
    pub variance: Array2<f64>,
    /// What all cells together conducted when programmed.
    pub programmed_us: f64,
    /// What they conduct now.
    pub now_us: f64,
}

impl DeviceModel {
    /// Draws the arrays of a row group one after the other.
    pub(super) fn drawn_arrays(
        &self,
        layer_key: Key,
        cells: &RowGroupCells<'_>,
    ) -> impl Iterator<Item = (ArrayOutputs, ArrayCells)> {
        let row_group = cells.blocks[0].place.row_group as u64;
        let arrays = cells.blocks[0].arrays();
        arrays.map(move |at| {
            let key = layer_key.child(row_group).child(at.number);
            (at, self.array(key, cells, at))
        })
    }

    /// Draws the cells of one array.
    fn array(&self, key: Key, cells: &RowGroupCells<'_>, at: ArrayOutputs) -> ArrayCells {
        let e = &cells.encoding;
        let signs = if e.pairs() { 2 } else { 1 };
        let physical = at.width * e.weight_slices * signs;
        let size = (cells.rows, physical);
        let mut drawn = ArrayCells {
            g_us: Array2::zeros(size),
            variance: Array2::zeros(if self.is_noisy() { size } else { (0, 0) }),
            programmed_us: 0.0,
            now_us: 0.0,
        };
        let isa = Isa::best();
        let stuck = self.has_stuck_cells();
        let [programming, drift, stuck_cells] =
            ["programming", "drift", "stuck"].map(|purpose| key.named(purpose));
        let kept_noise = self.kept_noise_key(key);
        // Without a law there is nothing to draw.
        let mut normals = [self.draws_programming(), self.drifts(), self.keeps_noise()]
            .map(|draws| vec![0.0; if draws { physical } else { 0 }]);
        let lines = cells.blocks.iter().zip(&cells.levels);
        let lines =
            lines.flat_map(|(block, levels)| (0..block.rows.len()).map(move |r| (levels, r)));
        for (row, (levels, r)) in lines.enumerate() {
            // Rows may be fewer than the array has; columns number cells alike for any.
            let row_key = |purpose: Key| purpose.child(row as u64);
            for (purpose, out) in [programming, drift, kept_noise]
                .into_iter()
                .zip(&mut normals)
            {
                let key = row_key(purpose);
                isa.run(Normals { key, out });
            }
            let mut stuck = stuck.then(|| row_key(stuck_cells).rng());
            for o in 0..at.width {
                for weight_slice in 0..e.weight_slices {
                    let (plus, minus) = levels.column(weight_slice, at.first + o);
                    for (sign, levels) in [plus, minus].iter().take(signs).enumerate() {
                        let column = (o * e.weight_slices + weight_slice) * signs + sign;
                        let normal = |i: usize| normals[i].get(column).copied().unwrap_or(0.0);
                        let draws = CellDraws {
                            program: normal(0),
                            drift: normal(1),
                            kept_noise: normal(2),
                            // Cells come in the order of columns.
                            stuck: stuck.as_mut().map(|draws| draws.random()),
                        };
                        let cell = self.cell(levels[r], draws);
                        drawn.g_us[[row, column]] = cell.now_us;
                        drawn.programmed_us += cell.programmed_us;
                        drawn.now_us += cell.now_us;
                        if !drawn.variance.is_empty() {
                            drawn.variance[[row, column]] = self.variance(cell);
                        }
                    }
                }
            }
        }
        drawn
    }
}
