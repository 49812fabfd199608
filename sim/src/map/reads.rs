//! How often the arrays of a layer are read: once per group of active rows in use (`arch::model::reads`).

use super::layer::{LayerMap, RowGroup};
use crosscut_arch::Arch;

/// Arrays built on the same rows: a row group, or the channel groups that share an array.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ArraySet {
    /// Arrays.
    pub arrays: u64,
    /// Rows in use in each of them.
    pub rows: usize,
    /// Sets of inputs, summed over the arrays: one each, but channel groups that share an array have their own.
    pub inputs: u64,
    /// Logical columns, summed over the arrays.
    pub partial_sums: u64,
}

impl LayerMap {
    /// The arrays of a slice of the given width by the rows they are built on, in the order in which the mapping fills them.
    /// Rows of row groups that feed no output are not in use.
    pub fn array_sets(&self, arch: &Arch, width: usize) -> impl Iterator<Item = ArraySet> {
        let (shared, kout) = (self.groups_per_array(arch), self.kout(arch, width).max(1));
        self.row_groups.chunks(shared).filter_map(move |block| {
            let live = || block.iter().filter(|g| is_live(g));
            let outputs: usize = live().map(|g| g.outputs.len()).sum();
            let arrays = match shared {
                1 => outputs.div_ceil(kout) as u64,
                _ => u64::from(outputs > 0),
            };
            (outputs > 0).then(|| ArraySet {
                arrays,
                inputs: if shared == 1 {
                    arrays
                } else {
                    live().count() as u64
                },
                rows: live().map(|g| self.physical_rows(g, width)).sum(),
                partial_sums: (outputs * width) as u64,
            })
        })
    }

    /// Groups of active rows in use in the array of a slice that has the most; 1 where nothing is left of the layer.
    pub fn row_steps_of_slice(&self, arch: &Arch, width: usize) -> u32 {
        let sets = self.array_sets(arch, width);
        let steps = sets.map(|s| arch.row_steps_of(s.rows));
        steps.max().unwrap_or(1).max(1)
    }

    /// The same over all slices with hardware of their own. These fire together, so a firing takes as many reads per input step.
    pub fn row_steps(&self, arch: &Arch) -> u32 {
        let widest = self.hardware_slices().into_iter().max().unwrap_or(1);
        self.row_steps_of_slice(arch, widest)
    }

    /// How often all columns of an array are converted for one image, summed over arrays; 0 without ADC.
    pub fn array_conversions(&self, arch: &Arch) -> u64 {
        let of_set = |s: ArraySet| {
            let times = arch.array_conversions_of(arch.row_steps_of(s.rows));
            s.arrays * u64::from(times)
        };
        let of_width = |w: usize| self.array_sets(arch, w).map(of_set).sum::<u64>();
        let per_row: u64 = self.slices().iter().map(|s| of_width(s.width)).sum();
        per_row * self.geometry.output.h as u64
    }

    /// The im2col rows of a row group that each read drives together, by the row group's number: as many as may be active
    /// at once, in the order in which they lie in the array. Row groups that share an array lie one below the other, so the
    /// first read of one may drive fewer of its rows.
    pub fn rows_by_read(&self, row_group: usize, arch: &Arch) -> Vec<Vec<usize>> {
        let rows: Vec<usize> = self.row_groups[row_group].rows.iter().collect();
        let active = arch.crossbar.active_rows as usize;
        if rows.len() <= active && arch.row_steps() == 1 {
            return vec![rows];
        }
        let above = self.rows_above(row_group, arch) % active;
        let first = (active - above).min(rows.len());
        let (first, rest) = rows.split_at(first);
        let reads = std::iter::once(first).chain(rest.chunks(active));
        reads.map(<[usize]>::to_vec).collect()
    }

    /// Reads per input step of the arrays that hold a row group.
    pub fn reads_of_group(&self, row_group: usize, arch: &Arch) -> usize {
        let shared = self.groups_per_array(arch);
        let first = row_group / shared * shared;
        let block = &self.row_groups[first..self.row_groups.len().min(first + shared)];
        let live = block.iter().filter(|g| is_live(g));
        let rows = live.map(|g| self.physical_rows(g, 1)).sum();
        arch.row_steps_of(rows) as usize
    }

    /// Rows in use of the array above those of a row group.
    fn rows_above(&self, row_group: usize, arch: &Arch) -> usize {
        let first = row_group - row_group % self.groups_per_array(arch);
        let above = self.row_groups[first..row_group].iter();
        let above = above.filter(|g| is_live(g));
        above.map(|g| self.physical_rows(g, 1)).sum()
    }
}

fn is_live(group: &RowGroup) -> bool {
    !group.outputs.is_empty()
}

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
