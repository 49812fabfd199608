//! How often the arrays of a layer are read: once per group of active rows in use (`arch::model::reads`).

use super::layer::LayerMap;
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
            let live = || block.iter().filter(|g| g.is_live());
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
        let live = block.iter().filter(|g| g.is_live());
        let rows = live.map(|g| self.physical_rows(g, 1)).sum();
        arch.row_steps_of(rows) as usize
    }

    /// Rows in use of the array above those of a row group.
    fn rows_above(&self, row_group: usize, arch: &Arch) -> usize {
        let first = row_group - row_group % self.groups_per_array(arch);
        let above = self.row_groups[first..row_group].iter();
        let above = above.filter(|g| g.is_live());
        above.map(|g| self.physical_rows(g, 1)).sum()
    }
}
