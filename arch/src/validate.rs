//! The rules of a machine description, one named function each. All of them run; every fault is reported.

mod analog;
mod converter;
mod costs;
mod device;
mod structure;
mod write;

use crate::error::RawFault;
use crate::schema::{At, Machine};
use std::fmt::Display;
use std::ops::RangeInclusive;

/// Runs every rule. Where keys could not be read, only rules on single values count: a rule on several
/// might blame one that is right.
pub(crate) fn validate(machine: &Machine, faults: &mut Vec<RawFault>) {
    let complete = faults.is_empty();
    let mut found = Vec::new();
    let mut rules = Rules { faults: &mut found };
    structure::check(machine, &mut rules);
    write::check(machine, &mut rules);
    device::check(machine, &mut rules);
    costs::check(machine, &mut rules);
    found.retain(|f| complete || f.alone);
    faults.append(&mut found);
}

/// Where rules put what they find.
struct Rules<'a> {
    faults: &'a mut Vec<RawFault>,
}

impl Rules<'_> {
    fn fault(&mut self, fault: RawFault) {
        self.faults.push(fault);
    }

    /// The value lies in a closed range.
    fn within<T: PartialOrd + Display>(&mut self, key: &str, at: &At<T>, range: RangeInclusive<T>) {
        if !range.contains(&at.value) {
            let label = format!("must be {} to {}", range.start(), range.end());
            self.fault(RawFault::alone(
                &at.span,
                format!("`{key}` is {}", at.value),
                label,
            ));
        }
    }

    /// The number is above zero and finite.
    fn positive(&mut self, key: &str, span: &std::ops::Range<usize>, value: f64) {
        if !(value > 0.0 && value.is_finite()) {
            self.fault(RawFault::alone(
                span,
                format!("`{key}` is {value}"),
                "must be above 0",
            ));
        }
    }

    /// The number is zero or more and finite.
    fn not_negative(&mut self, key: &str, span: &std::ops::Range<usize>, value: f64) {
        if !(value >= 0.0 && value.is_finite()) {
            self.fault(RawFault::alone(
                span,
                format!("`{key}` is {value}"),
                "must not be negative",
            ));
        }
    }
}
