//! What one kind of converter does differently from the others.

use crate::cost::figures::Figures;
use crate::part::Confidence;
use crate::schema::Law;
use std::ops::RangeInclusive;

/// A kind of column converter. Everything that is asked of a converter and has another answer for another kind is here;
/// what all kinds share (resolution, range, errors) is in [`super::ConverterOf`].
pub trait ConverterKind {
    /// The name in TOML: `sar` stands for `[adc.sar]`.
    fn name(&self) -> &'static str;

    /// Steps of one conversion of `bits` bits.
    fn steps(&self, bits: u32) -> u64;

    /// Conversions that follow one another in the busiest ADC: a converter of single columns takes `conversions` one by
    /// one, a converter of whole arrays takes `arrays`.
    fn rounds(&self, work: &Work) -> u64;

    /// Conversions of one ADC that follow one another within a second, at a resolution of `bits`.
    fn rounds_per_s(&self, bits: u32) -> f64;

    /// How energy and area depend on the resolution: the cost law `adc-kind`, and what brings a published converter to another size.
    fn law(&self) -> OwnLaw;

    /// Published laws that hold for this kind beside its own.
    fn published_laws(&self) -> &'static [Law];
}

/// What the ADCs of a PE have to convert.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Work {
    /// Conversions of single columns (a differential pair is one column).
    pub conversions: u64,
    /// Arrays, each counted as often as its columns are converted.
    pub arrays: u64,
    /// ADCs that share the work.
    pub adcs: u64,
}

/// Figures of a kind of converter by its size.
#[derive(Debug, Clone)]
pub struct OwnLaw {
    /// Name in notes.
    pub name: &'static str,
    /// Where it comes from.
    pub source: &'static str,
    /// How well it is founded.
    pub confidence: Confidence,
    /// Resolutions it holds for.
    pub bits: RangeInclusive<u32>,
    /// Energy of one conversion of a column, and area and static power of one ADC, at the law's own technology node.
    pub figures: fn(&ConverterSize) -> Figures,
}

impl OwnLaw {
    /// Figures of a size; `None` where the law does not hold.
    pub fn at(&self, size: &ConverterSize) -> Option<Figures> {
        let holds = self.bits.contains(&size.bits);
        holds.then(|| (self.figures)(size))
    }

    /// The resolutions in words.
    pub fn covers(&self) -> String {
        format!("{} to {} bits", self.bits.start(), self.bits.end())
    }
}

/// What the cost of a converter depends on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ConverterSize {
    /// Resolution.
    pub bits: u32,
    /// Columns of an array that are converted (a differential pair is one column).
    pub columns: u32,
}
