//! Layers without weights that occupy crossbars on many-crossbar machines.

use super::layer::{LayerMap, RoleCounts};
use super::{UnitMap, roles};
use crosscut_arch::{Arch, Worker};
use crosscut_traces::op::{Dataflow, Digital, DigitalWork, Reach};
use crosscut_traces::{LayerId, Network};

/// Whether any layer without weights can occupy crossbars.
pub fn possible(arch: &Arch) -> bool {
    arch.roles.pool == Worker::Crossbar || arch.roles.reduce == Worker::Crossbar
}

/// The compute layer a value comes from, along first inputs; its slices are those of the layers fed by it.
pub fn feeder(net: &Network, mut id: LayerId) -> Option<LayerId> {
    loop {
        id = *net.inputs(id).first()?;
        if net.layer(id).op.is_compute() {
            return Some(id);
        }
    }
}

/// Crossbars of a layer without weights whose feeder has slices of width `unroll`.
pub fn of_layer(net: &Network, arch: &Arch, id: LayerId, unroll: usize) -> RoleCounts {
    let Dataflow::Digital(unit) = net.dataflow(id) else {
        return RoleCounts::default();
    };
    let inputs = net.inputs(id);
    match (unit.work, window(&unit)) {
        (DigitalWork::Add, _) => roles::of_add(net.layer(id).shape, inputs.len(), arch),
        (_, Some(window)) => roles::of_pool(net.layer(inputs[0]).shape, unroll, window, arch),
        _ => RoleCounts::default(),
    }
}

/// Columns of a pool's window; nothing for other units. A global pool adds row by row, as a pool whose window is one
/// column wide.
pub fn window(unit: &Digital) -> Option<usize> {
    match (unit.work, unit.reach) {
        (DigitalWork::Pool, Reach::Window { kernel, .. }) => Some(kernel[1]),
        (DigitalWork::Pool, _) => Some(1),
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
