//! Outputs that are decided on together, and how what stays of them is packed.

use super::grain::Grain;
use crosscut_arch::Arch;
use crosscut_sim::map::{Indices, LayerMap, RowGroup};

/// Outputs that share a mask, and the row groups they may keep.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unit {
    /// Output feature maps, ascending.
    pub outputs: Vec<usize>,
    /// Positions in the layer's row groups that at least one of the outputs uses, ascending.
    pub groups: Vec<usize>,
}

/// The units of a layer. Column grain: one per `together` neighbouring output feature maps (the published Kout).
/// Crossbar grain: one per array, that is per as many neighbouring output feature maps of a channel group as an array
/// holds for a slice of full width; `together` does not count then.
pub fn units(layer: &LayerMap, arch: &Arch, grain: Grain, together: usize) -> Vec<Unit> {
    let mut of_output: Vec<Vec<usize>> = vec![Vec::new(); layer.geometry.output.c];
    for (i, group) in layer.row_groups.iter().enumerate() {
        for q in group.outputs.iter() {
            of_output[q].push(i);
        }
    }
    let size = match grain {
        Grain::Column => together.max(1),
        Grain::Crossbar => layer.kout(arch, layer.unroll).max(1),
    };
    let per_group = layer.geometry.output.c / layer.geometry.groups;
    let mut units = Vec::new();
    for channel_group in 0..layer.geometry.groups {
        let outputs: Vec<usize> = (channel_group * per_group..(channel_group + 1) * per_group)
            .filter(|&q| !of_output[q].is_empty())
            .collect();
        for outputs in outputs.chunks(size) {
            let mut groups: Vec<usize> =
                outputs.iter().flat_map(|&q| of_output[q].clone()).collect();
            groups.sort_unstable();
            groups.dedup();
            units.push(Unit {
                outputs: outputs.to_vec(),
                groups,
            });
        }
    }
    units
}

/// The row groups with only the outputs whose mask keeps them, packed without gaps (output recombination): the
/// crossbars of a slice are then `sum over i of ceil(n_i / kout)`, n_i the outputs that keep group i.
/// `masks` has one flag per entry of the unit's `groups`.
pub fn recombine(layer: &LayerMap, units: &[Unit], masks: &[Vec<bool>]) -> Vec<RowGroup> {
    let mut kept: Vec<Vec<u32>> = vec![Vec::new(); layer.row_groups.len()];
    for (unit, mask) in units.iter().zip(masks) {
        for (&i, _) in unit.groups.iter().zip(mask).filter(|(_, keep)| **keep) {
            kept[i].extend(unit.outputs.iter().map(|&q| q as u32));
        }
    }
    layer
        .row_groups
        .iter()
        .zip(kept)
        .map(|(old, mut outputs)| {
            // A unit of several outputs may meet a group that an earlier pruning took from some of them.
            let mut had = vec![false; layer.geometry.output.c];
            old.outputs.iter().for_each(|q| had[q] = true);
            outputs.retain(|&q| had[q as usize]);
            RowGroup {
                outputs: Indices::list(outputs),
                ..old.clone()
            }
        })
        .collect()
}

/// (row group, output) pairs in use.
pub fn pairs(row_groups: &[RowGroup]) -> usize {
    row_groups.iter().map(|g| g.outputs.len()).sum()
}
