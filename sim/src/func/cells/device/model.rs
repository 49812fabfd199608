//! One programmed cell, and the non-idealities a machine's cells have in one run.

use crate::func::cells::encode::Encoding;
use crate::func::cells::wires::Wires;
use crate::func::error::FuncError;
use crate::func::options::FuncOptions;
use crosscut_arch::Arch;
use crosscut_arch::device::{CellPhysics, DriftCompensation, OffCompensation, RowDrive};
use crosscut_traces::random::Key;

/// The random numbers of one cell.
#[derive(Debug, Clone, Copy)]
pub(super) struct CellDraws {
    /// Normal, for programming.
    pub program: f32,
    /// Normal, for drift.
    pub drift: f32,
    /// Normal, for noise that stays over all reads of one time.
    pub kept_noise: f32,
    /// Uniform in [0, 1), where cells can be stuck.
    pub stuck: Option<f64>,
}

/// What one cell conducts.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Cell {
    /// When programmed, microsiemens.
    pub programmed_us: f64,
    /// At the read, with the noise it keeps and without that of each read.
    pub now_us: f64,
}

/// The non-idealities of a machine's cells in one run.
pub struct DeviceModel {
    cells: CellPhysics,
    pub(super) wires: Option<Wires>,
    /// Whether inputs switch the cells' transistors.
    pub(super) gated: bool,
    on_us: f64,
    off_us: f64,
    levels: f64,
    time_s: Option<f64>,
    pub(super) key: Key,
}

impl DeviceModel {
    /// The non-idealities that are on and depart from ideal cells; `None` if nothing does.
    pub fn of(arch: &Arch, options: &FuncOptions) -> Option<DeviceModel> {
        let s = options.non_idealities;
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
            time_s: options.time_s,
            key: options.key().named("cells"),
        })
    }

    /// Whether cells can be stuck.
    pub(super) fn has_stuck_cells(&self) -> bool {
        self.cells.stuck_lrs + self.cells.stuck_hrs > 0.0
    }

    /// Whether conductances drift.
    pub(super) fn drifts(&self) -> bool {
        self.cells.drift.is_some()
    }

    /// Whether every read needs a nodal solve of its own.
    pub fn solves_every_read(&self) -> bool {
        self.wires.is_some() && self.is_noisy()
    }

    /// Whether every read draws anew.
    pub fn is_noisy(&self) -> bool {
        let noise = self.cells.read_noise.as_ref();
        noise.is_some_and(|n| !n.law.is_kept())
    }

    /// Whether cells keep noise over all reads of one time.
    pub(super) fn keeps_noise(&self) -> bool {
        let noise = self.cells.read_noise.as_ref();
        noise.is_some_and(|n| n.law.is_kept())
    }

    /// Key of the noise that cells of an array keep: another time is another draw.
    pub(super) fn kept_noise_key(&self, array: Key) -> Key {
        let time = self.noise_time().map_or(0, f64::to_bits);
        array.named("kept-noise").child(time)
    }

    /// Whether programming scatters.
    pub(super) fn draws_programming(&self) -> bool {
        self.cells.programming.is_some() || self.cells.levels.iter().any(|l| l.sd_us > 0.0)
    }

    /// Why the device cannot be computed for a layer, if so. `shared`: several blocks sit in one array.
    pub fn refusal(&self, layer: &str, unroll: usize, shared: bool) -> Option<FuncError> {
        self.wires?;
        let refuse = |what: &str| {
            Some(FuncError::NotComputable {
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

    /// Step between two levels, microsiemens.
    pub(super) fn unit_us(&self) -> f64 {
        match (self.cells.levels.first(), self.cells.levels.last()) {
            (Some(a), Some(b)) => (b.mean_us - a.mean_us) / self.levels,
            _ => (self.on_us - self.off_us) / self.levels,
        }
    }

    fn time(&self, own: f64) -> f64 {
        self.time_s.unwrap_or(own)
    }

    /// A cell of that level with its random numbers.
    #[inline]
    pub(super) fn cell(&self, level: u16, draws: CellDraws) -> Cell {
        let (programmed_us, drifted_us) = match self.stuck_us(draws) {
            // Neither scatters nor drifts.
            Some(stuck_us) => (stuck_us, stuck_us),
            None => self.programmed(level, draws),
        };
        Cell {
            programmed_us,
            now_us: self.noisy_us(programmed_us, drifted_us, draws),
        }
    }

    /// What the cell conducts if it is stuck.
    fn stuck_us(&self, draws: CellDraws) -> Option<f64> {
        let (lrs, hrs) = (self.cells.stuck_lrs, self.cells.stuck_hrs);
        let u = draws.stuck.filter(|&u| u < lrs + hrs)?;
        Some(if u < lrs { self.on_us } else { self.off_us })
    }

    /// What a cell of that level conducts when programmed, and after drift.
    fn programmed(&self, level: u16, draws: CellDraws) -> (f64, f64) {
        let z = f64::from(draws.program);
        let (target_us, programmed_us) = match self.cells.levels.get(usize::from(level)) {
            Some(l) if l.sd_us > 0.0 => (l.mean_us, (l.mean_us + l.sd_us * z).max(0.0)),
            Some(l) => (l.mean_us, l.mean_us),
            None => {
                let target = self.off_us + f64::from(level) * self.unit_us();
                match &self.cells.programming {
                    Some(p) => (target, p.law.draw_us(target, z)),
                    None => (target, target),
                }
            }
        };
        let drifted_us = match &self.cells.drift {
            Some(d) => {
                let time = self.time(d.time_s);
                d.draw_us(target_us, programmed_us, time, f64::from(draws.drift))
            }
            None => programmed_us,
        };
        (programmed_us, drifted_us)
    }

    /// What a cell conducts with the noise that it keeps. Conductances are cut at 0, as the cited model does.
    fn noisy_us(&self, programmed_us: f64, drifted_us: f64, draws: CellDraws) -> f64 {
        match &self.cells.read_noise {
            Some(noise) if noise.law.is_kept() => {
                let time = self.noise_time();
                let sd = noise.law.sd_us(programmed_us, drifted_us, time);
                (drifted_us + sd * f64::from(draws.kept_noise)).max(0.0)
            }
            _ => drifted_us,
        }
    }

    /// Time until which noise gathers: that of the reads, which drift may have fixed.
    fn noise_time(&self) -> Option<f64> {
        self.time_s.or(self.cells.drift.as_ref().map(|d| d.time_s))
    }

    /// Variance of the noise that a cell draws anew on every read, microsiemens squared.
    pub(super) fn variance(&self, c: Cell) -> f64 {
        match &self.cells.read_noise {
            Some(noise) if !noise.law.is_kept() => {
                let time = self.noise_time();
                noise.law.sd_us(c.programmed_us, c.now_us, time).powi(2)
            }
            _ => 0.0,
        }
    }

    /// Gain that makes up for drift, from what all cells conducted when programmed and conduct now.
    pub(super) fn gain(&self, programmed: f64, now: f64) -> f64 {
        match &self.cells.drift {
            Some(d) if d.compensation == DriftCompensation::Global && now > 0.0 => programmed / now,
            _ => 1.0,
        }
    }

    /// What a reference column takes away per driven unit, microsiemens.
    pub(super) fn reference_us(&self, e: &Encoding) -> f64 {
        let compensated = self.cells.off_compensation == OffCompensation::Reference;
        if e.pairs() || !compensated {
            return 0.0;
        }
        self.cells.levels.first().map_or(self.off_us, |l| l.mean_us)
    }
}
