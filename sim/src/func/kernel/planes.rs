//! Bit planes: every read of every column of a layer of ideal cells, through the converter, shifted and added.
//!
//! Sums come from adding active rows where they fit 16 bits (`rows`), else from population counts (`popcount`): the same
//! integers.

use super::active_rows::{ActiveRows, BATCH};
use super::input::Planes;
use super::layer::{LayerKernel, ReadAt, Scratch};
use super::popcount::{LANES, Reads, Word, columns};
use super::rows::{self, Batch, LevelTiles, Tally};
use crate::func::adc::converters::Converters;
use crate::func::adc::stats::LayerStats;
use crate::func::cells::block::Block;
use crate::func::cells::encode::Encoding;
use crate::func::cells::layout::Layout;
use crate::func::isa::Isa;
use crate::func::options::Detail;
use ndarray::{Array2, ArrayView2, s};
use rayon::prelude::*;

/// The cells of one block: bit planes, a 64-row word of one plane for eight columns at a time, or levels.
pub(super) struct PlaneCells {
    pub block: Block,
    /// 64-row words.
    pub words: usize,
    /// Octets of outputs in one weight slice; the last one is filled with columns of zeros.
    pub octets: usize,
    /// Weight slices x octets x signs (two for differential pairs) x cell bits x words.
    pub planes: Vec<Word>,
    /// The same levels for adding active rows, where sums fit.
    pub levels: Option<LevelTiles>,
}

impl PlaneCells {
    fn new(layout: &Layout<'_>, block: &Block, small: Option<&Converters>) -> PlaneCells {
        let (e, levels) = (&layout.encoding, layout.levels(block));
        let (words, octets) = (
            block.rows.len().div_ceil(64),
            block.outputs.len().div_ceil(LANES),
        );
        let (signs, bits) = (if e.pairs() { 2 } else { 1 }, e.cell_bits as usize);
        let planes = if small.is_some() { 0 } else { e.weight_slices };
        let mut cells = vec![[0; LANES]; planes * octets * signs * bits * words];
        for weight_slice in 0..planes {
            for o in 0..block.outputs.len() {
                let (plus, minus) = levels.column(weight_slice, o);
                for (sign, column) in [plus, minus].into_iter().take(signs).enumerate() {
                    let plane = ((weight_slice * octets + o / LANES) * signs + sign) * bits;
                    for (r, &level) in column.iter().enumerate() {
                        for bit in 0..bits {
                            let word = &mut cells[(plane + bit) * words + r / 64][o % LANES];
                            *word |= u64::from(level >> bit & 1) << (r % 64);
                        }
                    }
                }
            }
        }
        PlaneCells {
            block: block.clone(),
            words,
            octets,
            planes: cells,
            levels: small.map(|c| LevelTiles::new(block, &levels, e, c)),
        }
    }
}

/// Working memory of a thread.
#[derive(Debug, Default)]
struct Work {
    /// Bit planes of inputs.
    planes: Vec<u64>,
    /// Values of columns, counted.
    columns: Vec<i64>,
    active: ActiveRows,
    /// Shifted and added reads of a batch of positions.
    reads: Vec<i32>,
    /// Accumulators of one position of a block.
    sums: Vec<i64>,
    tally: Tally,
}

/// The bit-plane kernel of one layer.
pub struct BitPlanes {
    isa: Isa,
    encoding: Encoding,
    converters: Converters,
    blocks: Vec<PlaneCells>,
    /// Outputs of a channel group.
    outputs: usize,
}

impl BitPlanes {
    /// Packs programmed cells.
    pub fn new(isa: Isa, converters: Converters, layout: &Layout<'_>, outputs: usize) -> BitPlanes {
        let encoding = layout.encoding;
        let small = rows::fits(&encoding, &converters, &layout.blocks);
        let small = small.then_some(&converters);
        let pack = |block| PlaneCells::new(layout, block, small);
        BitPlanes {
            isa,
            blocks: layout.blocks.par_iter().map(pack).collect(),
            converters,
            encoding,
            outputs,
        }
    }

