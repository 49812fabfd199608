//! What measured values do to the energy of a machine's parts.

use super::arch::Arch;
use crate::part::Part;
use serde::{Deserialize, Serialize};

/// What values of a layer do, measured.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Seen {
    /// Share of the driven rows that carry something, mean over the input steps.
    pub inputs: f64,
    /// Where the mean cell of those rows lies between the lowest and the highest level.
    pub cells: f64,
    /// Where the mean code lies; absent where it was not measured.
    pub codes: Option<f64>,
    /// Share of the input steps that a machine takes which skips zeros ([`Arch::skips_zeros`]).
    pub steps: f64,
}

impl Arch {
    /// Factor on the energy of an action of a part: with these values, over what it is at the assumed activity.
    ///
    /// Rows, cells and codes are each in proportion to their part of the energy. Skipped input steps end the reads of the
    /// arrays and what follows them in the PE; rows that carry something are in none of the skipped steps.
    pub fn energy_factor(&self, part: &Part, seen: &Seen) -> f64 {
        let assumed = &self.activity;
        let ratio = |a: f64, b: f64| if b > 0.0 { a / b } else { 1.0 };
        let conductance = |cells: f64| {
            let (off, on) = (
                self.device.off_conductance_us,
                self.device.on_conductance_us,
            );
            off + (on - off) * cells
        };
        let by = part.by_values;
        let mut active = ratio(seen.inputs, assumed.inputs);
        if by.cells {
            active *= ratio(conductance(seen.cells), conductance(assumed.cells));
        }
        let steps = match self.skips_zeros && part.kind.acts_by_input_step() {
            true => seen.steps,
            false => 1.0,
        };
        let code = seen.codes.map_or(1.0, |c| ratio(c, assumed.codes));
        by.inputs * active + steps * (by.codes * code + 1.0 - by.inputs - by.codes)
    }
}
