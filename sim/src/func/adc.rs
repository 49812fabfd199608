//! What an ADC makes of a column sum.

use crosscut_arch::{Adc, AdcRange, Arch, SignedWeights};

/// Codes of a converter, in units of column sum.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Codes {
    /// Column sum per code: 1, or 2^k where the range is stretched over the largest possible sum.
    pub step: i64,
    /// Lowest code.
    pub lo: i64,
    /// Highest code.
    pub hi: i64,
}

impl Codes {
    /// Codes of a machine's ADC; `None` without ADC. Differential columns give signed sums and signed codes.
    pub fn of(arch: &Arch) -> Option<Codes> {
        let Adc::Sar(c) = arch.adc else { return None };
        let signed = arch.format.signed_weights == SignedWeights::Differential;
        let (lo, hi) = if signed {
            (-(1i64 << (c.bits - 1)), (1i64 << (c.bits - 1)) - 1)
        } else {
            (0, (1i64 << c.bits) - 1)
        };
        let mut cells = i64::from(arch.crossbar.active_rows) * ((1 << arch.device.cell_bits) - 1);
        // A column that would hold more than half is stored inverted.
        if matches!(
            arch.format.signed_weights,
            SignedWeights::Offset { flip: true, .. }
        ) {
            cells /= 2;
        }
        let largest = cells * ((1i64 << arch.dac_bits) - 1);
        let mut step = 1;
        if c.range == AdcRange::Full {
            while (largest + step / 2) / step > hi {
                step *= 2;
            }
        }
        Some(Codes { step, lo, hi })
    }

    /// Whether every sum up to `largest` (in magnitude) comes out unchanged.
    pub fn is_exact_up_to(&self, largest: i64) -> bool {
        self.step == 1 && largest <= self.hi
    }

    /// The column sum a conversion reports, and whether it was beyond the last code. Between two codes the upper one
    /// is taken at the middle.
    #[inline(always)]
    pub fn convert(&self, sum: i64) -> (i64, bool) {
        let code = (sum + self.step / 2).div_euclid(self.step);
        let clipped = code.clamp(self.lo, self.hi);
        (clipped * self.step, clipped != code)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn saturates_or_rounds() {
        let unit = Codes {
            step: 1,
            lo: 0,
            hi: 255,
        };
        assert_eq!(
            (unit.convert(255), unit.convert(256)),
            ((255, false), (255, true))
        );
        let full = Codes {
            step: 4,
            lo: 0,
            hi: 63,
        };
        assert_eq!(
            (full.convert(5), full.convert(6), full.convert(252)),
            ((4, false), (8, false), (252, false))
        );
    }

    #[test]
    fn full_range_covers_the_largest_sum() {
        let set = |s: &[&str]| {
            crosscut_arch::load(
                "reram-64",
                &s.iter().map(|s| s.to_string()).collect::<Vec<_>>(),
            )
            .unwrap()
        };
        // 64 rows of 2-bit cells: 192 over 6 bits needs steps of 4: 48 codes.
        assert_eq!(
            Codes::of(&set(&["adc.sar.range=full"])),
            Some(Codes {
                step: 4,
                lo: 0,
                hi: 63
            })
        );
        // Stored inverted beyond half, 96 is the most: steps of 2.
        assert_eq!(
            Codes::of(&set(&[
                "adc.sar.range=full",
                "format.signed.offset.flip=true"
            ])),
            Some(Codes {
                step: 2,
                lo: 0,
                hi: 63
            })
        );
        assert_eq!(
            Codes::of(&set(&[])),
            Some(Codes {
                step: 1,
                lo: 0,
                hi: 63
            })
        );
    }
}
