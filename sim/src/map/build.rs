//! Builds a mapping from network, machine and choices.

use super::geometry::next_worker;
use super::roles::{self, NextSlices};
use super::{
    Geometry, LayerMap, MapError, MapOptions, Mapping, Placement, PlacementMethod, RoleCounts,
    RowGroup, SliceChoice, UnitMap,
};
use super::{place, rows, slices};
use crosscut_arch::{Arch, Fold, Worker};
use crosscut_traces::{LayerId, Network, Op};
use std::collections::BTreeMap;

impl Mapping {
    /// Maps every compute layer of `net` onto `arch`.
    ///
    /// # Errors
    /// [`MapError`] if the choices name unknown layers, values are out of range or the network does not fit.
    pub fn build(net: &Network, arch: &Arch, options: &MapOptions) -> Result<Mapping, MapError> {
        let compute = net.compute_layers();
        if compute.is_empty() {
            return Err(MapError::NothingToMap(net.name.clone()));
        }
        if arch.columns_per_weight() > arch.crossbar.columns {
            return Err(MapError::WeightTooWide {
                needed: arch.columns_per_weight(),
                columns: arch.crossbar.columns,
            });
        }
        options.check_names(net)?;
        // Last layer first: how a layer is sliced depends on the slices of the layer that takes its values.
        let mut layers: Vec<LayerMap> = Vec::with_capacity(compute.len());
        for &id in compute.iter().rev() {
            let next = next_slices(net, &layers, id);
            let mut layer = choose(net, arch, options, id, next)?;
            layer.finish(arch, next);
            layers.push(layer);
        }
        layers.reverse();
        Mapping::assemble(net, arch, layers, options.placement)
    }

    /// The same mapping with the row groups of some layers replaced (pruning, reordering): crossbar counts and
    /// places follow.
    ///
    /// # Errors
    /// As `build`.
    pub fn with_row_groups(
        &self,
        net: &Network,
        arch: &Arch,
        mut changes: BTreeMap<LayerId, Vec<RowGroup>>,
    ) -> Result<Mapping, MapError> {
        let mut layers: Vec<LayerMap> = Vec::with_capacity(self.layers.len());
        for old in self.layers.iter().rev() {
            let mut layer = old.clone();
            if let Some(row_groups) = changes.remove(&layer.layer) {
                layer.row_groups = row_groups;
            }
            let next = next_slices(net, &layers, layer.layer);
            layer.finish(arch, next);
            layers.push(layer);
        }
        layers.reverse();
        Mapping::assemble(net, arch, layers, self.placement.method)
    }

    fn assemble(
        net: &Network,
        arch: &Arch,
        layers: Vec<LayerMap>,
        placement: PlacementMethod,
    ) -> Result<Mapping, MapError> {
        let units = units(net, arch, &layers);
        let mut mapping = Mapping {
            layers,
            units,
            places: Vec::new(),
            pes: 0,
            tiles: 0,
            chips: 0,
            placement: Placement::default(),
        };
        place::place(&mut mapping, net, arch, placement)?;
        Ok(mapping)
    }
}

