//! The pipeline around a crossbar, one type per kind. Times are ticks of the digital clock, except where they are crossbar
//! cycles.

use serde::{Deserialize, Serialize};

/// The pipeline around a crossbar.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Timing {
    /// Inputs enter bit by bit; stages are latched once per crossbar cycle (ISAAC Fig. 4).
    BitSerial(BitSerial),
    /// Everything moves in phases of fixed length; one firing per phase (SemiMap).
    Phased(Phased),
    /// Each read and its conversions take ticks of their own (PIMSIM-NN).
    Staged(Staged),
    /// Inputs enter as pulse trains (NeuRRAM); a product takes a fixed time.
    Integrated(Integrated),
    /// Time does not follow from crossbar reads: such a machine can be mapped but not run.
    None {
        /// What it follows from instead.
        because: String,
    },
}

impl Timing {
    /// The name used in TOML and lists.
    pub fn name(&self) -> &'static str {
        match self {
            Timing::BitSerial(_) => "bit-serial",
            Timing::Phased(_) => "phased",
            Timing::Staged(_) => "staged",
            Timing::Integrated(_) => "integrated",
            Timing::None { .. } => "none",
        }
    }
}

/// An input step as front (row drivers, read, sample) and back (conversions, shift-and-add, output), in ticks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Staged {
    /// Whether the next front overlaps the back before it.
    pub pipelined: bool,
    /// From buffer to input register, before the first step.
    pub fetch_ticks: u64,
    /// Row drivers, before a read.
    pub dac_ticks: u64,
    /// Sampling, after a read.
    pub sample_ticks: u64,
    /// Shift-and-add, after the last conversion of a read.
    pub shift_add_ticks: u64,
    /// Output register, after that.
    pub output_ticks: u64,
    /// From the last step to the written result.
    pub write_ticks: u64,
}

impl Staged {
    /// Ticks of the front of one step whose read takes `read`.
    pub fn front(&self, read: u64) -> u64 {
        self.dac_ticks + read + self.sample_ticks
    }

    /// Ticks of the back of one step whose conversions take `drain`.
    pub fn back(&self, drain: u64) -> u64 {
        drain + self.shift_add_ticks + self.output_ticks
    }
}

/// A product by pulse trains, in ticks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Integrated {
    /// Trains a product is split into.
    pub phases: u32,
    /// Ticks of all pulses, conversion steps and gaps of one product of the active rows.
    pub product_ticks: u64,
}

/// Stage lengths in crossbar cycles. Depth = their sum + input steps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct BitSerial {
    /// Buffer read, bus, input-register write.
    pub fetch: u64,
    /// ADC drain of the last read.
    pub adc: u64,
    /// Shift-and-add of the last read.
    pub shift_add: u64,
    /// Output register, transfer and cross-PE addition.
    pub reduce: u64,
    /// Activation.
    pub activation: u64,
    /// Buffer write.
    pub write: u64,
}

/// Phase machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Phased {
    /// Ticks of one phase.
    pub phase_ticks: u64,
    /// Packets one crossbar can take in a phase (SemiMap's neuron reservation; CAP in the formulas).
    pub packets_per_phase: u32,
}
