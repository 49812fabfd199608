//! What programmed cells conduct: spread, stuck cells, drift, read noise, wires, all in units of column sum.
//!
//! A cell of level `l` aims at `off + l (on - off) / (L - 1)`; the unit is the step between two levels, so that an ideal
//! cell counts `l` and its products add up to the integer column sum. Every cell has random numbers of its own, keyed by
//! (seed, chip, layer, array, cell, purpose): they depend on nothing else. Wires are folded into the conductances; with read noise, which no fold survives,
//! [`arrays`] hands out the cells of each array instead, for a solve of every read.
//!
//! Simplifications: all copies of a block (replicas, unrolled positions) share the draws of the first; stuck cells neither
//! scatter nor drift, but have read noise; the unit column and the reference column are exact; cells of an array that
//! hold no weight are cut off.

pub mod arrays;

use crate::func::cells::block::{Frame, by_row_group};
use crate::func::cells::encode::Encoding;
use crate::func::cells::layout::Program;
use crate::func::cells::wires::{Wires, fold};
use crate::func::error::FuncError;
use crate::func::options::Physics;
use crosscut_arch::Arch;
use crosscut_arch::device::{CellPhysics, DriftCompensation, OffCompensation, RowDrive};
use crosscut_traces::random::hash;
use ndarray::Array2;
use rayon::prelude::*;

/// Larger than any normal number that read noise draws (`gauss.rs`: `sqrt(-2 ln 2^-25)` = 5.89).
const STRONGEST: f64 = 5.9;

/// Purposes of a cell's random numbers.
const STUCK: u64 = 0;
const PROGRAM: u64 = 1;
const DRIFT: u64 = 2;

/// Conductances of the cells that one read drives, as seen by a column: positive less negative cells, less what a
/// reference column takes away. Columns are slices x outputs.
#[derive(Debug, Clone, PartialEq)]
pub struct Conductances {
    /// Rows x columns, in units of column sum per driven unit.
    pub mean: Array2<f32>,
    /// Variance of the read noise, in the same units squared; absent without noise.
    pub variance: Option<Array2<f32>>,
}

impl Conductances {
    /// Of cells that conduct their levels.
    pub fn ideal(program: &Program<'_>, frame: &Frame) -> Conductances {
        let (levels, outputs) = (program.levels(frame), frame.outputs.len());
        let mut mean = Array2::zeros((frame.rows.len(), frame.columns()));
        for (column, mut to) in mean.columns_mut().into_iter().enumerate() {
            let (plus, minus) = levels.column(column / outputs, column % outputs);
            for (r, to) in to.iter_mut().enumerate() {
                *to = f32::from(plus[r]) - minus.get(r).map_or(0.0, |&m| f32::from(m));
            }
        }
        Conductances {
            mean,
            variance: None,
        }
    }
}

/// What makes up for drift, still to be taken.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Gain {
    gain: f64,
    /// Added, in units of column sum per driven unit.
    more: f64,
}

impl Gain {
    /// A mean conductance with the gain taken.
    pub fn of(&self, g: f32) -> f32 {
        (self.gain * f64::from(g) + self.more) as f32
    }

    /// What a variance gains.
    pub fn squared(&self) -> f32 {
        (self.gain * self.gain) as f32
    }
}

/// One cell.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Cell {
    programmed_us: f64,
    g_us: f64,
}

/// The physics of a machine's cells in one run.
pub struct DeviceModel {
    cells: CellPhysics,
    wires: Option<Wires>,
    gated: bool,
    on_us: f64,
    off_us: f64,
    levels: f64,
    time_s: Option<f64>,
    seed: u64,
}