    /// Adds a block's accumulators by counting bits.
    fn count_bits(
        &self,
        cells: &PlaneCells,
        patches: ArrayView2<'_, i32>,
        out: &mut Array2<i64>,
        work: &mut Work,
        stats: &mut LayerStats,
    ) {
        let (e, block) = (&self.encoding, &cells.block);
        let padded = cells.octets * LANES;
        work.columns.resize(e.weight_slices * padded, 0);
        work.planes.clear();
        work.planes.resize(e.input_bits as usize * cells.words, 0);
        let side = cells.planes.len() / e.weight_slices;
        for (mut row, x) in out.rows_mut().into_iter().zip(patches.rows()) {
            let input_sum = self.isa.run(Planes {
                isa: self.isa,
                e,
                rows: &block.rows,
                x: x.to_slice().expect("standard layout"),
                planes: &mut work.planes,
            });
            for weight_slice in 0..e.weight_slices {
                let reads = Reads {
                    cells: &cells.planes[weight_slice * side..][..side],
                    live: block.outputs.len(),
                    planes: &work.planes,
                    words: cells.words,
                    cell_bits: e.cell_bits as usize,
                    pairs: e.pairs(),
                    step_bits: e.dac_bits as usize,
                    subtract_last: e.subtracts_last(),
                    analog_sums: e.analog_sums,
                    codes: &self.converters.codes[weight_slice],
                    detail: stats.detail,
                };
                let values = &mut work.columns[weight_slice * padded..][..padded];
                let seen = &mut stats.weight_slices[weight_slice];
                columns(self.isa, &reads, values, seen);
            }
            block.merge(
                e,
                |weight_slice| &work.columns[weight_slice * padded..][..block.outputs.len()],
                input_sum,
                row.as_slice_mut().expect("contiguous"),
                &mut work.sums,
            );
        }
    }

    /// Adds a block's accumulators by adding active rows.
    fn add_rows(
        &self,
        block: &Block,
        levels: &LevelTiles,
        patches: ArrayView2<'_, i32>,
        out: &mut Array2<i64>,
        work: &mut Work,
        stats: &mut LayerStats,
    ) {
        let e = &self.encoding;
        let tally = &mut work.tally;
        let mut tally = (stats.detail > Detail::Clips).then(|| {
            tally.begin(block);
            tally
        });
        for first in (0..patches.nrows()).step_by(BATCH) {
            let n = BATCH.min(patches.nrows() - first);
            let batch = patches.slice(s![first..first + n, ..]);
            work.active.list(self.isa, e, 1, &block.rows, batch);
            let mut out = out.slice_mut(s![first..first + n, ..]);
            self.isa.run(Batch {
                isa: self.isa,
                levels,
                block,
                e,
                active: &work.active,
                reads: &mut work.reads,
                sums: &mut work.sums,
                out: out.as_slice_mut().expect("whole rows"),
                width: self.outputs,
                stats,
                tally: tally.as_deref_mut(),
            });
        }
        if let Some(tally) = tally {
            tally.record(&self.converters.codes, stats);
        }
    }
}

impl LayerKernel for BitPlanes {
    fn name(&self) -> &'static str {
        "bit-plane-clip"
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
        let patches = patches.as_standard_layout();
        let n = patches.nrows();
        let mut out = Array2::zeros((n, self.outputs));
        let mine = |cells: &&PlaneCells| cells.block.channel_group == channel_group;
        for cells in self.blocks.iter().filter(mine) {
            stats.idle += cells
                .block
                .idle_samples(&self.encoding, at.first_position, n);
            let (patches, out) = (patches.view(), &mut out);
            match &cells.levels {
                Some(levels) => self.add_rows(&cells.block, levels, patches, out, work, stats),
                None => self.count_bits(cells, patches, out, work, stats),
            }
        }
        out
    }
}
