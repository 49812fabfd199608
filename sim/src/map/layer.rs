//! One mapped layer: row groups with their live outputs, unrolling and replicas.

use super::adders::Adders;
pub use super::geometry::Geometry;
use super::indices::Indices;
use super::pe_cycles::PeCycles;
use crosscut_arch::{Arch, ChannelGroups, Packing, UnusedColumns};
use crosscut_traces::LayerId;

/// Rows that share crossbars, and the outputs that still use them.
#[derive(Debug, Clone, PartialEq)]
pub struct RowGroup {
    /// Channel group the rows belong to.
    pub group: usize,
    /// im2col rows of the layer, `(p * kh + ky) * kw + kx` with `p` over all input FMs; at most N of them
    /// per output column.
    pub rows: Indices,
    /// Output FMs that keep this group, in packing order: cut every `kout` they are the arrays.
    pub outputs: Indices,
}

impl RowGroup {
    /// Whether an output still uses it; one that none does occupies nothing and is never read.
    pub fn is_live(&self) -> bool {
        !self.outputs.is_empty()
    }
}

/// Consecutive output columns computed by one array at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Slice {
    /// First output column.
    pub start: usize,
    /// Output columns.
    pub width: usize,
}

/// Crossbars by role.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct RoleCounts {
    /// Hold weights.
    pub compute: u64,
    /// Add partial sums.
    pub reduce: u64,
    /// Hold input rows.
    pub buffer: u64,
    /// Pool.
    pub pool: u64,
}

impl RoleCounts {
    /// All roles.
    pub fn total(&self) -> u64 {
        self.compute + self.reduce + self.buffer + self.pool
    }
}

impl std::ops::AddAssign for RoleCounts {
    fn add_assign(&mut self, o: Self) {
        self.compute += o.compute;
        self.reduce += o.reduce;
        self.buffer += o.buffer;
        self.pool += o.pool;
    }
}

/// A mapped compute layer.
#[derive(Debug, Clone, PartialEq)]
pub struct LayerMap {
    /// The layer.
    pub layer: LayerId,
    /// Its name.
    pub name: String,
    /// Its geometry.
    pub geometry: Geometry,
    /// How its rows were cut (a feature map larger than an array falls back to dense).
    pub packing: Packing,
    /// w: neighbouring output columns one array computes at once.
    pub unroll: usize,
    /// rx, ry: copies that work on different slices of a row and on different rows.
    pub replicas: [usize; 2],
    /// Row groups; a group without outputs occupies nothing.
    pub row_groups: Vec<RowGroup>,
    /// Row groups before pruning; with [`Adders::Dense`], reduce crossbars stay at this size.
    pub dense_row_groups: usize,
    /// What reduce crossbars are sized for.
    pub adders: Adders,
    /// Crossbars by role, all replicas.
    pub roles: RoleCounts,
    /// Cells that hold a weight over all cells of the compute crossbars.
    pub utilization: f64,
}

/// What one slice position of a layer does in one firing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct SliceActivity {
    /// Arrays that fire.
    pub arrays: u64,
    /// Crossbar cycles of a product, summed over arrays: each is read once per group of active rows in use.
    pub cycles: u64,
    /// Crossbar cycles of a product, summed over PEs: a PE works as long as the busiest of its arrays.
    pub pe_cycles: u64,
    /// Rows driven, summed over arrays.
    pub driven_rows: u64,
    /// Columns sampled in one input step (a differential pair is one), summed over arrays and the reads of each; unit columns
    /// are not among them.
    pub columns: u64,
    /// Unit columns of the arrays that fire: one for each set of inputs in an array.
    pub unit_columns: u64,
    /// Unit columns sampled in one input step, summed over arrays and the reads of each.
    pub unit_samples: u64,
    /// Cells that hold weights, summed over arrays: each in a driven row and a column in use.
    pub cells: u64,
    /// Partial sums that leave arrays: logical columns, summed over arrays.
    pub partial_sums: u64,
    /// Distinct input rows fetched (each row group once).
    pub fetched_rows: u64,
}

