//! `[adc.*]` as written: the keys all kinds share, and the macro that adds those of one kind.

use super::converter::ConverterOf;
use super::errors::AdcErrors;
use super::range::{AdcRange, FixedRange, RangeCalibration, RangeRule, UnusedColumns};
use crate::schema::At;
use schemars::JsonSchema;
use serde::Deserialize;
use std::ops::Range;

/// Defines the table of a kind: its speed, its other keys if it has any, and the keys all kinds share.
macro_rules! adc_table {
    (
        $(#[$doc:meta])*
        $vis:vis struct $name:ident, $kind:literal {
            $(#[$speed_doc:meta])*
            $speed:ident: $quantity:ty, $unit:literal;
            $($(#[$own_doc:meta])* $own:ident: $own_type:ty,)*
        }
    ) => {
        $(#[$doc])*
        #[derive(Debug, Clone, serde::Deserialize, schemars::JsonSchema)]
        #[serde(deny_unknown_fields)]
        $vis struct $name {
            /// Resolution (1 to 16).
            pub bits: $crate::schema::At<u32>,
            $(#[$speed_doc])*
            pub $speed: $crate::schema::At<$quantity>,
            $($(#[$own_doc])* pub $own: $own_type,)*
            /// Which column sums the codes stand for.
            pub range: $crate::schema::At<$crate::adc::AdcRange>,
            /// Whether columns without weights are converted.
            pub unused_columns: $crate::adc::UnusedColumns,
            /// Conversions for one output of an array in one product, where sums of weight slices and reads are added in
            /// analog first. Default: one per weight slice and read.
            pub conversions_per_output: Option<$crate::schema::At<u32>>,
            /// With `range = "calibrated"`: how limits follow from the column sums of real inputs (`least-error`).
            pub calibration: Option<$crate::schema::At<$crate::adc::RangeRule>>,
            /// With `calibration = "percentile"`: per cent of the samples that must not clip (99.99).
            pub percentile: Option<$crate::schema::At<f64>>,
            /// With `range = "fixed"`: column sum of the lowest code, a multiple of `step`.
            pub lowest: Option<$crate::schema::At<i64>>,
            /// With `range = "fixed"`: column sum per code, a power of two.
            pub step: Option<$crate::schema::At<i64>>,
            /// Where the converter departs from a straight line.
            pub errors: Option<$crate::adc::table::ErrorTable>,
        }

        impl $name {
            /// The keys all kinds share, by reference.
            pub(super) fn shared(&self) -> $crate::adc::table::Shared<'_> {
                $crate::adc::table::Shared {
                    kind: $kind,
                    speed: $crate::adc::table::Speed {
                        key: stringify!($speed),
                        unit: $unit,
                        span: &self.$speed.span,
                        value: self.$speed.0,
                    },
                    bits: &self.bits,
                    range: &self.range,
                    unused_columns: self.unused_columns,
                    conversions_per_output: self.conversions_per_output.as_ref(),
                    calibration: self.calibration.as_ref(),
                    percentile: self.percentile.as_ref(),
                    lowest: self.lowest.as_ref(),
                    step: self.step.as_ref(),
                    errors: self.errors.as_ref(),
                }
            }
        }
    };
}
pub(super) use adc_table;

/// Keys that mean the same whatever the kind: a description that names another kind takes them over.
pub(crate) const SHARED_KEYS: [&str; 9] = [
    "bits",
    "range",
    "unused_columns",
    "conversions_per_output",
    "calibration",
    "percentile",
    "lowest",
    "step",
    "errors",
];

/// What the tables of all kinds hold.
#[derive(Debug, Clone)]
pub(crate) struct Shared<'a> {
    /// Name of the kind.
    pub(crate) kind: &'static str,
    /// How fast it converts.
    pub(crate) speed: Speed<'a>,
    pub(crate) bits: &'a At<u32>,
    pub(crate) range: &'a At<AdcRange>,
    pub(crate) unused_columns: UnusedColumns,
    pub(crate) conversions_per_output: Option<&'a At<u32>>,
    pub(crate) calibration: Option<&'a At<RangeRule>>,
    pub(crate) percentile: Option<&'a At<f64>>,
    pub(crate) lowest: Option<&'a At<i64>>,
    pub(crate) step: Option<&'a At<i64>>,
    pub(crate) errors: Option<&'a ErrorTable>,
}

/// The key that says how fast a kind converts.
#[derive(Debug, Clone)]
pub(crate) struct Speed<'a> {
    pub(crate) key: &'static str,
    pub(crate) unit: &'static str,
    pub(crate) span: &'a Range<usize>,
    pub(crate) value: f64,
}

impl Shared<'_> {
    /// Path of a key: `adc.sar.bits` for `bits`.
    pub(crate) fn key(&self, key: &str) -> String {
        format!("adc.{}.{key}", self.kind)
    }

    /// The resolved converter of the given kind.
    pub(crate) fn converter<K>(&self, kind: K) -> ConverterOf<K> {
        let calibrated = **self.range == AdcRange::Calibrated;
        ConverterOf {
            bits: **self.bits,
            kind,
            range: **self.range,
            unused_columns: self.unused_columns,
            conversions_per_output: self.conversions_per_output.map(|n| **n),
            calibration: calibrated.then(|| RangeCalibration {
                rule: self.calibration.map_or(RangeRule::LeastError, |r| **r),
                percentile: self.percentile.map_or(99.99, |p| **p),
            }),
            fixed: (self.lowest.zip(self.step)).map(|(lowest, step)| FixedRange {
                lowest: **lowest,
                step: **step,
            }),
        }
    }

    /// The resolved errors.
    pub(crate) fn errors(&self) -> AdcErrors {
        let Some(e) = self.errors else {
            return AdcErrors::default();
        };
        let or = |v: &Option<At<f64>>, default| v.as_deref().copied().unwrap_or(default);
        AdcErrors {
            offset: or(&e.offset, 0.0),
            gain: or(&e.gain, 1.0),
            offset_spread: or(&e.offset_spread, 0.0),
            gain_spread: or(&e.gain_spread, 0.0),
            inl: e.inl.as_deref().cloned().unwrap_or_default(),
        }
    }
}

/// `[adc.*.errors]`: code = gain x (column sum / step) + offset + INL, rounded, then limited to the range.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ErrorTable {
    /// Addend, in codes (0).
    pub offset: Option<At<f64>>,
    /// Factor (1).
    pub gain: Option<At<f64>>,
    /// Standard deviation of the addend from converter to converter, in codes (0).
    pub offset_spread: Option<At<f64>>,
    /// Standard deviation of the factor from converter to converter (0).
    pub gain_spread: Option<At<f64>>,
    /// Integral non-linearity in codes, at points evenly spaced from the first code to the last, straight in between.
    pub inl: Option<At<Vec<f64>>>,
}
