//! What the user may choose about a mapping; everything else follows from the machine.

use super::{MapError, PlacementMethod};
use crosscut_arch::suggest::nearest;
use crosscut_traces::Network;
use std::collections::BTreeMap;

/// Where slice widths come from on semi-folded machines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SliceChoice {
    /// Per layer, the width with the fewest crossbars in total.
    #[default]
    Fewest,
    /// The widths published for this network (`slices::published`); layers without one take `Fewest`.
    Published,
}

/// Mapping choices.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct MapOptions {
    /// Rule for slice widths.
    pub slices: SliceChoice,
    /// Slice width (unroll w) of single layers, by name; wins over the rule.
    pub unroll: BTreeMap<String, usize>,
    /// Replicas rx, ry of single layers, by name.
    pub replicas: BTreeMap<String, [usize; 2]>,
    /// Replicate layers (rx first, then ry) until none needs more firings per image than this.
    pub max_firings: Option<u64>,
    /// How tiles are put into slots.
    pub placement: PlacementMethod,
}

impl MapOptions {
    /// Every layer named must be a compute layer of the network.
    pub(super) fn check_names(&self, net: &Network) -> Result<(), MapError> {
        let known: Vec<&str> = net
            .compute_layers()
            .iter()
            .map(|&id| net.layer(id).name.as_str())
            .collect();
        match self
            .unroll
            .keys()
            .chain(self.replicas.keys())
            .find(|n| !known.contains(&n.as_str()))
        {
            Some(name) => Err(MapError::UnknownLayer {
                name: name.clone(),
                hint: suggest(name, &known),
            }),
            None => Ok(()),
        }
    }
}

fn suggest(name: &str, known: &[&str]) -> String {
    match nearest(name, known.iter().copied()) {
        Some(k) => format!("; did you mean `{k}`?"),
        None => format!("; its compute layers are {}", known.join(", ")),
    }
}
