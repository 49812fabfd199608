//! Transfer function of a column converter: column sum in, code times step out.

use crosscut_arch::{Adc, AdcRange, Arch, SignedWeights, Timing};

/// Codes of a converter in units of column sum.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quantiser {
    /// One code stands for 2^shift units.
    pub shift: u32,
    /// Lowest code.
    pub lowest: i64,
    /// Highest code.
    pub highest: i64,
}

impl Quantiser {
    /// The converter of a machine; `None` for digital cells.
    ///
    /// Codes are unsigned, or signed (`-2^(bits-1) ..= 2^(bits-1)-1`) for differential columns. With
    /// [`AdcRange::Full`] the step is the smallest power of two with which the largest sum of a whole array,
    /// rounded, has a code: rows x highest cell level x highest input level, half of it where columns may be
    /// flipped (ISAAC's encoding guarantees that bound).
    pub fn of(arch: &Arch) -> Option<Quantiser> {
        let Adc::Sar(converter) = arch.adc else {
            return None;
        };
        let (lowest, highest) = match arch.format.signed_weights {
            SignedWeights::Differential => (
                -(1i64 << (converter.bits - 1)),
                (1i64 << (converter.bits - 1)) - 1,
            ),
            _ => (0, (1i64 << converter.bits) - 1),
        };
        let mut quantiser = Quantiser {
            shift: 0,
            lowest,
            highest,
        };
        if converter.range == AdcRange::Full {
            let mut cells = i64::from(arch.crossbar.rows) * ((1i64 << arch.device.cell_bits) - 1);
            if matches!(
                arch.format.signed_weights,
                SignedWeights::Offset { flip: true, .. }
            ) {
                cells /= 2;
            }
            let largest = cells * ((1i64 << step_bits(arch)) - 1);
            // A 1-bit signed converter has no positive code at all: the loop then ends at the limit, with sums lost.
            while quantiser.round(largest) > highest && quantiser.shift < 62 {
                quantiser.shift += 1;
            }
        }
        Some(quantiser)
    }

    /// The nearest step before saturation, halves rounded up.
    fn round(&self, sum: i64) -> i64 {
        let half = (1i64 << self.shift) >> 1;
        (sum + half) >> self.shift
    }

    /// What the digital side takes the sum for, and whether the converter saturated.
    pub fn convert(&self, sum: i64) -> (i64, bool) {
        let code = self.round(sum);
        let held = code.clamp(self.lowest, self.highest);
        (held << self.shift, held != code)
    }

    /// Whether every sum of `lowest..=highest` comes out unchanged.
    pub fn is_exact(&self, lowest: i64, highest: i64) -> bool {
        self.shift == 0 && self.lowest <= lowest && highest <= self.highest
    }
}

/// Input bits a driver presents in one step: those of the DAC; all of them on a phased machine.
pub(crate) fn step_bits(arch: &Arch) -> u32 {
    match arch.timing {
        Timing::BitSerial(_) => arch.dac_bits,
        Timing::Phased(_) => arch.format.input_bits,
    }
}
