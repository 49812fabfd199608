//! A resolved column converter.

use super::kind::{ConverterKind, Work};
use super::range::{AdcRange, FixedRange, RangeCalibration, UnusedColumns};
use serde::{Deserialize, Serialize};

/// A column converter of one kind: what all kinds share, and what its own kind says.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct ConverterOf<K> {
    /// Resolution.
    pub bits: u32,
    /// The kind, with the figures of its own.
    #[serde(flatten)]
    pub kind: K,
    /// Which column sums the codes stand for.
    pub range: AdcRange,
    /// Whether columns that hold no weight are converted as well.
    pub unused_columns: UnusedColumns,
    /// Conversions for one output of an array in one product, where sums of weight slices and reads are added in analog
    /// first; absent where every slice is converted after every read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub conversions_per_output: Option<u32>,
    /// How a calibrated range follows from the column sums of real inputs; `None` with any other range.
    #[serde(default)]
    pub calibration: Option<RangeCalibration>,
    /// The range, where it is fixed.
    #[serde(default)]
    pub fixed: Option<FixedRange>,
}

impl<K> ConverterOf<K> {
    /// The same converter with its kind in another form.
    pub(crate) fn map<L>(self, kind: impl FnOnce(K) -> L) -> ConverterOf<L> {
        ConverterOf {
            bits: self.bits,
            kind: kind(self.kind),
            range: self.range,
            unused_columns: self.unused_columns,
            conversions_per_output: self.conversions_per_output,
            calibration: self.calibration,
            fixed: self.fixed,
        }
    }
}

impl<K: ConverterKind> ConverterOf<K> {
    /// Path of a key in the description: `adc.sar.bits` for `bits`.
    pub fn key(&self, key: &str) -> String {
        format!("adc.{}.{key}", self.kind.name())
    }

    /// Conversions that follow one another in the busiest of the ADCs.
    pub fn rounds(&self, work: &Work) -> u64 {
        self.kind.rounds(work)
    }

    /// Conversions of one ADC that follow one another within a second.
    pub fn rounds_per_s(&self) -> f64 {
        self.kind.rounds_per_s(self.bits)
    }
}
