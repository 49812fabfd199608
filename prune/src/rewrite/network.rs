//! The pruned network and its mapping.

use super::changes::changes;
use crate::error::PruneError;
use crate::matrix::LayerMatrix;
use crate::options::PruneOptions;
use crate::refit::Fitted;
use crosscut_arch::Arch;
use crosscut_sim::map::Mapping;
use crosscut_sim::place::place;
use crosscut_traces::{LayerId, Network};
use std::collections::BTreeMap;

/// The network and mapping with the fitted layers in place of the old ones; feature maps that became constant zero or
/// unread taken out, adders sized and slices chosen again as the options say.
///
/// # Errors
/// If the pruned mapping cannot be placed.
pub fn rewrite(
    net: &Network,
    mapping: &Mapping,
    arch: &Arch,
    fitted: &BTreeMap<LayerId, Fitted>,
    options: &PruneOptions,
) -> Result<(Network, Mapping), PruneError> {
    let groups = fitted
        .iter()
        .map(|(&id, f)| (id, f.decision.row_groups.clone()))
        .collect();
    let biased = |f: &Fitted| f.matrix.bias.iter().map(|&b| b != 0.0).collect();
    let biases = fitted.iter().map(|(&id, f)| (id, biased(f))).collect();
    let changes = changes(net, mapping, arch, groups, &biases, options);
    let mut network = net.clone();
    for (&id, change) in &changes {
        let Some(row_groups) = &change.row_groups else {
            continue;
        };
        let op = &net.layer(id).op;
        let matrix = match fitted.get(&id) {
            Some(fitted) => fitted.matrix.clone(),
            None => LayerMatrix::of(op).expect("mapped layers have weights"),
        };
        // Single weights that a decision removes are zero already.
        network.layer_mut(id).op = matrix.masked(row_groups, None).write_to(op);
    }
    let pruned = mapping.with_changes(&network, arch, changes)?;
    let placed = place(&network, arch, pruned, mapping.placement.method)?;
    Ok((network, placed))
}
