//! The rewrite: (network, mapping, choices) to another network and its mapping. Nothing is edited in place.

use crate::error::PruneError;
use crate::matrix::LayerMatrix;
use crosscut_arch::Arch;
use crosscut_sim::map::{Mapping, RowGroup};
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
    let mut out = LayerMatrix {
        weights: ndarray::Array2::zeros(matrix.weights.dim()),
        ..matrix.clone()
    };
    for group in row_groups {
        for q in group.outputs.iter() {
            for row in group.rows.iter() {
                let at = [q, matrix.column(row)];
                out.weights[at] = matrix.weights[at];
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
