//! Non-idealities of cells and wires as written.

use super::At;
use crate::device::named::{PcmName, ProgrammingName};
use crate::device::{DriftCompensation, RowDrive};
use crate::part::Confidence;
use crate::units::{Conductance, Span};
use schemars::JsonSchema;
use serde::Deserialize;

/// `[device.*.programming]`: spread of programmed conductances, one law.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum SpreadKind {
    /// A fit known by name.
    Preset(ProgrammingName),
    /// The logarithm is normal.
    Lognormal(Relative),
    /// Normal, in proportion to the conductance.
    Proportional(Relative),
    /// Normal, the same at every level.
    Uniform(Absolute),
    /// Normal, the deviation a polynomial of the conductance.
    Polynomial(Polynomial),
}

/// A relative deviation.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Relative {
    /// Standard deviation, 1 being the conductance itself.
    pub sigma: At<f64>,
    /// Where it comes from. Default: it is the user's own figure.
    pub source: Option<String>,
    /// How well it is founded. Default: recalled.
    pub confidence: Option<Confidence>,
}

/// A deviation in units of conductance.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Absolute {
    /// Standard deviation.
    pub sigma: At<Conductance>,
    /// Where it comes from. Default: it is the user's own figure.
    pub source: Option<String>,
    /// How well it is founded. Default: recalled.
    pub confidence: Option<Confidence>,
}

/// A deviation that is a polynomial of the conductance.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Polynomial {
    /// Coefficients in uS, constant first.
    pub coefficients_us: At<Vec<f64>>,
    /// Conductance at which the variable is 1.
    pub scale: At<Conductance>,
    /// Where it comes from. Default: it is the user's own figure.
    pub source: Option<String>,
    /// How well it is founded. Default: recalled.
    pub confidence: Option<Confidence>,
}

/// `[device.*.read_noise]`: noise of reads, one law.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum NoiseKind {
    /// A fit known by name.
    Preset(PcmName),
    /// Normal, in proportion to the conductance.
    Proportional(Relative),
    /// Normal, the same at every level.
    Uniform(Absolute),
}

/// `[device.*.drift]`: decay after programming.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DriftTable {
    /// The law.
    pub law: At<DriftLaw>,
    /// Time of the reads after programming.
    pub time: At<Span>,
    /// Whether one factor per layer makes up for it. Default: none.
    pub compensation: Option<DriftCompensation>,
}

/// `[device.*.drift.law]`.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum DriftLaw {
    /// A fit known by name.
    Preset(PcmName),
    /// The same exponent at every conductance.
    Power(PowerLaw),
}

/// A power law of time.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PowerLaw {
    /// Time of the first read.
    pub t0: At<Span>,
    /// Mean exponent.
    pub nu: At<f64>,
    /// Its standard deviation over cells.
    pub nu_sd: At<f64>,
    /// Where it comes from. Default: it is the user's own figure.
    pub source: Option<String>,
    /// How well it is founded. Default: recalled.
    pub confidence: Option<Confidence>,
}

/// `[crossbar.wires]`: resistance of one segment between neighbouring cells.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct WiresTable {
    /// Word lines.
    pub row_ohm: At<f64>,
    /// Bit lines.
    pub column_ohm: At<f64>,
    /// What an input does to its row. Default: it sets the voltage.
    pub drive: Option<RowDrive>,
}
