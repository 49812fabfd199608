//! How many columns a weight takes, and how many of them are converted.

use super::arch::Arch;
use super::format::SignedWeights;

impl Arch {
    /// Physical columns that hold one logical weight column: weight slices x sign columns.
    pub fn columns_per_weight(&self) -> u32 {
        let sign = match self.format.signed_weights {
            SignedWeights::Differential => 2,
            _ => 1,
        };
        self.weight_slices() * sign
    }

    /// Columns one conversion reads: a differential pair is subtracted before the ADC.
    pub fn columns_per_conversion(&self) -> u32 {
        self.columns_per_weight() / self.weight_slices()
    }

    /// Bits of a weight that go into cells. A differential pair stores magnitudes of `weight_bits - 1` bits.
    pub fn stored_bits(&self) -> u32 {
        match self.format.signed_weights {
            // Binary weights have a magnitude too: 1.
            SignedWeights::Differential => (self.format.weight_bits - 1).max(1),
            _ => self.format.weight_bits,
        }
    }

    /// Cells (or cell pairs) a weight is cut into.
    pub fn weight_slices(&self) -> u32 {
        self.stored_bits().div_ceil(self.device.cell_bits)
    }

    /// Logical columns one array holds.
    pub fn outputs_per_crossbar(&self) -> u64 {
        u64::from(self.crossbar.columns / self.columns_per_weight())
    }

    /// Columns of an array that are converted one by one: a differential pair is one.
    pub fn converted_columns(&self) -> u64 {
        u64::from(self.crossbar.columns / self.columns_per_conversion())
    }

    /// Whether every array has one more column, with all cells at level 1, that measures the sum of its inputs.
    pub fn has_unit_column(&self) -> bool {
        let signed = self.format.signed_weights;
        matches!(
            signed,
            SignedWeights::Offset {
                unit_column: true,
                ..
            }
        )
    }
}
