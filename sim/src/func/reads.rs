//! One row group, one input vector: every read of every column, through the converter, shifted and added.

use super::adc::Codes;
use super::kernel::Isa;
use super::kernel::popcount::{LANES, Reads, columns};
use super::program::GroupProgram;
use crosscut_arch::{Arch, SignedWeights};

/// Counts of what the converters did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ReadStats {
    /// Conversions; of columns without weights too where the machine converts those.
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

    fn subtracts_last(&self) -> bool {
        self.signed && !self.shifted()
    }
}

/// Working memory of a row group's reads.
#[derive(Default)]
pub struct Scratch {
    planes: Vec<u64>,
    columns: Vec<[i64; LANES]>,
}

/// Adds the accumulators of one row group for one position to `out` (outputs of the channel group).
pub fn read_group(
    p: &GroupProgram,
    machine: (Isa, &Arch, Codes),
    inputs: Inputs,
    x: &[i32],
    out: &mut [i64],
    s: &mut Scratch,
) -> ReadStats {
    let (isa, arch, codes) = machine;
    let scheme = arch.format.signed_weights;
    let outputs = p.outputs.len();
    let driven = fill_planes(p, inputs, x, &mut s.planes);
    s.columns.resize(p.columns.div_ceil(LANES), [0; LANES]);
    let reads = Reads {
        cells: &p.cells,
        planes: &s.planes,
        words: p.words,
        cell_bits: arch.device.cell_bits as usize,
        pairs: scheme == SignedWeights::Differential,
        step_bits: inputs.dac_bits as usize,
        subtract_last: inputs.subtracts_last(),
        codes,
    };
    let seen = columns(isa, &reads, &mut s.columns);
    let top = (1i64 << arch.device.cell_bits) - 1;
    // The unit column measures the sum of the driven inputs; it is taken as exact.
    let half = match scheme {
        SignedWeights::Offset { .. } => 1i64 << (arch.format.weight_bits - 1),
        _ => 0,
    };
    let slices = p.columns / outputs.max(1);
    for (o, &output) in p.outputs.iter().enumerate() {
        let mut acc = -half * driven;
        for slice in 0..slices {
            let column = slice * outputs + o;
            let mut value = s.columns[column / LANES][column % LANES];
            if p.flipped[column] {
                // Steps add up before the inversion is undone: both are linear.
                value = top * driven - value;
            }
            value <<= slice as u32 * arch.device.cell_bits;
            let negative = scheme == SignedWeights::TwosComplement && slice + 1 == slices;
            acc += if negative { -value } else { value };
        }
        if inputs.shifted() {
            acc -= p.weight_sums[o] << (inputs.bits - 1);
        }
        out[output] += acc;
    }
    ReadStats {
        conversions: p.columns as u64 * u64::from(inputs.bits.div_ceil(inputs.dac_bits)),
        clipped: seen.clipped,
        largest: seen.largest,
    }
}

/// Bit planes of the rows' codes, input bits x words; returns the sum of the driven values.
fn fill_planes(p: &GroupProgram, inputs: Inputs, x: &[i32], planes: &mut Vec<u64>) -> i64 {
    planes.resize(inputs.bits as usize * p.words, 0);
    let mut sum = 0;
    for (w, rows) in p.rows.chunks(64).enumerate() {
        // A code has at most 16 bits.
        let mut words = [0u64; 16];
        for (bit, &at) in rows.iter().enumerate() {
            let raw = inputs.raw(x[at]);
            sum += i64::from(x[at]);
            for (plane, word) in words.iter_mut().enumerate() {
                *word |= (raw >> plane & 1) << bit;
            }
        }
        for (plane, &word) in words[..inputs.bits as usize].iter().enumerate() {
            planes[plane * p.words + w] = word;
        }
    }
    if inputs.shifted() {
        sum + ((p.rows.len() as i64) << (inputs.bits - 1))
    } else {
        sum
    }
}