impl DeviceModel {
    /// The physics that is switched on and departs from ideal cells; `None` if nothing does.
    pub fn of(arch: &Arch, physics: &Physics) -> Option<DeviceModel> {
        let s = physics.switches;
        let mut cells = arch.device.physics.clone();
        if !s.programming {
            cells.programming = None;
            cells.levels.clear();
        }
        if !s.read_noise {
            cells.read_noise = None;
        }
        if !s.drift {
            cells.drift = None;
        }
        if !s.stuck {
            (cells.stuck_lrs, cells.stuck_hrs) = (0.0, 0.0);
        }
        let mut off_us = arch.device.off_conductance_us;
        if !s.on_off {
            cells.off_compensation = OffCompensation::Reference;
            off_us = 0.0;
        }
        let resistance = arch.crossbar.wires.filter(|_| s.wires);
        let wires = resistance.map(|w| Wires {
            row_ohm: w.row_ohm,
            column_ohm: w.column_ohm,
        });
        let wires = wires.filter(|w| !w.are_ideal());
        // Cells of digital memories conduct nothing.
        let conducts = arch.device.on_conductance_us > 0.0;
        if !conducts || (cells.is_ideal() && wires.is_none()) {
            return None;
        }
        Some(DeviceModel {
            cells,
            wires,
            gated: resistance.is_some_and(|w| w.drive == RowDrive::Gate),
            on_us: arch.device.on_conductance_us,
            off_us,
            levels: f64::from((1u32 << arch.device.cell_bits) - 1),
            time_s: physics.time_s,
            seed: hash(hash(physics.seed, 0x0063_656C_6C73), physics.chip),
        })
    }

    /// Whether every read draws anew.
    pub fn is_noisy(&self) -> bool {
        self.cells.read_noise.is_some()
    }

    /// Whether programming scatters.
    fn draws_programming(&self) -> bool {
        self.cells.programming.is_some() || self.cells.levels.iter().any(|l| l.sd_us > 0.0)
    }

    /// Why the physics cannot be computed for a layer, if so. `shared`: several blocks sit in one array.
    pub fn refusal(&self, layer: &str, unroll: usize, shared: bool) -> Option<FuncError> {
        self.wires?;
        let refuse = |what: &str| {
            Some(FuncError::Physics {
                layer: layer.to_owned(),
                what: what.to_owned(),
            })
        };
        if self.gated {
            return refuse(
                "`crossbar.wires.drive` is `gate`: which cells load the wires then depends on the inputs, so that wires cannot be folded into conductances, and a solve for every read is not laid out for it; set `crossbar.wires.drive = \"voltage\"`, or leave the wires out",
            );
        }
        if unroll > 1 {
            return refuse(
                "the copies of an unrolled layer share word lines that drive different rows of each, which the wire model does not lay out; map it with slice width 1, or leave the wires out",
            );
        }
        if shared {
            return refuse(
                "several channel groups share an array, which the wire model does not lay out; set `mapping.channel_groups = \"apart\"`, or leave the wires out",
            );
        }
        None
    }

    /// Step between two levels.
    fn unit_us(&self) -> f64 {
        match (self.cells.levels.first(), self.cells.levels.last()) {
            (Some(a), Some(b)) => (b.mean_us - a.mean_us) / self.levels,
            _ => (self.on_us - self.off_us) / self.levels,
        }
    }

    fn time(&self, own: f64) -> f64 {
        self.time_s.unwrap_or(own)
    }

    /// A cell of that level with its normal numbers; `stuck` is uniform.
    #[inline]
    fn cell(&self, level: u16, [program, drift]: [f32; 2], stuck: Option<f64>) -> Cell {
        if let Some(u) = stuck.filter(|&u| u < self.cells.stuck_lrs + self.cells.stuck_hrs) {
            let lrs = u < self.cells.stuck_lrs;
            let g_us = if lrs { self.on_us } else { self.off_us };
            return Cell {
                programmed_us: g_us,
                g_us,
            };
        }
        let programmed_us = match self.cells.levels.get(usize::from(level)) {
            Some(l) if l.sd_us > 0.0 => (l.mean_us + l.sd_us * f64::from(program)).max(0.0),
            Some(l) => l.mean_us,
            None => {
                let target = self.off_us + f64::from(level) * self.unit_us();
                match &self.cells.programming {
                    Some(p) => p.law.draw_us(target, f64::from(program)),
                    None => target,
                }
            }
        };
        let g_us = match &self.cells.drift {
            Some(d) => d.draw_us(programmed_us, self.time(d.time_s), f64::from(drift)),
            None => programmed_us,
        };
        Cell {
            programmed_us,
            g_us,
        }
    }

    fn variance(&self, c: Cell) -> f64 {
        let Some(noise) = &self.cells.read_noise else {
            return 0.0;
        };
        // Noise gathers until the read, which drift may have fixed.
        let time = self.time_s.or(self.cells.drift.as_ref().map(|d| d.time_s));
        noise.law.sd_us(c.programmed_us, c.g_us, time).powi(2)
    }

