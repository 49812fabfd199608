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
    let pool = |window| {
        let input = net.layer(inputs[0]).shape;
        roles::of_pool(input, unroll, window, arch)
    };
    match &layer.op {
        Op::Pool(p) => pool(p.kernel[1]),
        // A global pool adds row by row, as a pool whose window is one row high.
        Op::GlobalAveragePool | Op::GlobalMaxPool => pool(1),
        Op::Add => roles::of_add(layer.shape, inputs.len(), arch),
        _ => RoleCounts::default(),
    }
}

/// Every layer without weights that occupies crossbars.
pub(super) fn units(net: &Network, arch: &Arch, layers: &[LayerMap]) -> Vec<UnitMap> {
    if !possible(arch) {
        return Vec::new();
    }
    let unroll_of = |id| layers.iter().find(|l| l.layer == id).map(|l| l.unroll);
    net.layers()
        .filter_map(|(id, layer)| {
            let unroll = feeder(net, id).and_then(unroll_of).unwrap_or(1);
            let roles = of_layer(net, arch, id, unroll);
            (roles.total() > 0).then(|| UnitMap {
                layer: id,
                name: layer.name.clone(),
                roles,
            })
        })
        .collect()
}
