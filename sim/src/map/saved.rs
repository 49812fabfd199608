//! Mappings as files: what every row group of every layer holds, to be mapped again exactly so, and which machine and
//! network it belongs to.

use super::choose;
use super::file::{self, FileError, FileKind};
use super::held::no_weight_twice;
use super::identity::{MachineIdentity, NetworkIdentity, mapping_facts};
use super::layer::{LayerMap, RowGroup};
use super::{Adders, Indices, MapError, Mapping};
use crosscut_arch::{Arch, Packing};
use crosscut_traces::Network;
use serde::{Deserialize, Serialize};

/// Version of the layout; grows when a key changes its meaning or goes.
pub const VERSION: u32 = 2;

/// A saved mapping.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SavedMapping {
    /// [`FileKind::Mapping`].
    pub kind: FileKind,
    /// [`VERSION`].
    pub version: u32,
    /// Machine it was made for.
    pub machine: MachineIdentity,
    /// Network it was made for.
    pub network: NetworkIdentity,
    /// Compute layers, in network order.
    pub layers: Vec<SavedLayer>,
}

/// One layer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SavedLayer {
    /// Layer name.
    pub name: String,
    /// w.
    pub unroll: usize,
    /// rx, ry.
    pub replicas: [usize; 2],
    /// How rows were cut.
    pub packing: Packing,
    /// Row groups before pruning.
    pub dense_row_groups: usize,
    /// What reduce crossbars are sized for.
    #[serde(default)]
    pub adders: Adders,
    /// What every row group holds.
    pub row_groups: Vec<SavedRowGroup>,
}

/// One row group.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SavedRowGroup {
    /// Channel group.
    pub group: usize,
    /// im2col rows.
    pub rows: SavedIndices,
    /// Output feature maps that keep this group, in packing order.
    pub outputs: SavedIndices,
}

/// A set of indices; a range stays a range.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum SavedIndices {
    /// `start..end`.
    Range {
        /// First index.
        start: u32,
        /// One past the last index.
        end: u32,
    },
    /// In this order.
    List(Vec<u32>),
}

impl From<&Indices> for SavedIndices {
    fn from(indices: &Indices) -> Self {
        match indices {
            Indices::Range { start, end } => SavedIndices::Range {
                start: *start,
                end: *end,
            },
            Indices::List(list) => SavedIndices::List(list.to_vec()),
        }
    }
}

impl SavedIndices {
    /// The indices, if all are below `limit`.
    fn within(&self, limit: usize, what: &str) -> Result<Indices, String> {
        let (largest, indices) = match self {
            SavedIndices::Range { start, end } if start > end => {
                return Err(format!("{what} {start}..{end} end before they start"));
            }
            SavedIndices::Range { start, end } => (
                end.checked_sub(1),
                Indices::range(*start as usize, *end as usize),
            ),
            SavedIndices::List(list) => (list.iter().max().copied(), Indices::list(list.clone())),
        };
        match largest {
            Some(largest) if largest as usize >= limit => Err(format!(
                "{what} {largest} is beyond the last, {}",
                limit - 1
            )),
            _ => Ok(indices),
        }
    }
}

impl SavedMapping {
    /// What there is to save of a mapping of a network on a machine.
    pub fn of(net: &Network, arch: &Arch, mapping: &Mapping) -> SavedMapping {
        let group = |g: &RowGroup| SavedRowGroup {
            group: g.group,
            rows: (&g.rows).into(),
            outputs: (&g.outputs).into(),
        };
        let layer = |l: &LayerMap| SavedLayer {
            name: l.name.clone(),
            unroll: l.unroll,
            replicas: l.replicas,
            packing: l.packing,
            dense_row_groups: l.dense_row_groups,
            adders: l.adders,
            row_groups: l.row_groups.iter().map(group).collect(),
        };
        SavedMapping {
            kind: FileKind::Mapping,
            version: VERSION,
            machine: MachineIdentity::of(arch, mapping_facts(arch)),
            network: NetworkIdentity::of(net),
            layers: mapping.layers.iter().map(layer).collect(),
        }
    }

