//! What the user may choose about a mapping; everything else follows from the machine.

use super::MapError;
use super::tables::{self, SliceTable, TABLES};
use crosscut_arch::Arch;
use crosscut_traces::Network;
use std::collections::BTreeMap;

/// Where slice widths come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SliceChoice {
    /// On semi-folded machines, per layer the width with the fewest crossbars in total; 1 on folded ones.
    #[default]
    Fewest,
    /// The table published for this network; layers that are not in it take `Fewest`.
    Published,
    /// A published table; layers that are not in it take `Fewest`.
    Table(&'static SliceTable),
}

/// Mapping choices. Those for single layers win over the machine's `[mapping.layer.NAME]`.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct MapOptions {
    /// Rule for slice widths.
    pub slices: SliceChoice,
    /// Slice width (unroll w) of single layers, by name; wins over the rule.
    pub unroll: BTreeMap<String, usize>,
    /// Replicas rx, ry of single layers, by name.
    pub replicas: BTreeMap<String, [usize; 2]>,
    /// Replicate layers, with the fewest copies, until none needs more firings per image than this.
    pub max_firings: Option<u64>,
    /// The network is a part of one against which the names were checked ([`MapOptions::check_names`]).
    pub part: bool,
}

impl MapOptions {
    /// Every layer named here or in the machine must be a compute layer of the network.
    ///
    /// # Errors
    /// [`MapError::UnknownLayer`] with the nearest name.
    pub fn check_names(&self, net: &Network, arch: &Arch) -> Result<(), MapError> {
        let compute = net.compute_layers();
        let known: Vec<&str> = compute
            .iter()
            .map(|&id| net.layer(id).name.as_str())
            .collect();
        let of_table = self.table(net)?.map_or(&[][..], |t| t.widths);
        let mut named = (self.unroll.keys())
            .chain(self.replicas.keys())
            .chain(arch.mapping.layers.keys())
            .map(String::as_str)
            .chain(of_table.iter().map(|&(name, _)| name));
        match named.find(|n| !known.contains(n)) {
            Some(name) => Err(MapError::unknown_layer(name, &known)),
            None => Ok(()),
        }
    }

    /// The table of slice widths that holds for `net`.
    pub(super) fn table(&self, net: &Network) -> Result<Option<&'static SliceTable>, MapError> {
        match self.slices {
            SliceChoice::Fewest => Ok(None),
            SliceChoice::Table(table) => Ok(Some(table)),
            SliceChoice::Published => {
                tables::of_network(&net.name)
                    .map(Some)
                    .ok_or_else(|| MapError::NotPublished {
                        network: net.name.clone(),
                        known: TABLES
                            .iter()
                            .map(|t| format!("{} (of {})", t.name, t.network))
                            .collect::<Vec<_>>()
                            .join(", "),
                    })
            }
        }
    }
}
