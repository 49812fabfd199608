//! What one firing of a station does, in actions of the machine's parts.
//!
//! The plan holds a table of actions by class of block; the engine counts how often each class fired
//! ([`super::Tally::fired`]). What a run did is the sum of class x firings: counted, not worked out beforehand.

use crate::counts::Counts;
use crate::graph::ByClass;
use crate::units::bytes_of_bits;
use crosscut_arch::PartKind;

/// Actions of one firing, or of several.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Actions {
    /// Whole actions.
    pub counts: Counts,
    /// Bits of values a digital unit reads from its buffer; values are packed over an image, so bytes are rounded once.
    pub read_bits: u64,
    /// Bits of values written to a buffer.
    pub written_bits: u64,
    /// Bits of values that pass the output register of a tile.
    pub register_bits: u64,
    /// Bits of values that enter or leave the machine.
    pub off_chip_bits: u64,
}

impl Actions {
    /// Adds these actions `n` times.
    fn add(&mut self, actions: &Actions, n: u64) {
        for (&kind, &count) in &actions.counts.0 {
            self.counts.add(kind, n * count);
        }
        self.read_bits += n * actions.read_bits;
        self.written_bits += n * actions.written_bits;
        self.register_bits += n * actions.register_bits;
        self.off_chip_bits += n * actions.off_chip_bits;
    }

    /// Everything in whole actions.
    fn total(mut self) -> Counts {
        for bits in [self.read_bits, self.written_bits] {
            self.counts.add(PartKind::Buffer, bytes_of_bits(bits));
        }
        let register = bytes_of_bits(self.register_bits);
        self.counts.add(PartKind::TileRegister, register);
        let off_chip = bytes_of_bits(self.off_chip_bits);
        self.counts.add(PartKind::Dram, off_chip);
        self.counts
    }
}

/// Actions of one firing of a station, by class of its block.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ActionTable(pub ByClass<Actions>);

impl ActionTable {
    /// Actions of all firings; `fired` holds the number of firings of each class.
    pub fn of_firings(&self, fired: &ByClass<u64>) -> Counts {
        let mut sum = Actions::default();
        for (actions, &n) in self.0.iter().zip(fired) {
            sum.add(actions, n);
        }
        sum.total()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_rounded_once_for_all_firings() {
        // Three values of 4 bits, one a firing, and a corner of two: 20 bits are 3 bytes.
        let one = Actions {
            written_bits: 4,
            ..Actions::default()
        };
        let mut corner = one.clone();
        corner.written_bits = 8;
        corner.counts.add(PartKind::Adc, 7);
        let none = Actions::default();
        let table = ActionTable([one, none.clone(), none.clone(), corner, none]);
        let counts = table.of_firings(&[3, 0, 0, 1, 5]);
        assert_eq!(counts.get(PartKind::Buffer), 3);
        assert_eq!(counts.get(PartKind::Adc), 7);
        assert_eq!(counts.get(PartKind::TileRegister), 0);
    }
}