    /// Reads the text of a file.
    ///
    /// # Errors
    /// If it is of another kind or version, or damaged.
    pub fn read(text: &str) -> Result<SavedMapping, FileError> {
        file::read(text, FileKind::Mapping, VERSION)
    }

    /// The mapping again, on the network and the machine it was made for. What it does not depend on (converters,
    /// clocks, weights) may be another.
    ///
    /// # Errors
    /// If machine or network are others, layers are missing or unknown, or what they hold does not exist in the network
    /// or does not fit the arrays.
    pub fn restore(&self, net: &Network, arch: &Arch) -> Result<Mapping, MapError> {
        self.machine.check(arch, &mapping_facts(arch))?;
        self.network.check(net)?;
        let ids = net.compute_layers();
        let names: Vec<&str> = ids.iter().map(|&id| net.layer(id).name.as_str()).collect();
        if let Some(l) = self
            .layers
            .iter()
            .find(|l| !names.contains(&l.name.as_str()))
        {
            return Err(MapError::unknown_layer(&l.name, &names));
        }
        let mut layers = Vec::with_capacity(ids.len());
        for &id in &ids {
            let mut layer = choose::bare(net, arch, id);
            let missing = || MapError::NotSaved(layer.name.clone());
            let mut saved = self.layers.iter().filter(|s| s.name == layer.name);
            let saved = saved.next().ok_or_else(missing)?;
            choose::check_unroll(&layer, arch, saved.unroll, saved.packing)?;
            layer.unroll = saved.unroll;
            layer.replicas = saved.replicas;
            layer.packing = saved.packing;
            choose::check_replicas(&layer)?;
            saved
                .fill(&mut layer, arch)
                .map_err(|what| MapError::Saved {
                    layer: saved.name.clone(),
                    what,
                })?;
            layers.push(layer);
        }
        Mapping::of_layers(net, arch, layers)
    }
}

impl SavedLayer {
    /// Puts the row groups into a layer whose unroll is settled.
    fn fill(&self, layer: &mut LayerMap, arch: &Arch) -> Result<(), String> {
        let g = &layer.geometry;
        let groups = self.row_groups.iter().map(|s| {
            Ok(RowGroup {
                group: s.group,
                rows: s.rows.within(g.rows(), "rows")?,
                outputs: s.outputs.within(g.output.c, "outputs")?,
            })
        });
        layer.row_groups = groups.collect::<Result<_, String>>()?;
        layer.dense_row_groups = self.dense_row_groups;
        layer.adders = self.adders;
        if self.dense_row_groups < layer.live_row_groups() {
            return Err(format!(
                "{} row groups before pruning, but more are in use",
                self.dense_row_groups
            ));
        }
        let rows = arch.crossbar.rows as usize;
        for (i, group) in layer.row_groups.iter().enumerate() {
            if group.rows.is_empty() && !group.outputs.is_empty() {
                return Err(format!("row group {i} has outputs but no rows"));
            }
            let taken = layer.physical_rows(group, layer.unroll);
            if taken > rows {
                return Err(format!(
                    "row group {i} takes {taken} rows, a crossbar has {rows}"
                ));
            }
            // Slices wider than 1 share input columns between the columns of a kernel row.
            let line = layer.geometry.kernel[1];
            let whole = |line_rows: &[usize]| {
                line_rows[0].is_multiple_of(line)
                    && line_rows.len() == line
                    && line_rows.windows(2).all(|w| w[1] == w[0] + 1)
            };
            let all: Vec<usize> = group.rows.iter().collect();
            if layer.unroll > 1 && !all.chunks(line).all(whole) {
                return Err(format!(
                    "row group {i} cuts a kernel row, which slices wider than 1 cannot"
                ));
            }
        }
        no_weight_twice(layer)
    }
}
