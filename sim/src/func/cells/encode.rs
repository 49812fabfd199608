//! Weights as cell levels: slicing, sign schemes, and the shift-and-add that undoes them.

use crosscut_arch::{Arch, PartialSums, SignedWeights};

/// How weights and inputs of a layer are cut into cells and steps.
///
/// With one bit per step a signed code goes in as two's complement and the read of its sign bit is subtracted (ISAAC).
/// With more bits per step, or with steps added as charge, the code is shifted up by 2^(bits-1) instead, and 2^(bits-1) x (sum of weights), known when
/// the cells are programmed, is subtracted digitally.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Encoding {
    /// How negative weights are stored.
    pub scheme: SignedWeights,
    /// Bits of a weight.
    pub weight_bits: u32,
    /// Bits of a cell.
    pub cell_bits: u32,
    /// Weight slices.
    pub weight_slices: usize,
    /// Bits of an input code.
    pub input_bits: u32,
    /// Input bits of one step.
    pub dac_bits: u32,
    /// Whether input codes can be negative.
    pub signed_inputs: bool,
    /// Whether the steps' charge is added before one conversion.
    pub analog_sums: bool,
    /// Steps in which an input code enters.
    pub steps: usize,
    /// Conversions of a column for all steps of the rows that are active together.
    pub conversions: usize,
    /// Largest input value that one conversion stands for.
    pub largest_input: i64,
}

impl Encoding {
    /// The encoding of a layer on a machine.
    pub fn of(arch: &Arch, signed_inputs: bool) -> Encoding {
        Encoding {
            scheme: arch.format.signed_weights,
            weight_bits: arch.format.weight_bits,
            cell_bits: arch.device.cell_bits,
            weight_slices: arch.weight_slices() as usize,
            input_bits: arch.format.input_bits,
            dac_bits: arch.dac_bits,
            signed_inputs,
            analog_sums: arch.format.partial_sums == PartialSums::Analog,
            steps: arch.steps_per_input() as usize,
            conversions: arch.conversions_per_row_step() as usize,
            largest_input: arch.largest_input(),
        }
    }

    /// Highest cell level.
    pub fn top(&self) -> i64 {
        (1 << self.cell_bits) - 1
    }

    /// Whether negative parts sit on columns of their own.
    pub fn pairs(&self) -> bool {
        self.scheme == SignedWeights::Differential
    }

    /// Whether columns that hold more than half are stored inverted.
    pub fn flips(&self) -> bool {
        matches!(self.scheme, SignedWeights::Offset { flip: true, .. })
    }

    /// What is added to every weight before slicing.
    pub fn bias(&self) -> i64 {
        match self.scheme {
            SignedWeights::Offset { .. } => 1 << (self.weight_bits - 1),
            _ => 0,
        }
    }

    /// One cell level: the part of the weight that this weight slice holds, and for pairs its negative part.
    #[inline]
    pub fn levels(&self, weight: i32, weight_slice: usize) -> (u16, u16) {
        let (down, top) = (
            weight_slice as u32 * self.cell_bits,
            (1i32 << self.cell_bits) - 1,
        );
        let cut = |v: i32| ((v >> down) & top) as u16;
        match self.scheme {
            // A unit is 1 or 2.
            SignedWeights::Offset { .. } => {
                (cut((weight + self.bias() as i32) >> (self.unit() - 1)), 0)
            }
            SignedWeights::Differential => (cut(weight.max(0)), cut((-weight).max(0))),
            SignedWeights::TwosComplement => (cut(weight & ((1 << self.weight_bits) - 1)), 0),
        }
    }

    /// Whether codes are shifted to be non-negative.
    pub fn shifted(&self) -> bool {
        self.signed_inputs && (self.dac_bits > 1 || self.analog_sums)
    }

    /// Whether the last step is subtracted.
    pub fn subtracts_last(&self) -> bool {
        self.signed_inputs && !self.shifted()
    }

    /// Weight per unit of what is stored: binary weights -1 and 1 are stored as 0 and 1.
    fn unit(&self) -> i64 {
        match self.scheme {
            SignedWeights::Offset { .. } if self.weight_bits == 1 => 2,
            _ => 1,
        }
    }

    /// Weight of a unit of column sum of a weight slice.
    pub fn slice_weight(&self, weight_slice: usize) -> i64 {
        let weight = self.unit() << (weight_slice as u32 * self.cell_bits);
        let negative =
            self.scheme == SignedWeights::TwosComplement && weight_slice + 1 == self.weight_slices;
        if negative { -weight } else { weight }
    }
}
