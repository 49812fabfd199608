//! One row group, one input vector: every read of every column, through the converter, shifted and added.

use super::adc::Codes;
use super::kernel::popcount::add_sums;
use super::program::GroupProgram;
use crosscut_arch::{Arch, SignedWeights};

/// Counts of what the converters did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ReadStats {
    /// Conversions of columns that hold weights.
    pub conversions: u64,
    /// Sums beyond the last code.
    pub clipped: u64,
    /// Largest magnitude of a column sum.
    pub largest: u64,
}

/// How inputs enter: bits per step, and how negative codes are treated.
///
/// With one bit per step a signed code goes in as two's complement and the read of its sign bit is subtracted (ISAAC).
/// With more bits per step the code is shifted up by 2^(bits-1) instead, and 2^(bits-1) x (sum of weights), known when
/// the cells are programmed, is subtracted digitally.
#[derive(Debug, Clone, Copy)]
pub struct Inputs {
    /// Bits of a code.
    pub bits: u32,
    /// Bits per step.
    pub dac_bits: u32,
    /// Whether codes can be negative.
    pub signed: bool,
}

impl Inputs {
    fn shifted(&self) -> bool {
        self.signed && self.dac_bits > 1
    }

    fn raw(&self, code: i32) -> u64 {
        let code = if self.shifted() {
            code + (1 << (self.bits - 1))
        } else {
            code
        };
        u64::from(code as u32) & ((1u64 << self.bits) - 1)
    }

    fn subtracts(&self, bit: u32) -> bool {
        self.signed && !self.shifted() && bit + 1 == self.bits
    }
}

/// Working memory of a row group's reads.
#[derive(Default)]
pub struct Scratch {
    planes: Vec<u64>,
    sums: Vec<i64>,
    negative: Vec<i64>,
    columns: Vec<i64>,
}

/// Adds the accumulators of one row group for one position to `out` (outputs of the channel group).
pub fn read_group(
    p: &GroupProgram,
    arch: &Arch,
    codes: Codes,
    inputs: Inputs,
    x: &[i32],
    out: &mut [i64],
    s: &mut Scratch,
) -> ReadStats {
    let outputs = p.outputs.len();
    s.planes.clear();
    s.planes.resize(inputs.bits as usize * p.words, 0);
    let mut input_sum = 0i64;
    for (row, &at) in p.rows.iter().enumerate() {
        let raw = inputs.raw(x[at]);
        input_sum += i64::from(x[at]);
        for bit in 0..inputs.bits as usize {
            s.planes[bit * p.words + row / 64] |= (raw >> bit & 1) << (row % 64);
        }
    }
    s.columns.clear();
    s.columns.resize(p.columns, 0);
    s.sums.resize(p.columns, 0);
    s.negative.resize(p.columns, 0);
    let mut stats = ReadStats::default();
    let top = (1i64 << arch.device.cell_bits) - 1;
    for first in (0..inputs.bits).step_by(inputs.dac_bits as usize) {
        s.sums.fill(0);
        s.negative.fill(0);
        let step_bits = inputs.dac_bits.min(inputs.bits - first);
        let mut driven = 0i64;
        for k in 0..step_bits {
            let plane = &s.planes[(first + k) as usize * p.words..][..p.words];
            driven += plane.iter().map(|w| i64::from(w.count_ones())).sum::<i64>() << k;
            add_sums(plane, &p.planes, k, &mut s.sums);
            if !p.negative.is_empty() {
                add_sums(plane, &p.negative, k, &mut s.negative);
            }
        }
        let sign = if inputs.subtracts(first) { -1 } else { 1 };
        let (mut clipped, mut largest) = (0u64, 0u64);
        for c in 0..p.columns {
            let sum = s.sums[c] - s.negative[c];
            let (value, clip) = codes.convert(sum);
            clipped += u64::from(clip);
            largest = largest.max(sum.unsigned_abs());
            let value = if p.flipped[c] {
                top * driven - value
            } else {
                value
            };
            s.columns[c] += sign * (value << first);
        }
        stats.conversions += p.columns as u64;
        stats.clipped += clipped;
        stats.largest = stats.largest.max(largest);
    }
    let slices = p.columns / outputs.max(1);
    for (o, &output) in p.outputs.iter().enumerate() {
        let mut acc = 0;
        for slice in 0..slices {
            let value = s.columns[slice * outputs + o] << (slice as u32 * arch.device.cell_bits);
            let negative =
                arch.format.signed_weights == SignedWeights::TwosComplement && slice + 1 == slices;
            acc += if negative { -value } else { value };
        }
        if let SignedWeights::Offset { .. } = arch.format.signed_weights {
            // The unit column measures the sum of the raw inputs; it is taken as exact.
            let half = 1i64 << (arch.format.weight_bits - 1);
            let raw_sum = if inputs.shifted() {
                input_sum + ((p.rows.len() as i64) << (inputs.bits - 1))
            } else {
                input_sum
            };
            acc -= half * raw_sum;
        }
        if inputs.shifted() {
            acc -= p.weight_sums[o] << (inputs.bits - 1);
        }
        out[output] += acc;
    }
    stats
}