impl SliceActivity {
    /// ADC conversions of one product, those of unit columns left out: all columns after every read, or fewer where the
    /// machine adds their sums in analog first.
    pub fn conversions(&self, arch: &Arch) -> u64 {
        match arch.adc {
            None => 0,
            Some(c) => match (c.conversions_per_output, c.unused_columns) {
                (None, _) => self.columns * u64::from(arch.conversions_per_row_step()),
                (Some(n), UnusedColumns::Skip) => self.partial_sums * u64::from(n),
                (Some(n), UnusedColumns::Convert) => {
                    self.arrays * arch.outputs_per_crossbar() * u64::from(n)
                }
            },
        }
    }

    /// Conversions of the unit columns in one product, as often as any other column.
    pub fn unit_conversions(&self, arch: &Arch) -> u64 {
        match arch.adc {
            None => 0,
            Some(c) => match c.conversions_per_output {
                None => self.unit_samples * u64::from(arch.conversions_per_row_step()),
                Some(n) => self.unit_columns * u64::from(n),
            },
        }
    }
}

impl LayerMap {
    /// The slices of one output row: `ceil(W / w)`, the last may be narrower.
    pub fn slices(&self) -> Vec<Slice> {
        let w = self.geometry.output.w;
        (0..w)
            .step_by(self.unroll)
            .map(|start| Slice {
                start,
                width: self.unroll.min(w - start),
            })
            .collect()
    }

    /// Widths of the slices that have hardware of their own: all of a row if `rx` reaches that far, else `rx` full ones.
    pub fn hardware_slices(&self) -> Vec<usize> {
        let slices = self.slices();
        if self.replicas[0] >= slices.len() {
            slices.iter().map(|s| s.width).collect()
        } else {
            vec![self.unroll; self.replicas[0]]
        }
    }

    /// Row groups that still feed an output.
    pub fn live_row_groups(&self) -> usize {
        self.row_groups.iter().filter(|g| g.is_live()).count()
    }

    /// Whether outputs are sums over several row groups, so that partial sums must be added. Groups of different
    /// channel groups feed different outputs.
    pub fn adds_partial_sums(&self) -> bool {
        let mut live = vec![0usize; self.geometry.groups];
        for g in self.row_groups.iter().filter(|g| g.is_live()) {
            if let Some(n) = live.get_mut(g.group) {
                *n += 1;
            }
        }
        live.iter().any(|&n| n > 1)
    }

    /// Copies of the layer's arrays, each on tiles of its own: slices with hardware of their own x copies on different
    /// rows.
    pub fn copies(&self) -> u64 {
        (self.hardware_slices().len() * self.replicas[1]) as u64
    }

    /// Partial sums that leave the arrays of all copies in one firing.
    pub fn partial_sums_of_a_firing(&self, arch: &Arch) -> u64 {
        let widths = self.hardware_slices().into_iter();
        let per_row: u64 = widths.map(|w| self.activity(arch, w).partial_sums).sum();
        per_row * self.replicas[1] as u64
    }

    /// Bits of a partial sum: no sum of products of all rows is larger.
    pub fn sum_bits(&self, arch: &Arch) -> u32 {
        arch.format.weight_bits + arch.format.input_bits + self.geometry.rows().ilog2() + 1
    }

    /// Output FMs one array holds for a slice of the given width.
    pub fn kout(&self, arch: &Arch, width: usize) -> usize {
        arch.crossbar.columns as usize / (width * arch.columns_per_weight() as usize)
    }

    /// Channel groups that share an array, block-diagonally: each has its own rows and its own columns, the cells off
    /// the diagonal stay at the lowest level and add nothing. 1 unless a whole channel group fits several times.
    ///
    /// With offset weights and a unit column every group needs the sum of its own inputs, so each but the first takes
    /// one more column.
    pub fn groups_per_array(&self, arch: &Arch) -> usize {
        let g = &self.geometry;
        let one_each = g.groups > 1
            && self.row_groups.len() == g.groups
            && self
                .row_groups
                .iter()
                .enumerate()
                .all(|(i, r)| r.group == i);
        if !one_each || arch.mapping.channel_groups == ChannelGroups::Apart {
            return 1;
        }
        let unit = usize::from(arch.has_unit_column());
        let rows = self.rows_of(g.rows() / g.groups, self.unroll);
        let columns = g.output.c / g.groups * self.unroll * arch.columns_per_weight() as usize;
        let by_rows = arch.crossbar.rows as usize / rows;
        let by_columns = (arch.crossbar.columns as usize + unit) / (columns + unit);
        by_rows.min(by_columns).clamp(1, g.groups)
    }

