//! Nodal solve for every read: wires and read noise together.
//!
//! Read noise gives every cell another conductance in every read, so that wires cannot be folded. For every read each cell
//! of the array draws its own noise, and the resistive network is solved for the read's row voltages
//! ([`crate::func::cells::wires::solve`]); rows that the read does not drive are held at 0 V. Currents become column sums as in
//! [`super::analog`]: gain, pairs or reference, unit; then the converters.
//!
//! Noise is keyed by (seed, chip, layer, image, position, block, step, array, row, column): neither batch nor
//! order nor thread matter. It is not cut at 0: as in the analog kernel a cell that noise takes below 0 counts as such, so
//! that noise alone moves no mean. Whether the network then still has a solution is checked when cells are programmed.

use super::active_rows::ActiveRows;
use super::layer::{LayerKernel, ReadAt, Scratch};
use crate::func::adc::converters::Converters;
use crate::func::adc::mismatch::Transfer;
use crate::func::adc::stats::LayerStats;
use crate::func::cells::block::Block;
use crate::func::cells::device::arrays::LayerArrays;
use crate::func::cells::encode::Encoding;
use crate::func::cells::layout::Layout;
use crate::func::cells::wires::solve::Solver;
use crate::func::isa::Isa;
use crosscut_traces::random::Key;
use ndarray::{Array2, ArrayView2, s};

/// One block, and the arrays that hold its cells.
struct NodalCells {
    block: Block,
    /// Number of the block in its layer.
    number: u64,
    /// Which of the layer's sets of arrays hold it.
    arrays: usize,
    /// Where converters differ.
    transfer: Option<Transfer>,
}

/// Working memory of a thread.
#[derive(Debug, Default)]
struct Work {
    active: ActiveRows,
    solver: Solver,
    /// Conductances of the array in this read.
    cells: Vec<f64>,
    volts: Vec<f64>,
    currents: Vec<f64>,
    /// Column sums of one read, weight slices x outputs.
    sums: Vec<f64>,
    /// The same, added over the steps of a product.
    charge: Vec<f64>,
    /// Shifted and added conversions of one position, weight slices x outputs.
    totals: Vec<i64>,
    /// Accumulators of one position of a block.
    accumulators: Vec<i64>,
}

/// The kernel of one layer.
pub struct Nodal {
    isa: Isa,
    encoding: Encoding,
    converters: Converters,
    blocks: Vec<NodalCells>,
    layer: LayerArrays,
    /// Outputs of a channel group.
    outputs: usize,
    /// Key of the layer's read noise.
    key: Key,
}

impl Nodal {
    /// Lays out the arrays that hold the cells. `key` keys the read noise of the layer.
    pub fn new(
        isa: Isa,
        converters: Converters,
        layout: &Layout<'_>,
        layer: LayerArrays,
        outputs: usize,
        key: Key,
    ) -> Nodal {
        let arrays_of = |row_group: usize| {
            let found = layer
                .row_groups
                .iter()
                .position(|g| g.row_group == row_group);
            found.expect("every row group has its arrays")
        };
        let lay = |(number, block): (usize, &Block)| NodalCells {
            number: number as u64,
            arrays: arrays_of(block.place.row_group),
            block: block.clone(),
            transfer: converters.transfer(block, &layout.encoding),
        };
        let blocks = layout.blocks.iter().enumerate().map(lay).collect();
        Nodal {
            isa,
            encoding: layout.encoding,
            converters,
            blocks,
            layer,
            outputs,
            key,
        }
    }

