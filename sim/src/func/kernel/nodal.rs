//! Nodal solve for every read: wires and read noise together.
//!
//! Read noise gives every cell another conductance in every read, so that wires cannot be folded. For every read each cell
//! of the array draws its own noise, and the resistive network is solved for the read's row voltages
//! ([`crate::func::cells::wires::solve`]); rows that the read does not drive are held at 0 V. Currents become column sums as in
//! [`super::analog`]: gain, pairs or reference, unit; then the converters.
//!
//! Noise is keyed by (seed, chip, layer, image, position, row group and part, step, array, row, column): neither batch nor
//! order nor thread matter. It is not cut at 0: as in the analog kernel a cell that noise takes below 0 counts as such, so
//! that noise alone moves no mean. Whether the network then still has a solution is checked when cells are programmed.

use super::active_rows::Driven;
use super::{LayerKernel, ReadAt, Scratch};
use crate::func::adc::codes::Converters;
use crate::func::adc::mismatch::Lines;
use crate::func::adc::stats::LayerStats;
use crate::func::cells::block::Frame;
use crate::func::cells::device::arrays::LayerArrays;
use crate::func::cells::encode::Encoding;
use crate::func::cells::layout::Program;
use crate::func::cells::wires::solve::Solver;
use crate::func::isa::Isa;
use crosscut_traces::random::hash;
use ndarray::{Array2, ArrayView2, s};

/// Rows of one row group that one read drives.
struct Group {
    number: u64,
    /// First of the rows within the arrays.
    first_row: usize,
    /// Which of the layer's row groups.
    arrays: usize,
    frame: Frame,
    /// Where converters differ.
    lines: Option<Lines>,
}

/// Working memory of a thread.
#[derive(Debug, Default)]
pub(super) struct Work {
    solver: Solver,
    /// Conductances of the array in this read.
    cells: Vec<f64>,
    volts: Vec<f64>,
    currents: Vec<f64>,
    /// Column sums of one read, slices x outputs.
    sums: Vec<f64>,
    /// The same, added over the steps of a product.
    charge: Vec<f64>,
}

/// The kernel of one layer.
pub struct Nodal {
    isa: Isa,
    encoding: Encoding,
    converters: Converters,
    groups: Vec<Group>,
    layer: LayerArrays,
    outputs: usize,
    /// Key of the layer's read noise.
    key: u64,
}

impl Nodal {
    /// Lays out the arrays that hold the cells. `key` keys the read noise of the layer.
    pub fn new(
        isa: Isa,
        converters: Converters,
        program: &Program<'_>,
        layer: LayerArrays,
        (outputs, key): (usize, u64),
    ) -> Nodal {
        let at = |row_group: usize| {
            let mut all = layer.row_groups.iter();
            let found = all.position(|(number, _)| *number == row_group);
            found.expect("every row group has its arrays")
        };
        let lay = |(number, frame): (usize, &Frame)| Group {
            number: number as u64,
            first_row: frame.place.first_row,
            arrays: at(frame.place.row_group),
            frame: frame.clone(),
            lines: converters.lines(frame, &program.encoding),
        };
        let groups = program.frames.iter().enumerate().map(lay).collect();
        Nodal {
            isa,
            encoding: program.encoding,
            converters,
            groups,
            layer,
            outputs,
            key,
        }
    }

