//! Builds a mapping from network, machine and choices.

use super::geometry::next_worker;
use super::roles::{self, NextSlices};
use super::{Adders, Indices, LayerMap, MapError, MapOptions, Mapping, Placement, RowGroup};
use super::{begin, choose, units};
use crosscut_arch::{Arch, Chips};
use crosscut_traces::{LayerId, Network};
use std::collections::BTreeMap;
use std::ops::Range;

impl Mapping {
    /// Maps every compute layer of `net` onto `arch`, tile n in slot n.
    ///
    /// # Errors
    /// [`MapError`] if the choices name unknown layers, values are out of range or the network does not fit.
    pub fn build(net: &Network, arch: &Arch, options: &MapOptions) -> Result<Mapping, MapError> {
        Mapping::build_part(net, arch, options, 0..net.len())
    }

    /// Maps a range of the layers alone, by number, as if the machine held nothing else.
    ///
    /// # Errors
    /// As [`Mapping::build`].
    pub fn build_part(
        net: &Network,
        arch: &Arch,
        options: &MapOptions,
        range: Range<usize>,
    ) -> Result<Mapping, MapError> {
        let mut compute = net.compute_layers();
        compute.retain(|id| range.contains(&id.0));
        if compute.is_empty() {
            return Err(MapError::NothingToMap(net.name.clone()));
        }
        if arch.columns_per_weight() > arch.crossbar.columns {
            return Err(MapError::WeightTooWide {
                needed: arch.columns_per_weight(),
                columns: arch.crossbar.columns,
            });
        }
        if !options.part {
            options.check_names(net, arch)?;
        }
        // Last layer first: how a layer is sliced depends on the slices of the layer that takes its values.
        let mut layers: Vec<LayerMap> = Vec::with_capacity(compute.len());
        for &id in compute.iter().rev() {
            let next = next_slices(net, &layers, id);
            let mut layer = choose::layer(net, arch, options, id, next)?;
            layer.finish(arch, next);
            layers.push(layer);
        }
        layers.reverse();
        Mapping::assemble(net, arch, layers, range)
    }

    /// The same mapping with the row groups of some layers replaced (pruning, reordering): crossbar counts and
    /// places follow, tile n in slot n.
    ///
    /// # Errors
    /// As `build`.
    pub fn with_row_groups(
        &self,
        net: &Network,
        arch: &Arch,
        mut changes: BTreeMap<LayerId, Vec<RowGroup>>,
    ) -> Result<Mapping, MapError> {
        let mut layers = self.layers.clone();
        for layer in &mut layers {
            if let Some(row_groups) = changes.remove(&layer.layer) {
                layer.row_groups = row_groups;
            }
        }
        Mapping::of_layers(net, arch, layers)
    }

    /// The same mapping with row groups, slice widths or adders of some layers replaced, tile n in slot n.
    ///
    /// # Errors
    /// As `build`; also if a slice width does not fit the arrays.
    pub fn with_changes(
        &self,
        net: &Network,
        arch: &Arch,
        mut changes: BTreeMap<LayerId, LayerChange>,
    ) -> Result<Mapping, MapError> {
        let mut layers = self.layers.clone();
        for layer in &mut layers {
            let Some(change) = changes.remove(&layer.layer) else {
                continue;
            };
            if let Some(row_groups) = change.row_groups {
                layer.row_groups = row_groups;
            }
            if let Some(w) = change.unroll {
                choose::check_unroll(layer, arch, w, layer.packing)?;
                if layer.hardware_slices().len() == layer.slices().len() {
                    // Every slice had hardware of its own and keeps it.
                    layer.replicas[0] = layer.geometry.output.w.div_ceil(w);
                }
                layer.unroll = w;
                choose::check_replicas(layer)?;
            }
            if let Some(adders) = change.adders {
                layer.adders = adders;
            }
        }
        Mapping::of_layers(net, arch, layers)
    }

    /// The same mapping with tile n in slot n.
    pub fn in_order(self, arch: &Arch) -> Mapping {
        Mapping {
            placement: Placement::in_order(arch, self.tiles),
            ..self
        }
    }

    /// Layers, in network order, whose row groups, unroll and replicas are settled.
    pub(super) fn of_layers(
        net: &Network,
        arch: &Arch,
        settled: Vec<LayerMap>,
    ) -> Result<Mapping, MapError> {
        let mut layers: Vec<LayerMap> = Vec::with_capacity(settled.len());
        for mut layer in settled.into_iter().rev() {
            let next = next_slices(net, &layers, layer.layer);
            layer.finish(arch, next);
            layers.push(layer);
        }
        layers.reverse();
        Mapping::assemble(net, arch, layers, 0..net.len())
    }

    fn assemble(
        net: &Network,
        arch: &Arch,
        layers: Vec<LayerMap>,
        range: Range<usize>,
    ) -> Result<Mapping, MapError> {
        let mut units = units::units(net, arch, &layers);
        units.retain(|u| range.contains(&u.layer.0));
        let crossbars = layers.iter().map(|l| l.roles);
        let crossbars = crossbars.chain(units.iter().map(|u| u.roles));
        let pes = crossbars.map(|r| r.total().div_ceil(u64::from(arch.pe.crossbars)));
        let places = begin::places(arch, pes, &BTreeMap::new());
        let mapping = Mapping::at(arch, layers, units, places);
        match arch.chips {
            Chips::Exactly(n) if mapping.chips > u64::from(n) => Err(MapError::DoesNotFit {
                needed: mapping.chips,
                available: u64::from(n),
            }),
            _ => Ok(mapping),
        }
    }
}

/// What becomes different in a mapped layer; nothing by default.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct LayerChange {
    /// New row groups.
    pub row_groups: Option<Vec<RowGroup>>,
    /// New slice width; the row groups must fit it.
    pub unroll: Option<usize>,
    /// What reduce crossbars are sized for.
    pub adders: Option<Adders>,
}

impl LayerMap {
    /// Counts crossbars and cells once row groups, unroll and replicas are settled.
    fn finish(&mut self, arch: &Arch, next: Option<NextSlices>) {
        // A group without rows computes nothing: it occupies no array, whatever outputs it was given.
        for group in self.row_groups.iter_mut().filter(|g| g.rows.is_empty()) {
            group.outputs = Indices::range(0, 0);
        }
        self.roles = roles::of_layer(self, arch, roles::copies(self, arch, next));
        let per_weight = arch.columns_per_weight() as usize;
        let weights: usize = self
            .row_groups
            .iter()
            .map(|g| g.rows.len() * g.outputs.len())
            .sum();
        let width: usize = self.hardware_slices().iter().sum();
        let cells = (weights * width * per_weight * self.replicas[1]) as f64;
        let per_array = f64::from(arch.crossbar.rows) * f64::from(arch.crossbar.columns);
        self.utilization = if self.roles.compute == 0 {
            0.0
        } else {
            cells / (self.roles.compute as f64 * per_array)
        };
    }
}

/// Slices of the convolution that takes the values of `id` with no pool between. `done` holds the later layers.
pub fn next_slices(net: &Network, done: &[LayerMap], id: LayerId) -> Option<NextSlices> {
    let next = next_worker(net, id)?;
    let layer = done.iter().find(|l| l.layer == next)?;
    NextSlices::of(&layer.geometry, layer.unroll)
}
