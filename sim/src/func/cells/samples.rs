//! Samples that reads take beside those of the columns whose rows they drive.
//!
//! A machine whose ADCs convert every column ([`UnusedColumns::Convert`]) samples what is left of each array beside its
//! weights. And where channel groups share an array, the columns of each are sampled in the reads of the others' rows as well.
//!
//! Kernels count while they walk over blocks and positions, so that the closed form of the mapping
//! ([`LayerMap::adc_conversions`]) has something to be checked against.

use crate::map::{LayerMap, RowGroup};
use crosscut_arch::{Arch, UnusedColumns};

/// What the reads of one block sample, in one input step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BlockSamples {
    /// Outputs of the block: columns of each weight slice.
    pub outputs: usize,
    /// Weight slices.
    pub weight_slices: usize,
    /// Reads of the block's array that drive none of its rows but those of row groups which share the array. They are counted
    /// with the last block of a row group.
    pub empty_reads: usize,
    /// Columns without weights in the arrays of a whole slice of output columns. Of blocks that share an array, the first
    /// has them.
    pub idle: usize,
    /// The same for a last, narrower slice.
    pub idle_of_last: usize,
    /// Output columns of the layer.
    pub output_columns: usize,
    /// Output columns that one read of an array computes.
    pub unroll: usize,
}

impl BlockSamples {
    /// Samples beside those of the block's own columns, over `count` positions from `first` on.
    pub fn idle(&self, first: u64, count: usize) -> u64 {
        let own = self.empty_reads * self.outputs * self.weight_slices * count;
        let mut beside = 0;
        if self.idle + self.idle_of_last > 0 {
            for position in 0..count {
                let x = (first as usize + position) % self.output_columns;
                // One read gives all positions of a slice: it counts with the first of them.
                if x.is_multiple_of(self.unroll) {
                    beside += if x + self.unroll <= self.output_columns {
                        self.idle
                    } else {
                        self.idle_of_last
                    };
                }
            }
        }
        (own + beside * (1 + self.empty_reads)) as u64
    }
}

/// What the reads of a mapped layer sample.
pub(super) struct LayerSamples<'a> {
    map: &'a LayerMap,
    arch: &'a Arch,
    /// Whether columns without weights are converted.
    convert_all: bool,
    /// Columns of an array that an ADC samples; a differential pair is one.
    of_array: usize,
    /// Row groups that share an array.
    shared: usize,
}

impl<'a> LayerSamples<'a> {
    pub fn new(map: &'a LayerMap, arch: &'a Arch) -> LayerSamples<'a> {
        LayerSamples {
            map,
            arch,
            convert_all: matches!(arch.adc, Some(c) if c.unused_columns == UnusedColumns::Convert),
            of_array: (arch.crossbar.columns / arch.columns_per_conversion()) as usize,
            shared: map.groups_per_array(arch),
        }
    }

    /// Samples of a block of that row group, where a number of reads of the array drive other rows.
    pub fn of_block(&self, row_group: usize, empty_reads: usize) -> BlockSamples {
        let (output_columns, unroll) = (self.map.geometry.output.w, self.map.unroll);
        BlockSamples {
            outputs: self.map.row_groups[row_group].outputs.len(),
            weight_slices: self.arch.weight_slices() as usize,
            empty_reads,
            idle: self.idle(row_group, unroll),
            idle_of_last: self.idle(row_group, output_columns % unroll),
            output_columns,
            unroll,
        }
    }

    /// Columns without weights in the arrays of a row group, for a slice of that many output columns.
    fn idle(&self, row_group: usize, width: usize) -> usize {
        if !self.convert_all || width == 0 {
            return 0;
        }
        let groups = &self.map.row_groups;
        let used = |outputs: usize| outputs * width * self.arch.weight_slices() as usize;
        if self.shared > 1 {
            // One array holds all of them; its first live one stands for it.
            let first = row_group / self.shared * self.shared;
            let sharing = &groups[first..groups.len().min(first + self.shared)];
            let live = |g: &RowGroup| g.is_live();
            if sharing.iter().position(live) != Some(row_group - first) {
                return 0;
            }
            return self.of_array - used(sharing.iter().map(|g| g.outputs.len()).sum());
        }
        // Arrays are filled one after the other.
        let (mut left, mut idle) = (groups[row_group].outputs.len(), 0);
        let most = self.map.kout(self.arch, width);
        while left > 0 {
            let outputs = left.min(most);
            idle += self.of_array - used(outputs);
            left -= outputs;
        }
        idle
    }
}
