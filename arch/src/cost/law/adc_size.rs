//! The converter a law is asked for.

use crate::adc::{ConverterKind, ConverterSize, Kind};
use crate::cost::figures::NoFigures;
use crate::cost::point::Point;
use crate::schema::Law;
use std::ops::RangeInclusive;

/// Kind and size of the converters.
pub(super) fn of(p: &Point) -> Result<(Kind, ConverterSize), NoFigures> {
    p.adc
        .ok_or_else(|| NoFigures::new("adc", "none", "converters only"))
}

/// The resolution, where a published law is for the kind of converter and covers it.
pub(super) fn bits(law: Law, p: &Point, range: RangeInclusive<u32>) -> Result<f64, NoFigures> {
    let (kind, size) = of(p)?;
    if !kind.published_laws().contains(&law) {
        let covers = "converters of another kind; `adc-kind` is the law of this one";
        return Err(NoFigures::new("adc", kind.name(), covers));
    }
    let covers = format!("{} to {} bits", range.start(), range.end());
    match range.contains(&size.bits) {
        true => Ok(size.bits.into()),
        false => Err(outside(kind, &size, covers)),
    }
}

/// A resolution without figures.
pub(super) fn outside(kind: Kind, size: &ConverterSize, covers: String) -> NoFigures {
    NoFigures::new(format!("adc.{}.bits", kind.name()), size.bits, covers)
}
