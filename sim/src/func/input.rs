//! Bit-serial inputs: codes of a row group's rows as packed bit planes.
//!
//! Unsigned codes enter as they are. Signed codes with a 1-bit DAC enter in two's complement, and the last step
//! (the sign bits) is subtracted (ISAAC). A DAC of several bits would mix the sign bit with others in one sample,
//! so there signed codes enter with 2^(bits-1) added, and the surplus, 2^(bits-1) x the column's weight sum, a
//! constant known when the arrays are programmed, is subtracted digitally.

use super::adc::step_bits;
use crosscut_arch::Arch;

/// How the codes of a layer are driven.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Encoding {
    /// Input steps.
    pub steps: usize,
    /// Bits of one step.
    pub step_bits: usize,
    /// Bits of a code.
    pub input_bits: u32,
    /// Whether the last step is subtracted.
    pub subtract_last: bool,
    /// Added to every code before it is driven.
    pub excess: i64,
}

impl Encoding {
    /// For a layer with signed or unsigned inputs.
    pub fn of(arch: &Arch, signed: bool) -> Encoding {
        let bits = step_bits(arch);
        Encoding {
            steps: arch.input_steps() as usize,
            step_bits: bits as usize,
            input_bits: arch.format.input_bits,
            subtract_last: signed && bits == 1,
            excess: if signed && bits > 1 {
                1 << (arch.format.input_bits - 1)
            } else {
                0
            },
        }
    }

    /// Planes of one input vector.
    pub fn planes(&self) -> usize {
        self.steps * self.step_bits
    }

    /// Fills `planes` (planes x words) from the codes of the rows; returns the sum of the driven values.
    pub fn pack(&self, codes: &[i32], rows: &[u32], words: usize, planes: &mut [u64]) -> i64 {
        let mut sum = 0;
        for (w, rows) in rows.chunks(64).enumerate() {
            let mut word = [0u64; 32];
            for (bit, &row) in rows.iter().enumerate() {
                let value = i64::from(codes[row as usize]) + self.excess;
                sum += value;
                for (plane, out) in word[..self.input_bits as usize].iter_mut().enumerate() {
                    *out |= ((value >> plane) as u64 & 1) << bit;
                }
            }
            for plane in 0..self.planes() {
                planes[plane * words + w] = word.get(plane).copied().unwrap_or(0);
            }
        }
        sum
    }
}