    /// Column sums of one read (`rows` of the group with their inputs, or 1) into `work.sums`.
    fn read(&self, p: &Group, rows: &[u16], values: Option<&[f32]>, key: u64, work: &mut Work) {
        let (e, l) = (&self.encoding, &self.layer);
        let outputs = p.frame.outputs.len();
        work.sums.clear();
        work.sums.resize(e.slices * outputs, 0.0);
        if rows.is_empty() {
            return;
        }
        let arrays = &l.row_groups[p.arrays].1;
        work.volts.clear();
        work.volts.resize(arrays[0].rows, 0.0);
        for (i, &row) in rows.iter().enumerate() {
            work.volts[p.first_row + row as usize] = values.map_or(1.0, |v| f64::from(v[i]));
        }
        let reference = l.reference_us * work.volts.iter().sum::<f64>();
        let signs = if e.pairs() { 2 } else { 1 };
        for (number, a) in arrays.iter().enumerate() {
            a.draw(hash(key, number as u64), &mut work.cells);
            let size = (a.rows, a.columns());
            let cells = ArrayView2::from_shape(size, &work.cells).expect("same size");
            work.currents.resize(a.columns(), 0.0);
            work.solver
                .currents(cells, l.wires, &work.volts, &mut work.currents);
            for o in 0..a.width {
                for slice in 0..e.slices {
                    let column = (o * e.slices + slice) * signs;
                    let other = if e.pairs() {
                        l.gain * work.currents[column + 1]
                    } else {
                        reference
                    };
                    let sum = (l.gain * work.currents[column] - other) / l.unit_us;
                    work.sums[slice * outputs + a.first + o] = sum;
                }
            }
        }
    }

    /// All reads of one position of a row group; values of its columns into `totals`.
    fn position(
        &self,
        p: &Group,
        key: u64,
        driven: &Driven,
        work: &mut Work,
        (totals, stats): (&mut [i64], &mut LayerStats),
    ) {
        let e = &self.encoding;
        let (steps, outputs) = (e.steps, p.frame.outputs.len());
        work.charge.clear();
        work.charge.resize(totals.len(), 0.0);
        totals.fill(0);
        let mut start = 0;
        for step in 0..steps {
            let end = driven.ends[step] as usize;
            let (rows, values) = (&driven.rows[start..end], driven.values.get(start..end));
            // Inputs of 1 have no list.
            let values = values.filter(|v| !v.is_empty());
            start = end;
            self.read(
                p,
                rows,
                values,
                hash(key, p.number << 5 | step as u64),
                work,
            );
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
            let (sums, weight) = match (e.analog_sums, e.subtracts_last() && last) {
                (true, _) => (&work.charge, 1),
                (false, true) => (&work.sums, -weight),
                (false, false) => (&work.sums, weight),
            };
            for (column, (&sum, total)) in sums.iter().zip(&mut *totals).enumerate() {
                let (sum, slice) = (sum as f32, column / outputs);
                let sample = (self.converters).convert_analog(p.lines.as_ref(), column, slice, sum);
                let seen = (sum + 0.5).floor() as i64;
                let detail = stats.detail;
                stats.slices[slice].see(detail, seen, sample.value, sample.clip);
                *total += weight * sample.value;
            }
        }
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
        let e = &self.encoding;
        let patches = patches.as_standard_layout();
        let mut out = Array2::zeros((patches.nrows(), self.outputs));
        let mine = |p: &&Group| p.frame.channel_group == channel_group;
        for p in self.groups.iter().filter(mine) {
            let outputs = p.frame.outputs.len();
            scratch.columns.resize(e.slices * outputs, 0);
            for position in 0..patches.nrows() {
                let one = patches.slice(s![position..position + 1, ..]);
                let by_step = (e, e.dac_bits);
                scratch.driven.list(self.isa, by_step, &p.frame.rows, one);
                let key = hash(
                    hash(self.key, at.image),
                    at.first_position + position as u64,
                );
                let to = (&mut scratch.columns[..], &mut *stats);
                self.position(p, key, &scratch.driven, &mut scratch.nodal, to);
                let columns = &scratch.columns;
                let mut row = out.row_mut(position);
                p.frame.merge(
                    e,
                    |slice| &columns[slice * outputs..][..outputs],
                    scratch.driven.sums[0],
                    row.as_slice_mut().expect("contiguous"),
                    &mut scratch.sums,
                );
            }
        }
        out
    }
}