impl LayerMap {
    /// Counts crossbars and cells once row groups, unroll and replicas are settled.
    fn finish(&mut self, arch: &Arch, next: Option<NextSlices>) {
        self.roles = roles::of_layer(self, arch, next);
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

/// One layer by the machine's rules and the user's choices.
fn choose(
    net: &Network,
    arch: &Arch,
    options: &MapOptions,
    id: LayerId,
    next: Option<NextSlices>,
) -> Result<LayerMap, MapError> {
    let name = &net.layer(id).name;
    let geometry = Geometry::of(net, id).expect("compute layers have a geometry");
    let rule = arch.mapping;
    let rows = arch.crossbar.rows as usize;
    let (row_groups, packing) = rows::row_groups(&geometry, rows, 1, rule.packing);
    let mut layer = LayerMap {
        layer: id,
        name: name.clone(),
        geometry,
        packing,
        unroll: 1,
        replicas: [1, 1],
        dense_row_groups: row_groups.len(),
        row_groups,
        roles: RoleCounts::default(),
        utilization: 0.0,
    };
    let wanted = options.unroll.get(name).copied().or_else(|| {
        if rule.fold == Fold::Full {
            return None;
        }
        let published = slices::published(&net.name)
            .iter()
            .find(|(n, _)| n == name)
            .map(|&(_, w)| w);
        match (options.slices, published) {
            (SliceChoice::Published, Some(w)) => Some(w),
            _ => Some(slices::fewest(&layer, arch, next)),
        }
    });
    if let Some(w) = wanted {
        check_unroll(&layer, arch, w)?;
        layer = slices::unrolled(&layer, arch, w);
    }
    if let Some(&[rx, ry]) = options.replicas.get(name) {
        layer.replicas = [rx, ry];
    } else if let Some(limit) = options.max_firings {
        replicate(&mut layer, limit);
    }
    check_replicas(&layer)?;
    Ok(layer)
}

/// Adds replicas along the row, then rows, until the layer fires at most `limit` times an image.
fn replicate(layer: &mut LayerMap, limit: u64) {
    let (h, w) = (
        layer.geometry.output.h as u64,
        layer.geometry.output.w.div_ceil(layer.unroll) as u64,
    );
    let limit = limit.max(1);
    if layer.firings() <= limit {
        return;
    }
    // The fewest copies along the row that leave at most `limit` firings; whole rows at once if even that is too many.
    let per_row = (limit / h).max(1);
    layer.replicas[0] = w.div_ceil(per_row) as usize;
    layer.replicas[1] = if limit >= h {
        1
    } else {
        h.div_ceil(limit) as usize
    };
}

fn check_unroll(layer: &LayerMap, arch: &Arch, w: usize) -> Result<(), MapError> {
    let width = layer.geometry.output.w;
    let rows = arch.crossbar.rows as usize;
    let fits = |w| w == 1 || (layer.kout(arch, w) > 0 && rows::kin(&layer.geometry, rows, w) > 0);
    if (1..=width).contains(&w) && fits(w) {
        return Ok(());
    }
    let largest = (1..=width).take_while(|&w| fits(w)).last().unwrap_or(1);
    Err(MapError::OutOfRange {
        layer: layer.name.clone(),
        what: "slice width",
        value: w,
        allowed: format!(
            "1..={largest} (output width {width}, crossbar {}x{})",
            arch.crossbar.rows, arch.crossbar.columns
        ),
    })
}

fn check_replicas(layer: &LayerMap) -> Result<(), MapError> {
    let limits = [
        layer.geometry.output.w.div_ceil(layer.unroll),
        layer.geometry.output.h,
    ];
    for (axis, what) in ["replicas along the row (rx)", "replicas along rows (ry)"]
        .into_iter()
        .enumerate()
    {
        if !(1..=limits[axis]).contains(&layer.replicas[axis]) {
            return Err(MapError::OutOfRange {
                layer: layer.name.clone(),
                what,
                value: layer.replicas[axis],
                allowed: format!("1..={}", limits[axis]),
            });
        }
    }
    Ok(())
}

/// Slices of the convolution that takes the values of `id` with no pool between. `done` holds the later layers.
fn next_slices(net: &Network, done: &[LayerMap], id: LayerId) -> Option<NextSlices> {
    let next = next_worker(net, id)?;
    let layer = done
        .iter()
        .find(|l| l.layer == next && !l.geometry.is_gemm)?;
    let (kernel, stride) = (layer.geometry.kernel[1], layer.geometry.stride[1]);
    Some(NextSlices {
        step: layer.unroll * stride,
        overlap: kernel.saturating_sub(stride),
    })
}

/// Layers without weights that occupy crossbars on this machine.
fn units(net: &Network, arch: &Arch, layers: &[LayerMap]) -> Vec<UnitMap> {
    if arch.roles.pool == Worker::Digital && arch.roles.reduce == Worker::Digital {
        return Vec::new();
    }
    let feeder_unroll = |mut id: LayerId| loop {
        if let Some(layer) = layers.iter().find(|l| l.layer == id) {
            break layer.unroll;
        }
        match net.inputs(id).first() {
            Some(&input) => id = input,
            None => break 1,
        }
    };
    net.layers()
        .filter_map(|(id, layer)| {
            let inputs = net.inputs(id);
            let input = net.layer(*inputs.first()?).shape;
            let roles = match &layer.op {
                Op::Pool(p) => roles::of_pool(input, feeder_unroll(id), p.kernel[1], arch),
                // A global pool adds row by row, as a pool whose window is one row high.
                Op::GlobalAveragePool | Op::GlobalMaxPool => {
                    roles::of_pool(input, feeder_unroll(id), 1, arch)
                }
                Op::Add => roles::of_add(layer.shape, inputs.len(), arch),
                _ => return None,
            };
            (roles.total() > 0).then(|| UnitMap {
                layer: id,
                name: layer.name.clone(),
                roles,
            })
        })
        .collect()
}