    /// Compute arrays of one slice of the given width.
    pub fn arrays(&self, arch: &Arch, width: usize) -> u64 {
        let kout = self.kout(arch, width);
        match self.groups_per_array(arch) {
            1 => {
                let arrays = |g: &RowGroup| g.outputs.len().div_ceil(kout) as u64;
                self.row_groups.iter().map(arrays).sum()
            }
            _ => self.live_row_blocks(arch) as u64,
        }
    }

    /// Sets of rows that arrays are built on and that still feed an output: a row group, or the channel groups that
    /// share an array.
    pub fn live_row_blocks(&self, arch: &Arch) -> usize {
        let live = |block: &&[RowGroup]| block.iter().any(|g| g.is_live());
        let blocks = self.row_groups.chunks(self.groups_per_array(arch));
        blocks.filter(live).count()
    }

    /// Rows of an array a row group occupies for a slice of the given width (zero rows of the banded copy included).
    pub fn physical_rows(&self, group: &RowGroup, width: usize) -> usize {
        self.rows_of(group.rows.len(), width)
    }

    pub(super) fn rows_of(&self, im2col_rows: usize, width: usize) -> usize {
        if width == 1 {
            return im2col_rows;
        }
        im2col_rows / self.geometry.kernel[1] * self.geometry.input_columns(width)
    }

    /// Steps of one image: blocks of w*rx columns and ry rows.
    pub fn firings(&self) -> u64 {
        let [rx, ry] = self.replicas;
        (self.geometry.output.h.div_ceil(ry) * self.geometry.output.w.div_ceil(self.unroll * rx))
            as u64
    }

    /// Activity of one firing of one slice.
    pub fn activity(&self, arch: &Arch, width: usize) -> SliceActivity {
        let kout = self.kout(arch, width);
        let convert_all = matches!(arch.adc, Some(c) if c.unused_columns == UnusedColumns::Convert);
        // Each copy of an unrolled layer drives rows of its own and needs the sum of them.
        let unit_columns = if arch.has_unit_column() {
            width as u64
        } else {
            0
        };
        let mut a = SliceActivity::default();
        for g in self.row_groups.iter().filter(|g| g.is_live()) {
            let rows = self.physical_rows(g, width) as u64;
            // A channel group that shares an array has all its outputs in it.
            let arrays = g.outputs.len().div_ceil(kout);
            a.driven_rows += rows * arrays as u64;
            a.cells +=
                rows * (g.outputs.len() * width) as u64 * u64::from(arch.columns_per_weight());
            a.fetched_rows += rows;
            a.partial_sums += (g.outputs.len() * width) as u64;
        }
        let mut pes = PeCycles::new(arch);
        for set in self.array_sets(arch, width) {
            let row_steps = arch.row_steps_of(set.rows);
            let cycles = u64::from(arch.timed_steps_of(row_steps));
            a.arrays += set.arrays;
            a.cycles += set.arrays * cycles;
            pes.add(set.arrays, cycles);
            let columns = if convert_all {
                set.arrays * arch.converted_columns()
            } else {
                set.partial_sums * u64::from(arch.weight_slices())
            };
            a.columns += columns * u64::from(row_steps);
            let units = set.inputs * unit_columns;
            a.unit_columns += units;
            a.unit_samples += units * u64::from(row_steps);
        }
        a.pe_cycles = pes.sum();
        a
    }

    /// ADC conversions of one image (0 on machines without ADC), those of unit columns left out.
    pub fn adc_conversions(&self, arch: &Arch) -> u64 {
        self.of_an_image(arch, |a| a.conversions(arch))
    }

    /// ADC conversions of unit columns for one image.
    pub fn unit_conversions(&self, arch: &Arch) -> u64 {
        self.of_an_image(arch, |a| a.unit_conversions(arch))
    }

    /// What all slices of all output rows come to.
    fn of_an_image(&self, arch: &Arch, of: impl Fn(SliceActivity) -> u64) -> u64 {
        let slices = self.slices();
        let per_row: u64 = slices
            .iter()
            .map(|s| of(self.activity(arch, s.width)))
            .sum();
        self.geometry.output.h as u64 * per_row
    }
}