    /// Programs the cells of a layer block by block, gives each to `lay`, and says what gain is still to be taken; the
    /// layer's number keys the draws.
    pub fn program<T: Send>(
        &self,
        layer: u64,
        program: &Program<'_>,
        lay: impl Fn(&Frame, Conductances) -> T + Sync,
    ) -> (Vec<T>, Option<Gain>) {
        let layer_key = hash(self.seed, layer);
        let drawn: Vec<(Vec<T>, [f64; 2])> = by_row_group(&program.frames)
            .par_iter()
            .map(|frames| {
                let (blocks, sums) = self.row_group(layer_key, program, frames);
                let blocks = frames.iter().zip(blocks);
                (blocks.map(|(f, c)| lay(f, c)).collect(), sums)
            })
            .collect();
        let total = |i: usize| drawn.iter().map(|d| d.1[i]).sum::<f64>();
        let gain = self.gain([total(0), total(1)]);
        // A gain acts on the current before the reference is taken away.
        let reference = self.reference_us(&program.encoding) / self.unit_us();
        let gain = (gain != 1.0).then_some(Gain {
            gain,
            more: (gain - 1.0) * reference,
        });
        (drawn.into_iter().flat_map(|d| d.0).collect(), gain)
    }

    /// Gain that makes up for drift, from what all cells conducted when programmed and conduct now.
    fn gain(&self, [programmed, now]: [f64; 2]) -> f64 {
        match &self.cells.drift {
            Some(d) if d.compensation == DriftCompensation::Global && now > 0.0 => programmed / now,
            _ => 1.0,
        }
    }

    /// What a reference column takes away per driven unit, microsiemens.
    fn reference_us(&self, e: &Encoding) -> f64 {
        let compensated = self.cells.off_compensation == OffCompensation::Reference;
        if e.pairs() || !compensated {
            return 0.0;
        }
        self.cells.levels.first().map_or(self.off_us, |l| l.mean_us)
    }

    /// Conductances of one row group (all its blocks), and the sums of what its cells conducted when programmed and conduct
    /// now.
    fn row_group(
        &self,
        layer_key: u64,
        program: &Program<'_>,
        parts: &[Frame],
    ) -> (Vec<Conductances>, [f64; 2]) {
        let (e, outputs) = (&program.encoding, parts[0].outputs.len());
        let levels: Vec<_> = parts.iter().map(|f| program.levels(f)).collect();
        let (signs, unit) = (if e.pairs() { 2 } else { 1 }, self.unit_us());
        let rows: usize = parts.iter().map(|p| p.rows.len()).sum();
        let columns = e.slices * outputs;
        let mut mean = Array2::<f32>::zeros((rows, columns));
        let mut variance = self
            .is_noisy()
            .then(|| Array2::<f32>::zeros((rows, columns)));
        let mut sums = [0.0; 2];
        for (number, first, width) in parts[0].arrays() {
            let cells = (parts, &levels[..]);
            let array = self.array(layer_key, cells, e, (number, first, width), &mut sums);
            if let Some(v) = &mut variance {
                for ((row, column), s) in array.variance.indexed_iter() {
                    // Columns are (output, slice, sign).
                    let (o, slice) = (column / signs / e.slices, column / signs % e.slices);
                    v[[row, slice * outputs + first + o]] += (s / (unit * unit)) as f32;
                }
            }
            let mut g = array.g_us;
            if let Some(wires) = self.wires {
                g = fold(g.view(), wires);
            }
            let reference = self.reference_us(e);
            for row in 0..rows {
                for o in 0..width {
                    for slice in 0..e.slices {
                        let column = (o * e.slices + slice) * signs;
                        let other = if e.pairs() {
                            g[[row, column + 1]]
                        } else {
                            reference
                        };
                        // Differences first, so that ideal cells count whole levels.
                        let value = (g[[row, column]] - other) / unit;
                        mean[[row, slice * outputs + first + o]] = value as f32;
                    }
                }
            }
        }
        let mut start = 0;
        let cut = |m: &Array2<f32>, start: usize, n: usize| {
            m.slice(ndarray::s![start..start + n, ..]).to_owned()
        };
        let parts = parts.iter().map(|p| {
            let n = p.rows.len();
            let c = Conductances {
                mean: cut(&mean, start, n),
                variance: variance.as_ref().map(|v| cut(v, start, n)),
            };
            start += n;
            c
        });
        (parts.collect(), sums)
    }
}
