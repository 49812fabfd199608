//! Slice widths chosen again for what is left.
//!
//! Row groups stay as they are, and they fit every narrower slice. What pays is not what paid before: with fewer arrays
//! per slice, buffers and adders weigh more, so that fewer, or with more outputs per array more, slices are best.

use crosscut_arch::{Arch, Fold};
use crosscut_sim::map::{LayerChange, Mapping};
use crosscut_traces::{LayerId, Network};
use std::collections::BTreeMap;

/// Sets `unroll` of each layer, last layer first, to the width with the fewest crossbars of all roles in the whole
/// network (a layer's slices bear on the adders before it); of equals the widest.
pub(super) fn choose(
    changes: &mut BTreeMap<LayerId, LayerChange>,
    net: &Network,
    mapping: &Mapping,
    arch: &Arch,
) {
    if arch.mapping.fold != Fold::Semi {
        return;
    }
    let total = |changes: &BTreeMap<LayerId, LayerChange>| {
        let mapped = mapping.with_changes(net, arch, changes.clone());
        mapped.map_or(u64::MAX, |m| m.totals().total())
    };
    for layer in mapping.layers.iter().rev() {
        let mut best = (total(changes), layer.unroll);
        for w in (1..layer.unroll).rev() {
            if let Some(change) = changes.get_mut(&layer.layer) {
                change.unroll = Some(w);
            }
            let count = total(changes);
            if count < best.0 {
                best = (count, w);
            }
        }
        if let Some(change) = changes.get_mut(&layer.layer) {
            change.unroll = (best.1 != layer.unroll).then_some(best.1);
        }
    }
}
