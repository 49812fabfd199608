//! What the mapping of every layer becomes, before it is placed: enough to count crossbars.

use super::{dead, slices};
use crate::options::PruneOptions;
use crosscut_arch::Arch;
use crosscut_sim::map::{LayerChange, Mapping, RowGroup};
use crosscut_traces::{LayerId, Network};
use std::collections::BTreeMap;

/// Changes of all layers, from the row groups that decisions leave and which outputs then have a bias: feature maps that
/// became constant zero or unread are taken out, adders sized and slices chosen again as the options say. Layers that
/// lose something have row groups in their change.
pub fn changes(
    net: &Network,
    mapping: &Mapping,
    arch: &Arch,
    groups: BTreeMap<LayerId, Vec<RowGroup>>,
    biases: &BTreeMap<LayerId, Vec<bool>>,
    options: &PruneOptions,
) -> BTreeMap<LayerId, LayerChange> {
    let mut row_groups = if options.dead {
        dead::without(net, mapping, arch, &groups, biases)
    } else {
        groups
    };
    let mut changes = BTreeMap::new();
    for layer in &mapping.layers {
        let change = LayerChange {
            row_groups: row_groups.remove(&layer.layer),
            unroll: None,
            adders: Some(options.adders),
        };
        changes.insert(layer.layer, change);
    }
    if options.reslice {
        slices::choose(&mut changes, net, mapping, arch);
    }
    changes
}