    /// Column sums of one read (`rows` of the block with their inputs, or 1) into `work.sums`.
    fn read(
        &self,
        cells: &NodalCells,
        rows: &[u16],
        values: Option<&[f32]>,
        key: Key,
        work: &mut Work,
    ) {
        let (e, l, block) = (&self.encoding, &self.layer, &cells.block);
        let outputs = block.outputs.len();
        work.sums.clear();
        work.sums.resize(e.weight_slices * outputs, 0.0);
        if rows.is_empty() {
            return;
        }
        let arrays = &l.row_groups[cells.arrays].arrays;
        work.volts.clear();
        work.volts.resize(arrays[0].rows, 0.0);
        for (i, &row) in rows.iter().enumerate() {
            let line = block.place.first_row + row as usize;
            work.volts[line] = values.map_or(1.0, |v| f64::from(v[i]));
        }
        let reference = l.reference_us * work.volts.iter().sum::<f64>();
        let signs = if e.pairs() { 2 } else { 1 };
        for (number, a) in arrays.iter().enumerate() {
            a.draw(key.child(number as u64), &mut work.cells);
            let size = (a.rows, a.columns());
            let cells = ArrayView2::from_shape(size, &work.cells).expect("same size");
            work.currents.resize(a.columns(), 0.0);
            work.solver
                .currents(cells, l.wires, &work.volts, &mut work.currents);
            for o in 0..a.width {
                for weight_slice in 0..e.weight_slices {
                    let column = (o * e.weight_slices + weight_slice) * signs;
                    let other = if e.pairs() {
                        l.gain * work.currents[column + 1]
                    } else {
                        reference
                    };
                    let sum = (l.gain * work.currents[column] - other) / l.unit_us;
                    work.sums[weight_slice * outputs + a.first + o] = sum;
                }
            }
        }
    }

    /// All reads of one position of a block, listed in `work.active`; values of its columns into `work.totals`.
    fn position(&self, cells: &NodalCells, key: Key, work: &mut Work, stats: &mut LayerStats) {
        let e = &self.encoding;
        let (steps, outputs) = (e.steps, cells.block.outputs.len());
        let columns = e.weight_slices * outputs;
        work.charge.clear();
        work.charge.resize(columns, 0.0);
        work.totals.clear();
        work.totals.resize(columns, 0);
        // Lent out, so that a read can use the rest of the memory.
        let active = std::mem::take(&mut work.active);
        let mut start = 0;
        for step in 0..steps {
            let end = active.ends[step] as usize;
            let (rows, values) = (&active.rows[start..end], active.values.get(start..end));
            // Inputs of 1 have no list.
            let values = values.filter(|v| !v.is_empty());
            start = end;
            let read = key.child(cells.number << 5 | step as u64);
            self.read(cells, rows, values, read, work);
            let weight = 1i64 << (step as u32 * e.dac_bits);
            let last = step + 1 == steps;
            if e.analog_sums {
                for (charge, sum) in work.charge.iter_mut().zip(&work.sums) {
                    *charge += weight as f64 * sum;
                }
                if !last {
                    continue;
                }
            }
            let (sums, weight) = if e.analog_sums {
                (&work.charge, 1)
            } else if e.subtracts_last() && last {
                (&work.sums, -weight)
            } else {
                (&work.sums, weight)
            };
            for (column, (&sum, total)) in sums.iter().zip(&mut work.totals).enumerate() {
                let (sum, weight_slice) = (sum as f32, column / outputs);
                let transfer = cells.transfer.as_ref();
                let sample = (self.converters).convert_analog(transfer, column, weight_slice, sum);
                let seen = (sum + 0.5).floor() as i64;
                let detail = stats.detail;
                stats.weight_slices[weight_slice].see(detail, seen, sample.value, sample.clip);
                *total += weight * sample.value;
            }
        }
        work.active = active;
    }
}

impl LayerKernel for Nodal {
    fn name(&self) -> &'static str {
        "nodal-solve"
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
        let mine = |cells: &&NodalCells| cells.block.channel_group == channel_group;
        for cells in self.blocks.iter().filter(mine) {
            let block = &cells.block;
            let (outputs, positions) = (block.outputs.len(), patches.nrows());
            stats.idle += block.idle_samples(e, at.first_position, positions);
            for position in 0..positions {
                let one = patches.slice(s![position..position + 1, ..]);
                work.active.list(self.isa, e, e.dac_bits, &block.rows, one);
                let at = at.after(position);
                let key = self.key.child(at.image).child(at.first_position);
                self.position(cells, key, work, stats);
                let mut row = out.row_mut(position);
                block.merge(
                    e,
                    |weight_slice| &work.totals[weight_slice * outputs..][..outputs],
                    work.active.sums[0],
                    row.as_slice_mut().expect("contiguous"),
                    &mut work.accumulators,
                );
            }
        }
        out
    }
}
