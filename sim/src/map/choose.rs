//! How one layer is mapped: the machine's rules, then its choices for single layers, then the user's.

use super::layer::RoleCounts;
use super::roles::NextSlices;
use super::{Geometry, LayerMap, MapError, MapOptions, rows, slices};
use crosscut_arch::{Arch, Fold, Packing};
use crosscut_traces::{LayerId, Network};

/// One layer by the machine's rules and the user's choices.
pub(super) fn layer(
    net: &Network,
    arch: &Arch,
    options: &MapOptions,
    id: LayerId,
    next: Option<NextSlices>,
) -> Result<LayerMap, MapError> {
    let mut layer = bare(net, arch, id);
    let fixed = Fixed::of(net, arch, options, &layer.name)?;
    if let Some(w) = fixed.unroll {
        check_unroll(&layer, arch, w, fixed.packing)?;
        layer = slices::unrolled(&layer, arch, w, fixed.packing);
    } else if arch.mapping.fold == Fold::Semi {
        let w = slices::fewest(&layer, arch, fixed.packing, next);
        layer = slices::unrolled(&layer, arch, w, fixed.packing);
    }
    if let Some(replicas) = fixed.replicas {
        layer.replicas = replicas;
    } else if let Some(limit) = options.max_firings {
        replicate(&mut layer, limit);
    }
    check_replicas(&layer)?;
    Ok(layer)
}

/// What is settled for a layer: by the user, else by the machine's choice for this layer, else by a published table.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Fixed {
    /// w.
    pub unroll: Option<usize>,
    /// rx, ry.
    pub replicas: Option<[usize; 2]>,
    /// Row packing; the machine's rule if nothing else is said.
    pub packing: Packing,
}

impl Fixed {
    /// Of a layer by name.
    pub(crate) fn of(
        net: &Network,
        arch: &Arch,
        options: &MapOptions,
        name: &str,
    ) -> Result<Fixed, MapError> {
        let rules = arch.mapping.layers.get(name).copied().unwrap_or_default();
        let of_table = options.table(net)?.and_then(|t| t.width(name));
        let of_machine = rules.unroll.map(|w| w as usize);
        let replicas = rules.replicas.map(|r| r.map(|n| n as usize));
        Ok(Fixed {
            unroll: options
                .unroll
                .get(name)
                .copied()
                .or(of_machine)
                .or(of_table),
            replicas: options.replicas.get(name).copied().or(replicas),
            packing: rules.packing.unwrap_or(arch.mapping.packing),
        })
    }
}

/// A compute layer before anything is chosen for it: one output position per firing, one copy.
pub(crate) fn bare(net: &Network, arch: &Arch, id: LayerId) -> LayerMap {
    let name = &net.layer(id).name;
    let geometry = Geometry::of(net, id).expect("compute layers have a geometry");
    let rules = arch.mapping.layers.get(name).copied().unwrap_or_default();
    let packing = rules.packing.unwrap_or(arch.mapping.packing);
    let (row_groups, packing) =
        rows::row_groups(&geometry, arch.crossbar.rows as usize, 1, packing);
    LayerMap {
        layer: id,
        name: name.clone(),
        geometry,
        packing,
        unroll: 1,
        replicas: [1, 1],
        dense_row_groups: row_groups.len(),
        adders: super::Adders::default(),
        row_groups,
        roles: RoleCounts::default(),
        utilization: 0.0,
    }
}

/// Adds copies until the layer fires at most `limit` times an image: the fewest that do, and along the row rather than
/// across rows where that is the same number. Slices that have hardware of their own keep it.
fn replicate(layer: &mut LayerMap, limit: u64) {
    let limit = limit.max(1) as usize;
    if layer.firings() <= limit as u64 {
        return;
    }
    let (height, slices) = (
        layer.geometry.output.h,
        layer.geometry.output.w.div_ceil(layer.unroll),
    );
    // Copies on ry rows leave ceil(H / ry) firings for each of the firings along a row.
    let pairs = (1..=height).filter_map(|ry| {
        let across = (limit / height.div_ceil(ry)).min(slices);
        (across > 0).then(|| [slices.div_ceil(across).max(layer.replicas[0]), ry])
    });
    let fewest = pairs.min_by_key(|&[rx, ry]| (rx * ry, ry));
    layer.replicas = fewest.expect("a copy per position fires once");
}

pub(super) fn check_unroll(
    layer: &LayerMap,
    arch: &Arch,
    w: usize,
    packing: Packing,
) -> Result<(), MapError> {
    let widest = slices::widest(layer, arch, packing);
    if (1..=widest).contains(&w) {
        return Ok(());
    }
    Err(MapError::OutOfRange {
        layer: layer.name.clone(),
        what: "slice width",
        value: w,
        allowed: format!(
            "1..={widest} (output width {}, crossbar {}x{})",
            layer.geometry.output.w, arch.crossbar.rows, arch.crossbar.columns
        ),
    })
}

pub(super) fn check_replicas(layer: &LayerMap) -> Result<(), MapError> {
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
