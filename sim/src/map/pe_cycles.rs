//! How long PEs work on the arrays that they hold.

use crosscut_arch::Arch;

/// Crossbar cycles of PEs that are filled with arrays one after the other: each works as long as its busiest array.
pub(super) struct PeCycles {
    per_pe: u64,
    /// Arrays of the PE that is being filled, and its cycles.
    filled: u64,
    longest: u64,
    done: u64,
}

impl PeCycles {
    pub(super) fn new(arch: &Arch) -> PeCycles {
        PeCycles {
            per_pe: u64::from(arch.pe.crossbars),
            filled: 0,
            longest: 0,
            done: 0,
        }
    }

    /// The next `arrays` arrays take `cycles` each.
    pub(super) fn add(&mut self, mut arrays: u64, cycles: u64) {
        while arrays > 0 {
            if self.filled == self.per_pe {
                self.done += self.longest;
                (self.filled, self.longest) = (0, 0);
            }
            if self.filled == 0 && arrays > self.per_pe {
                let full = arrays / self.per_pe;
                self.done += full * cycles;
                arrays -= full * self.per_pe;
                continue;
            }
            let taken = arrays.min(self.per_pe - self.filled);
            self.filled += taken;
            self.longest = self.longest.max(cycles);
            arrays -= taken;
        }
    }

    /// All of them.
    pub(super) fn sum(&self) -> u64 {
        self.done + self.longest
    }
}

#[cfg(test)]
mod tests {
    use super::PeCycles;

    #[test]
    fn a_pe_works_as_long_as_its_busiest_array() {
        let mut pes = PeCycles {
            per_pe: 4,
            filled: 0,
            longest: 0,
            done: 0,
        };
        // 2 of 3 cycles and 2 of 5 fill the first PE, 9 of 1 cycle two and a quarter, 1 of 7 the rest.
        for (arrays, cycles) in [(2, 3), (2, 5), (9, 1), (1, 7)] {
            pes.add(arrays, cycles);
        }
        assert_eq!(pes.sum(), 5 + 1 + 1 + 7);
    }
}
