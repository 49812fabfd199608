//! The pipeline around a crossbar as written.

use super::At;
use crate::units::Time;
use schemars::JsonSchema;
use serde::Deserialize;

/// `[timing.*]`: the pipeline around a crossbar.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum TimingKind {
    /// Inputs enter bit by bit; stages are latched once per crossbar cycle.
    BitSerial(BitSerialTable),
    /// One firing per phase of fixed length.
    Phased(PhasedTable),
    /// Reads and conversions follow each other in ticks of their own, overlapped or not.
    Staged(StagedTable),
    /// The whole input enters as pulse trains, one conversion of many steps at the end.
    Integrated(IntegratedTable),
    /// No crossbar timing: fit and counts only.
    None(NoTimingTable),
}

/// `[timing.bit-serial]`: stage lengths in crossbar cycles.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BitSerialTable {
    /// Buffer read, bus, input-register write.
    pub fetch: At<u64>,
    /// ADC drain of the last read.
    pub adc: At<u64>,
    /// Shift-and-add of the last read.
    pub shift_add: At<u64>,
    /// Output register, transfer and cross-PE addition.
    pub reduce: At<u64>,
    /// Activation.
    pub activation: At<u64>,
    /// Buffer write.
    pub write: At<u64>,
}

/// `[timing.phased]`.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PhasedTable {
    /// Ticks of one phase.
    pub phase_ticks: At<u64>,
    /// Packets one crossbar can take in a phase.
    pub packets_per_phase: At<u32>,
}

/// `[timing.staged]`: one input step is a front (row drivers, read, sample) and a back (conversions, shift-and-add, output).
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct StagedTable {
    /// Whether the sample-and-hold lets the next read go on while the last is converted.
    pub pipelined: bool,
    /// Ticks from buffer to input register, before the first step.
    pub fetch_ticks: At<u64>,
    /// Ticks of the row drivers before a read.
    pub dac_ticks: At<u64>,
    /// Ticks of sampling after a read.
    pub sample_ticks: At<u64>,
    /// Ticks of the shift-and-add after the last conversion of a read.
    pub shift_add_ticks: At<u64>,
    /// Ticks of the output register after that.
    pub output_ticks: At<u64>,
    /// Ticks from the last step to the written result: reduction, activation, buffer.
    pub write_ticks: At<u64>,
}

/// `[timing.integrated]`: inputs as pulse trains, one pulse per unit of input; the sign is the polarity.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct IntegratedTable {
    /// Trains a product is split into (1 or 2): two shorter ones, weighted when they are converted.
    pub phases: At<u32>,
    /// Duration of one pulse.
    pub pulse: At<Time>,
    /// Duration of one step of a conversion.
    pub conversion_step: At<Time>,
    /// Duration between phases.
    pub gap: At<Time>,
}

/// `[timing.none]`: a machine whose time does not follow from crossbar reads.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NoTimingTable {
    /// What its time follows from instead; shown where a run is refused.
    pub because: String,
}
