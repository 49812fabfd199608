//! A network that came back from training elsewhere, and whether it holds its masks.

use super::about::VERSION;
use super::kind::Kind;
use crosscut_arch::Arch;
use crosscut_prune::Masks;
use crosscut_sim::map::Mapping;
use crosscut_traces::{Network, Op};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// An import.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ImportReport {
    /// [`Kind::Import`].
    pub kind: Kind,
    /// [`VERSION`] of the layout.
    pub report_version: u32,
    /// Version of the program.
    pub program_version: String,
    /// Network.
    pub network: String,
    /// Hash over structure and weights.
    pub digest: String,
    /// Machine that it is mapped to.
    pub machine: String,
    /// Whether masks were given.
    pub masked: bool,
    /// Layers with weights, in network order.
    pub layers: Vec<ImportedLayer>,
}

/// A layer with weights.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportedLayer {
    /// Name.
    pub name: String,
    /// Shape of its weights.
    pub shape: Vec<usize>,
    /// Number of its weights.
    pub weights: u64,
    /// Weights that the masks keep; all without masks.
    pub kept: u64,
    /// Weights set to zero because the masks do not keep them.
    pub zeroed: u64,
    /// Crossbars of all roles.
    pub crossbars: u64,
}

impl ImportReport {
    /// Of a network and its mapping; `zeroed` holds the weights set to zero, by layer.
    pub fn new(
        net: &Network,
        arch: &Arch,
        mapping: &Mapping,
        masks: Option<&Masks>,
        zeroed: &BTreeMap<String, u64>,
    ) -> ImportReport {
        let layers = mapping.layers.iter().map(|map| {
            let shape = match &net.layer(map.layer).op {
                Op::Conv(c) => c.weight.shape(),
                Op::Gemm(g) => g.weight.shape(),
                _ => &[],
            };
            let weights: usize = shape.iter().product();
            let mask = masks.and_then(|m| m.layer(&map.name));
            let kept = mask.map_or(weights, |m| m.keep.iter().filter(|k| **k).count());
            ImportedLayer {
                name: map.name.clone(),
                shape: shape.to_vec(),
                weights: weights as u64,
                kept: kept as u64,
                zeroed: zeroed.get(&map.name).copied().unwrap_or(0),
                crossbars: map.roles.total(),
            }
        });
        ImportReport {
            kind: Kind::Import,
            report_version: VERSION,
            program_version: env!("CARGO_PKG_VERSION").to_string(),
            network: net.name.clone(),
            digest: net.digest(),
            machine: arch.name.clone(),
            masked: masks.is_some(),
            layers: layers.collect(),
        }
    }
}
