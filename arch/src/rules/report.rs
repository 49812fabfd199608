//! What rules report with.

use crate::error::RawFault;
use crate::schema::At;
use crate::units::NUMBER;
use std::fmt::Display;
use std::ops::RangeInclusive;

/// More ticks than any pipeline stage takes; keeps sums of ticks far from overflow.
pub(super) const MAX_TICKS: u64 = 1_000_000_000;

/// Where rules put what they find.
pub(crate) struct Rules<'a> {
    faults: &'a mut Vec<RawFault>,
}

impl<'a> Rules<'a> {
    pub(crate) fn new(faults: &'a mut Vec<RawFault>) -> Rules<'a> {
        Rules { faults }
    }

    pub(crate) fn fault(&mut self, fault: RawFault) {
        self.faults.push(fault);
    }

    /// The value lies in a closed range.
    pub(crate) fn within<T: PartialOrd + Display>(
        &mut self,
        key: &str,
        at: &At<T>,
        range: RangeInclusive<T>,
    ) {
        if !range.contains(&at.value) {
            let label = format!("must be {} to {}", range.start(), range.end());
            self.fault(RawFault::alone(
                &at.span,
                format!("`{key}` is {}", at.value),
                label,
            ));
        }
    }

    /// The number is above zero, and of a size that numbers may have.
    pub(crate) fn positive(&mut self, key: &str, span: &std::ops::Range<usize>, value: f64) {
        self.size(key, span, value, value > 0.0, "must be above 0");
    }

    /// The number is zero or more, and of a size that numbers may have.
    pub(crate) fn not_negative(&mut self, key: &str, span: &std::ops::Range<usize>, value: f64) {
        self.size(key, span, value, value >= 0.0, "must not be negative");
    }

    fn size(
        &mut self,
        key: &str,
        span: &std::ops::Range<usize>,
        value: f64,
        sign: bool,
        words: &str,
    ) {
        if !sign {
            self.fault(RawFault::alone(span, format!("`{key}` is {value}"), words));
        } else if value != 0.0 && !NUMBER.contains(&value) {
            let (least, most) = NUMBER.into_inner();
            let label = format!("must be {least:e} to {most:e}");
            self.fault(RawFault::alone(
                span,
                format!("`{key}` is {value:e}"),
                label,
            ));
        }
    }
}
