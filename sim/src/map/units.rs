//! Layers without weights that occupy crossbars on many-crossbar machines.

use super::layer::{LayerMap, RoleCounts};
use super::{UnitMap, roles};
use crosscut_arch::{Arch, Worker};
use crosscut_traces::{LayerId, Network, Op};

/// Whether any layer without weights can occupy crossbars.
pub fn possible(arch: &Arch) -> bool {
    arch.roles.pool == Worker::Crossbar || arch.roles.reduce == Worker::Crossbar
}

/// The compute layer a value comes from, along first inputs; its slices are those of the layers fed by it.
pub fn feeder(net: &Network, mut id: LayerId) -> Option<LayerId> {
    loop {
        id = *net.inputs(id).first()?;
        if matches!(net.layer(id).op, Op::Conv(_) | Op::Gemm(_)) {
            return Some(id);
        }
    }
}

/// Crossbars of a layer without weights whose feeder has slices of width `unroll`.
pub fn of_layer(net: &Network, arch: &Arch, id: LayerId, unroll: usize) -> RoleCounts {
    let layer = net.layer(id);
    let inputs = net.inputs(id);
    match (&layer.op, window(&layer.op)) {
        (Op::Add, _) => roles::of_add(layer.shape, inputs.len(), arch),
        (_, Some(window)) => roles::of_pool(net.layer(inputs[0]).shape, unroll, window, arch),
        _ => RoleCounts::default(),
    }
}

/// Columns of a pool's window; nothing for other layers. A global pool adds row by row, as a pool whose window is one
/// column wide.
pub fn window(op: &Op) -> Option<usize> {
    match op {
        Op::Pool(p) => Some(p.kernel[1]),
        Op::GlobalAveragePool | Op::GlobalMaxPool => Some(1),
        _ => None,
    }
}

/// Width of the slices that a layer without weights gets: those of the compute layer that feeds it.
pub fn unroll(net: &Network, layers: &[LayerMap], id: LayerId) -> usize {
    let feeder = feeder(net, id).and_then(|f| layers.iter().find(|l| l.layer == f));
    feeder.map_or(1, |l| l.unroll)
}

/// Every layer without weights that occupies crossbars.
pub(super) fn units(net: &Network, arch: &Arch, layers: &[LayerMap]) -> Vec<UnitMap> {
    if !possible(arch) {
        return Vec::new();
    }
    net.layers()
        .filter_map(|(id, layer)| {
            let roles = of_layer(net, arch, id, unroll(net, layers, id));
            (roles.total() > 0).then(|| UnitMap {
                layer: id,
                name: layer.name.clone(),
                roles,
            })
        })
        .collect()
}
