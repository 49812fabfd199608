//! The rewrite: (network, mapping, choices) to another network and its mapping. Nothing is edited in place.

pub mod dead;
mod slices;

use crate::error::PruneError;
use crate::matrix::LayerMatrix;
use crate::options::PruneOptions;
use crosscut_arch::Arch;
use crosscut_sim::map::{LayerChange, Mapping, PlacementMethod, RowGroup};
use crosscut_traces::{LayerId, Network};
use std::collections::BTreeMap;

/// What a pruned layer becomes.
#[derive(Debug, Clone, PartialEq)]
pub struct Choice {
    /// Its row groups with the outputs that stay.
    pub row_groups: Vec<RowGroup>,
    /// Its weights: zero for pairs that do not stay.
    pub matrix: LayerMatrix,
}

/// Weights with zeros wherever no row group keeps the pair.
pub fn masked(matrix: &LayerMatrix, row_groups: &[RowGroup]) -> LayerMatrix {
    masked_elements(matrix, row_groups, None)
}

/// Weights with zeros wherever no row group keeps the pair, or `elements` (outputs x rows of a channel group) is false.
pub fn masked_elements(
    matrix: &LayerMatrix,
    row_groups: &[RowGroup],
    elements: Option<&ndarray::Array2<bool>>,
) -> LayerMatrix {
    let mut out = LayerMatrix {
        weights: ndarray::Array2::zeros(matrix.weights.dim()),
        ..matrix.clone()
    };
    for group in row_groups {
        for q in group.outputs.iter() {
            for row in group.rows.iter() {
                let at = [q, matrix.column(row)];
                if elements.is_none_or(|e| e[at]) {
                    out.weights[at] = matrix.weights[at];
                }
            }
        }
    }
    out
}

/// The network and mapping with the chosen layers replaced.
///
/// # Errors
/// If the pruned mapping cannot be placed.
pub fn rewrite(
    net: &Network,
    mapping: &Mapping,
    arch: &Arch,
    choices: &BTreeMap<LayerId, Choice>,
) -> Result<(Network, Mapping), PruneError> {
    let mut network = net.clone();
    for (&id, choice) in choices {
        let op = choice.matrix.write_to(&network.layer(id).op);
        network.layer_mut(id).op = op;
    }
    let changes = choices
        .iter()
        .map(|(&id, c)| (id, c.row_groups.clone()))
        .collect();
    let mapping = mapping.with_row_groups(&network, arch, changes)?;
    Ok((network, mapping))
}

/// The network and mapping with the chosen layers replaced, feature maps that became constant zero or unread taken
/// out, adders sized and slices chosen again as the options say.
///
/// # Errors
/// If the pruned mapping cannot be placed.
pub fn finish(
    net: &Network,
    mapping: &Mapping,
    arch: &Arch,
    choices: &BTreeMap<LayerId, Choice>,
    options: &PruneOptions,
) -> Result<(Network, Mapping), PruneError> {
    let groups: BTreeMap<LayerId, Vec<RowGroup>> = choices
        .iter()
        .map(|(&id, c)| (id, c.row_groups.clone()))
        .collect();
    let biased = |c: &Choice| c.matrix.bias.iter().map(|&b| b != 0.0).collect();
    let biases = choices.iter().map(|(&id, c)| (id, biased(c))).collect();
    let plan = Plan::of(net, mapping, arch, &groups, &biases, options);
    let mut network = net.clone();
    for (&id, row_groups) in &plan.row_groups {
        let op = &net.layer(id).op;
        let matrix = match choices.get(&id) {
            Some(choice) => choice.matrix.clone(),
            None => LayerMatrix::of(op).expect("mapped layers have weights"),
        };
        // Pairs that the selection keeps may be masked further by weight, which are zero already.
        network.layer_mut(id).op = masked(&matrix, row_groups).write_to(op);
    }
    let pruned = plan.mapping(&network, mapping, arch, mapping.placement.method)?;
    Ok((network, pruned))
}

/// A pruned mapping before it is placed: enough to count its crossbars.
#[derive(Debug, Clone, PartialEq)]
pub struct Plan {
    /// Row groups of the layers that changed.
    pub row_groups: BTreeMap<LayerId, Vec<RowGroup>>,
    changes: BTreeMap<LayerId, LayerChange>,
}

impl Plan {
    /// From the row groups that selections leave, and which outputs then have a bias.
    pub fn of(
        net: &Network,
        mapping: &Mapping,
        arch: &Arch,
        groups: &BTreeMap<LayerId, Vec<RowGroup>>,
        biases: &BTreeMap<LayerId, Vec<bool>>,
        options: &PruneOptions,
    ) -> Plan {
        let row_groups = if options.dead {
            dead::without(net, mapping, arch, groups, biases)
        } else {
            groups.clone()
        };
        let mut changes = BTreeMap::new();
        for layer in &mapping.layers {
            let own = row_groups.get(&layer.layer);
            let change = LayerChange {
                row_groups: own.cloned(),
                unroll: None,
                adders: Some(options.adders),
            };
            changes.insert(layer.layer, change);
        }
        let mut plan = Plan {
            row_groups,
            changes,
        };
        if options.reslice {
            slices::choose(&mut plan.changes, net, mapping, arch);
        }
        plan
    }

    /// The mapping, its tiles placed by `method`; crossbar counts do not depend on it.
    ///
    /// # Errors
    /// If it cannot be placed.
    pub fn mapping(
        &self,
        net: &Network,
        before: &Mapping,
        arch: &Arch,
        method: PlacementMethod,
    ) -> Result<Mapping, PruneError> {
        Ok(before.with_changes(net, arch, self.changes.clone(), method)?)
    }
}
