//! Bit planes: every read of every column of a layer of ideal cells, through the converter, shifted and added.
//!
//! Sums come from adding driven rows where they fit 16 bits (`rows`), else from population counts (`popcount`): the same
//! integers.

use super::active_rows::BLOCK;
use super::input::Planes;
use super::popcount::{LANES, Reads, Word, columns};
use super::rows::{self, Block, Rows};
use super::{LayerKernel, ReadAt, Scratch};
use crate::func::adc::codes::Converters;
use crate::func::adc::stats::LayerStats;
use crate::func::cells::block::Frame;
use crate::func::cells::encode::Encoding;
use crate::func::cells::layout::Program;
use crate::func::isa::Isa;
use crate::func::options::Detail;
use ndarray::{Array2, ArrayView2, s};
use rayon::prelude::*;

/// One row group as bit planes: one 64-row word of one plane for eight columns at a time.
pub(super) struct Packed {
    pub frame: Frame,
    /// 64-row words.
    pub words: usize,
    /// Blocks of eight outputs in one slice; the last one is filled with columns of zeros.
    pub blocks: usize,
    /// Slices x blocks x signs (two for differential pairs) x cell bits x words.
    pub cells: Vec<Word>,
    /// The same levels for adding driven rows, where sums fit.
    pub levels: Option<Rows>,
}

impl Packed {
    fn new(program: &Program<'_>, frame: &Frame, small: Option<&Converters>) -> Packed {
        let (e, levels) = (&program.encoding, program.levels(frame));
        let (words, blocks) = (
            frame.rows.len().div_ceil(64),
            frame.outputs.len().div_ceil(LANES),
        );
        let (signs, bits) = (if e.pairs() { 2 } else { 1 }, e.cell_bits as usize);
        let planes = if small.is_some() { 0 } else { e.slices };
        let mut cells = vec![[0; LANES]; planes * blocks * signs * bits * words];
        for slice in 0..planes {
            for o in 0..frame.outputs.len() {
                let (plus, minus) = levels.column(slice, o);
                for (sign, column) in [plus, minus].into_iter().take(signs).enumerate() {
                    let plane = ((slice * blocks + o / LANES) * signs + sign) * bits;
                    for (r, &level) in column.iter().enumerate() {
                        for bit in 0..bits {
                            let word = &mut cells[(plane + bit) * words + r / 64][o % LANES];
                            *word |= u64::from(level >> bit & 1) << (r % 64);
                        }
                    }
                }
            }
        }
        Packed {
            frame: frame.clone(),
            words,
            blocks,
            cells,
            levels: small.map(|c| Rows::new(frame, &levels, e, c)),
        }
    }
}

/// The bit-plane kernel of one layer.
pub struct BitPlanes {
    isa: Isa,
    encoding: Encoding,
    converters: Converters,
    groups: Vec<Packed>,
    /// Outputs of a channel group.
    outputs: usize,
}

impl BitPlanes {
    /// Packs programmed cells.
    pub fn new(
        isa: Isa,
        converters: Converters,
        program: &Program<'_>,
        outputs: usize,
    ) -> BitPlanes {
        let encoding = program.encoding;
        let small = rows::fits(&encoding, &converters, &program.frames);
        let small = small.then_some(&converters);
        let pack = |frame| Packed::new(program, frame, small);
        BitPlanes {
            isa,
            groups: program.frames.par_iter().map(pack).collect(),
            converters,
            encoding,
            outputs,
        }
    }

    /// Adds a row group's accumulators by counting bits.
    fn count_bits(
        &self,
        p: &Packed,
        patches: ArrayView2<'_, i32>,
        out: &mut Array2<i64>,
        scratch: &mut Scratch,
        stats: &mut LayerStats,
    ) {
        let e = &self.encoding;
        let padded = p.blocks * LANES;
        scratch.columns.resize(e.slices * padded, 0);
        scratch.planes.clear();
        scratch.planes.resize(e.input_bits as usize * p.words, 0);
        let side = p.cells.len() / e.slices;
        for (mut row, x) in out.rows_mut().into_iter().zip(patches.rows()) {
            let driven = self.isa.run(Planes {
                isa: self.isa,
                e,
                rows: &p.frame.rows,
                x: x.to_slice().expect("standard layout"),
                planes: &mut scratch.planes,
            });
            for slice in 0..e.slices {
                let reads = Reads {
                    cells: &p.cells[slice * side..][..side],
                    live: p.frame.outputs.len(),
                    planes: &scratch.planes,
                    words: p.words,
                    cell_bits: e.cell_bits as usize,
                    pairs: e.pairs(),
                    step_bits: e.dac_bits as usize,
                    subtract_last: e.subtracts_last(),
                    analog_sums: e.analog_sums,
                    codes: &self.converters.slices[slice],
                    detail: stats.detail,
                };
                let values = &mut scratch.columns[slice * padded..][..padded];
                columns(self.isa, &reads, values, &mut stats.slices[slice]);
            }
            p.frame.merge(
                e,
                |slice| &scratch.columns[slice * padded..][..p.frame.outputs.len()],
                driven,
                row.as_slice_mut().expect("contiguous"),
                &mut scratch.sums,
            );
        }
    }

    /// Adds a row group's accumulators by adding driven rows.
    fn add_rows(
        &self,
        p: &Packed,
        levels: &Rows,
        patches: ArrayView2<'_, i32>,
        out: &mut Array2<i64>,
        scratch: &mut Scratch,
        stats: &mut LayerStats,
    ) {
        let e = &self.encoding;
        let tally = &mut scratch.tally;
        let mut tally = (stats.detail > Detail::Clips).then(|| {
            tally.begin(&p.frame);
            tally
        });
        for first in (0..patches.nrows()).step_by(BLOCK) {
            let n = BLOCK.min(patches.nrows() - first);
            let block = patches.slice(s![first..first + n, ..]);
            scratch.driven.list(self.isa, (e, 1), &p.frame.rows, block);
            let mut out = out.slice_mut(s![first..first + n, ..]);
            self.isa.run(Block {
                isa: self.isa,
                levels,
                frame: &p.frame,
                e,
                driven: &scratch.driven,
                reads: &mut scratch.reads,
                sums: &mut scratch.sums,
                out: out.as_slice_mut().expect("whole rows"),
                width: self.outputs,
                stats,
                tally: tally.as_deref_mut(),
            });
        }
        if let Some(tally) = tally {
            tally.record(&self.converters.slices, stats);
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
        _at: ReadAt,
        scratch: &mut Scratch,
        stats: &mut LayerStats,
    ) -> Array2<i64> {
        let patches = patches.as_standard_layout();
        let mut out = Array2::zeros((patches.nrows(), self.outputs));
        for p in self
            .groups
            .iter()
            .filter(|p| p.frame.channel_group == channel_group)
        {
            match &p.levels {
                Some(levels) => self.add_rows(p, levels, patches.view(), &mut out, scratch, stats),
                None => self.count_bits(p, patches.view(), &mut out, scratch, stats),
            }
        }
        out
    }
}
