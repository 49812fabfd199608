//! Weights that a mapping leaves out.
//!
//! A pruned mapping holds some weights of its network and not the others. On the weights it was made with the others
//! are zero, so nothing is lost. On any other weights the network it computes is silently another one:
//! [`check_dropped`] finds that out before anything is computed.

use super::layer::RowGroup;
use super::{LayerMap, Mapping};
use crosscut_traces::{Network, Op, Weights};
use ndarray::Array2;

/// Which weights row groups hold, in the weights' own shape: outputs x im2col rows of one channel group. The row groups
/// must lie within it.
pub fn held_weights(shape: [usize; 2], row_groups: &[RowGroup]) -> Array2<bool> {
    let [_, columns] = shape;
    let mut held = Array2::from_elem(shape, false);
    for group in row_groups {
        for output in group.outputs.iter() {
            for row in group.rows.iter() {
                held[[output, row % columns]] = true;
            }
        }
    }
    held
}

/// What a mapping leaves out of one layer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DroppedLayer {
    /// Layer name.
    pub layer: String,
    /// Weights that are not zero and that no row group holds.
    pub dropped: u64,
    /// Weights that are not zero.
    pub of: u64,
}

/// A mapping that leaves out weights that are not zero.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DroppedWeights {
    /// Network.
    pub network: String,
    /// The layers that lose weights, in network order; at least one.
    pub layers: Vec<DroppedLayer>,
}

impl std::error::Error for DroppedWeights {}

/// Layers named in the message.
const NAMED: usize = 3;

impl std::fmt::Display for DroppedWeights {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "the mapping drops weights of the network `{}` that are not zero:",
            self.network
        )?;
        for (i, l) in self.layers.iter().take(NAMED).enumerate() {
            let comma = if i == 0 { "" } else { "," };
            write!(
                f,
                "{comma} {} of {} in layer `{}`",
                l.dropped, l.of, l.layer
            )?;
        }
        match self.layers.len().saturating_sub(NAMED) {
            0 => {}
            1 => write!(f, " and some in one more layer")?,
            more => write!(f, " and some in {more} more layers")?,
        }
        write!(
            f,
            "; a pruned mapping belongs to the pruned weights that were saved with it"
        )
    }
}

/// Checks that every weight a mapping leaves out is zero.
///
/// # Errors
/// The layers that would lose weights, with counts.
pub fn check_dropped(net: &Network, mapping: &Mapping) -> Result<(), DroppedWeights> {
    let layers: Vec<DroppedLayer> = mapping
        .layers
        .iter()
        .filter_map(|map| of_layer(net, map))
        .collect();
    if layers.is_empty() {
        return Ok(());
    }
    Err(DroppedWeights {
        network: net.name.clone(),
        layers,
    })
}

/// What a layer loses, if anything. Generated weights are made only where something is left out.
fn of_layer(net: &Network, map: &LayerMap) -> Option<DroppedLayer> {
    let layer = net.layer(map.layer);
    let weights: &Weights = match &layer.op {
        Op::Conv(c) => &c.weight,
        Op::Gemm(g) => &g.weight,
        _ => return None,
    };
    let g = &map.geometry;
    let held = held_weights([g.output.c, g.rows() / g.groups], &map.row_groups);
    if held.iter().all(|h| *h) {
        return None;
    }
    let values = weights.values();
    let of = values.iter().filter(|w| **w != 0.0).count() as u64;
    let lost = values.iter().zip(&held).filter(|(w, h)| **w != 0.0 && !**h);
    let dropped = lost.count() as u64;
    (dropped > 0).then(|| DroppedLayer {
        layer: layer.name.clone(),
        dropped,
        of,
    })
}
