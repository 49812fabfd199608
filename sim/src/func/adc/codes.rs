//! What an ADC makes of a column sum.
//!
//! Unit everywhere: *column sum*, cell level x driven input value, so that one cell of level 1 on a row driven with 1
//! gives 1. An ideal converter rounds to multiples of its step and saturates at its first and last code. A
//! [`Table`] takes the place of the rounding where gain, offset or non-linearity bend the characteristic.

use std::sync::Arc;

/// Codes of the converter of one weight slice.
#[derive(Debug, Clone, PartialEq)]
pub struct Codes {
    /// Column sum per code: a power of two.
    pub step: i64,
    /// Lowest code.
    pub lo: i64,
    /// Highest code.
    pub hi: i64,
    /// Code by column sum where the converter is not ideal.
    pub table: Option<Arc<Table>>,
}

/// A converter's characteristic: the code of each column sum, before saturation.
#[derive(Debug, Clone, PartialEq)]
pub struct Table {
    /// First column sum, in units of 2^-fraction_bits.
    first: i64,
    /// Entries per unit of column sum, as a power of two: analog sums fall between integers.
    fraction_bits: u32,
    codes: Vec<i32>,
}

impl Table {
    /// Tabulates `code(column sum)` from `lo` to `hi`; sums beyond are taken for the nearest end, so that the range
    /// should reach past the first and the last code.
    pub fn new(lo: i64, hi: i64, fraction_bits: u32, code: impl Fn(f64) -> f64) -> Table {
        let unit = (1u64 << fraction_bits) as f64;
        let first = lo << fraction_bits;
        let codes = (first..=hi << fraction_bits)
            .map(|i| code(i as f64 / unit).round() as i32)
            .collect();
        Table {
            first,
            fraction_bits,
            codes,
        }
    }

    fn at(&self, index: i64) -> i64 {
        let last = self.codes.len() as i64 - 1;
        i64::from(self.codes[(index - self.first).clamp(0, last) as usize])
    }
}

/// What a conversion reports.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sample {
    /// Column sum that the code stands for.
    pub value: i64,
    /// -1 below the first code, 1 beyond the last, else 0.
    pub clip: i8,
}

/// The code nearest to a column sum; in the middle between two, the even one.
///
/// Column sums are whole numbers, so that with steps of 2 every second one lies in the middle. Taking the upper code
/// there would add half a unit to every conversion, which shift-and-add gathers up to more than the signal; ties of a
/// real converter are decided by its noise, on average without such a shift.
#[inline(always)]
pub fn nearest(sum: i64, step: i64) -> i64 {
    let shift = step.trailing_zeros();
    if shift == 0 {
        return sum;
    }
    (sum + (step / 2 - 1) + (sum >> shift & 1)) >> shift
}

impl Codes {
    /// An ideal converter.
    pub fn ideal(step: i64, lo: i64, hi: i64) -> Codes {
        debug_assert!(step > 0 && step & (step - 1) == 0);
        Codes {
            step,
            lo,
            hi,
            table: None,
        }
    }

    /// Whether every sum from `least` to `most` comes out unchanged.
    pub fn is_exact_on(&self, least: i64, most: i64) -> bool {
        self.table.is_none() && self.step == 1 && self.lo <= least && most <= self.hi
    }

    /// The conversion of an integer column sum.
    #[inline(always)]
    pub fn convert(&self, sum: i64) -> Sample {
        let code = match &self.table {
            None => nearest(sum, self.step),
            Some(t) => t.at(sum << t.fraction_bits),
        };
        self.saturate(code)
    }

    /// The conversion of an analog column sum.
    #[inline(always)]
    pub fn convert_analog(&self, sum: f32) -> Sample {
        let code = match &self.table {
            None => (sum / self.step as f32).round_ties_even() as i64,
            Some(t) => t.at((sum * (1u64 << t.fraction_bits) as f32 + 0.5).floor() as i64),
        };
        self.saturate(code)
    }

    /// The value of a code, which the first and the last one limit.
    #[inline(always)]
    pub(super) fn saturate(&self, code: i64) -> Sample {
        Sample {
            value: code.clamp(self.lo, self.hi) * self.step,
            clip: i8::from(code > self.hi) - i8::from(code < self.lo),
        }
    }
}

/// Value at `place` (0 at the first point, 1 at the last) of a line through evenly spaced points: a converter's integral
/// non-linearity, in codes.
pub(super) fn non_linearity(points: &[f64], place: f64) -> f64 {
    let last = points.len().saturating_sub(1);
    if points.is_empty() {
        return 0.0;
    }
    let at = place.clamp(0.0, 1.0) * last as f64;
    let left = (at.floor() as usize).min(last);
    let right = (left + 1).min(last);
    points[left] + (points[right] - points[left]) * (at - left as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pair(s: Sample) -> (i64, i8) {
        (s.value, s.clip)
    }

    #[test]
    fn saturates_or_rounds() {
        let unit = Codes::ideal(1, 0, 255);
        let got = [255, 256, -1].map(|s| pair(unit.convert(s)));
        assert_eq!(got, [(255, 0), (255, 1), (0, -1)]);
        let full = Codes::ideal(4, 0, 63);
        let got = [5, 6, 252].map(|s| pair(full.convert(s)));
        assert_eq!(got, [(4, 0), (8, 0), (252, 0)]);
    }

    #[test]
    fn ties_go_to_the_even_code_and_add_nothing_on_average() {
        for step in [1, 2, 4, 32] {
            let mut shift = 0;
            for sum in -16 * step..16 * step {
                let code = nearest(sum, step);
                assert_eq!(code, (sum as f64 / step as f64).round_ties_even() as i64);
                shift += code * step - sum;
            }
            assert_eq!(shift, 0);
        }
    }

    #[test]
    fn analog_sums_of_integers_convert_like_integers() {
        for codes in [Codes::ideal(1, -8, 7), Codes::ideal(4, 0, 63)] {
            for sum in -300..300 {
                assert_eq!(
                    codes.convert(sum),
                    codes.convert_analog(sum as f32),
                    "{sum}"
                );
            }
        }
    }

    #[test]
    fn a_straight_table_is_the_ideal_converter() {
        let ideal = Codes::ideal(4, 0, 63);
        let table = Table::new(-10, 300, 4, |sum| (sum / 4.0).round_ties_even());
        let bent = Codes {
            table: Some(Arc::new(table)),
            ..ideal.clone()
        };
        for sum in -50..400 {
            assert_eq!(ideal.convert(sum), bent.convert(sum), "{sum}");
            let analog = sum as f32 + 0.25;
            assert_eq!(ideal.convert_analog(analog), bent.convert_analog(analog));
        }
    }
}
