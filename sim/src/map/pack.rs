//! Row groups from any order of input feature maps, and row groups joined again where pruning left room.

use super::layer::{LayerMap, RowGroup};
use super::{Indices, rows};
use crosscut_arch::Arch;

impl LayerMap {
    /// Row groups over the given input feature maps, in that order, every output live; those of a channel group are cut
    /// apart from the others. Feature maps that are left out take no rows. The order costs nothing at run time where
    /// senders address their targets one by one (the destination table is permuted instead).
    pub fn packed(&self, arch: &Arch, feature_maps: &[usize]) -> Vec<RowGroup> {
        let g = &self.geometry;
        let (inputs, outputs) = (g.input.c / g.groups, g.output.c / g.groups);
        let mut out = Vec::new();
        for group in 0..g.groups {
            let own = feature_maps.iter().filter(|&&p| p / inputs == group);
            let lines: Vec<u32> = own
                .flat_map(|&p| p * g.taps()..(p + 1) * g.taps())
                .map(|r| r as u32)
                .collect();
            let feeds = Indices::range(group * outputs, (group + 1) * outputs);
            self.cut(arch, group, &lines, &feeds, &mut out);
        }
        out
    }

    /// Row groups of the same outputs put together and cut anew, which takes fewer arrays once rows have gone; groups
    /// without rows or outputs disappear. What is kept stays the same weights.
    pub fn joined(&self, arch: &Arch, row_groups: &[RowGroup]) -> Vec<RowGroup> {
        let mut sets: Vec<(usize, Vec<u32>, &Indices, Vec<u32>)> = Vec::new();
        for group in row_groups
            .iter()
            .filter(|g| !g.rows.is_empty() && !g.outputs.is_empty())
        {
            let mut key: Vec<u32> = group.outputs.iter().map(|q| q as u32).collect();
            key.sort_unstable();
            let rows = group.rows.iter().map(|r| r as u32);
            match sets.iter_mut().find(|s| s.0 == group.group && s.1 == key) {
                Some(set) => set.3.extend(rows),
                None => sets.push((group.group, key, &group.outputs, rows.collect())),
            }
        }
        let mut out = Vec::new();
        for (group, _, outputs, lines) in &sets {
            self.cut(arch, *group, lines, outputs, &mut out);
        }
        out
    }

    /// Cuts rows as this layer's packing does.
    fn cut(
        &self,
        arch: &Arch,
        group: usize,
        lines: &[u32],
        outputs: &Indices,
        out: &mut Vec<RowGroup>,
    ) {
        let rows = arch.crossbar.rows as usize;
        let step = rows::cut(&self.geometry, rows, self.unroll, self.packing).rows;
        out.extend(lines.chunks(step.max(1)).map(|rows| RowGroup {
            group,
            rows: Indices::list(rows.to_vec()),
            outputs: outputs.clone(),
        }));
    }
}
