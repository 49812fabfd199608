//! Which column sums the codes of a layer's converters stand for, and where the converters depart from a straight line.

use crate::func::adc::codes::{Codes, Table, non_linearity};
use crate::func::options::NonIdealities;
use crosscut_arch::{AdcErrors, AdcRange, Arch, SignedWeights};
use std::sync::Arc;

/// Beyond any column sum (sums of 16-bit cells times 16-bit inputs over a million rows stay below 2^52).
const UNLIMITED: i64 = 1 << 54;

/// Most entries of a table of codes: 2^22 of four bytes.
const ENTRIES: f64 = (1u64 << 22) as f64;

/// First code and step, in units of column sum.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Range {
    /// Column sum of the first code, a multiple of `step`.
    pub lowest: i64,
    /// Column sum per code, a power of two.
    pub step: i64,
    /// Number of codes.
    pub codes: i64,
}

impl Range {
    /// The narrowest range of `codes` codes from `lowest` on that reaches `highest`.
    pub fn reaching(lowest: i64, highest: i64, codes: i64) -> Range {
        let mut step = 1;
        loop {
            let first = lowest.div_euclid(step) * step;
            if first + step * (codes - 1) >= highest {
                return Range {
                    lowest: first,
                    step,
                    codes,
                };
            }
            step *= 2;
        }
    }

    /// Where a column sum lies: 0 at the first code, 1 at the last.
    pub fn place(&self, sum: f64) -> f64 {
        (sum - self.lowest as f64) / (self.step as f64 * (self.codes - 1).max(1) as f64)
    }

    /// Column sum of the last code.
    pub fn highest(&self) -> i64 {
        self.lowest + self.step * (self.codes - 1)
    }
}

/// Range by the machine alone; `None` without ADC and where it must be calibrated. Differential columns give signed sums
/// and signed codes.
pub fn by_machine(arch: &Arch) -> Option<Range> {
    let c = arch.adc?;
    let codes = 1i64 << c.bits;
    let signed = arch.format.signed_weights == SignedWeights::Differential;
    let first = if signed { -codes / 2 } else { 0 };
    let of_step = |step: i64| Range {
        lowest: first * step,
        step,
        codes,
    };
    match c.range {
        AdcRange::UnitStep => Some(of_step(1)),
        AdcRange::Full => {
            let (mut step, last) = (1, first + codes - 1);
            while (arch.largest_column_sum() + step / 2) / step > last {
                step *= 2;
            }
            Some(of_step(step))
        }
        AdcRange::Fixed => c.fixed.map(|f| Range {
            lowest: f.lowest,
            step: f.step,
            codes,
        }),
        AdcRange::Calibrated => None,
    }
}

/// The codes of a range under the non-idealities that are on.
///
/// `largest` is the largest column sum that can occur.
pub(super) fn codes_of(
    range: Range,
    errors: &AdcErrors,
    largest: i64,
    non_idealities: &NonIdealities,
) -> Codes {
    // Without rounding a code stands for every sum that would round into the range; ties go to the even code.
    let (half, odd) = (range.step / 2, (range.lowest / range.step) & 1);
    let (step, first, last) = if non_idealities.rounding || range.step == 1 {
        (range.step, range.lowest, range.highest())
    } else {
        let odd_end = (range.highest() / range.step) & 1;
        (
            1,
            range.lowest - half + odd,
            range.highest() + half - odd_end,
        )
    };
    let (lo, hi) = if non_idealities.clipping {
        (first / step, last / step)
    } else {
        (-UNLIMITED / step, UNLIMITED / step)
    };
    let ideal = Codes::ideal(step, lo, hi);
    if errors.is_none() || !non_idealities.converter {
        return ideal;
    }
    let unit = range.step as f64;
    let bent = |sum: f64| {
        let lsb =
            errors.gain * sum / unit + errors.offset + non_linearity(&errors.inl, range.place(sum));
        (lsb * unit / step as f64).round_ties_even()
    };
    // A table beyond every possible sum or beyond either end of the range, whichever comes first.
    let reach = errors.inl.iter().fold(2.0 + errors.offset.abs(), |m, v| {
        m.max(v.abs() + 2.0 + errors.offset.abs())
    });
    let outer = |sum: i64, reach: f64| ((sum as f64 / unit + reach) / errors.gain * unit) as i64;
    let (from, until) = if non_idealities.clipping {
        (
            (outer(first, -reach) - range.step).max(-largest),
            (outer(last, reach) + range.step).min(largest),
        )
    } else {
        (-largest, largest)
    };
    let (from, until) = (from.min(until), until.max(from));
    let bits = (ENTRIES / (until - from + 1) as f64)
        .log2()
        .floor()
        .clamp(0.0, 4.0);
    Codes {
        table: Some(Arc::new(Table::new(from, until, bits as u32, bent))),
        ..ideal
    }
}

#[cfg(test)]
mod tests {
    use super::Range;

    #[test]
    fn limits_give_the_range_they_came_from() {
        for (lowest, step) in [(0, 1), (-12, 4), (40, 8)] {
            let r = Range {
                lowest,
                step,
                codes: 64,
            };
            assert_eq!(Range::reaching(lowest, r.highest(), 64), r);
        }
        // 0 to 64 takes 65 codes of step 1.
        assert_eq!(Range::reaching(0, 64, 64).step, 2);
    }
}
