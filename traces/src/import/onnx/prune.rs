//! Keeps the layers a result depends on.

use crate::net::{LayerId, Network};
use std::collections::{BTreeMap, BTreeSet};

/// The network made of `output` and everything that feeds it; `output` becomes its last layer.
pub(super) fn ancestors(net: &Network, output: LayerId) -> Network {
    let mut kept = BTreeSet::new();
    let mut todo = vec![output];
    while let Some(id) = todo.pop() {
        if kept.insert(id) {
            todo.extend(net.inputs(id));
        }
    }
    let mut new = Network::new(net.name.clone());
    let mut ids: BTreeMap<LayerId, LayerId> = BTreeMap::new();
    for id in kept {
        let layer = net.layer(id);
        let inputs: Vec<LayerId> = net.inputs(id).iter().map(|i| ids[i]).collect();
        ids.insert(
            id,
            new.push(layer.name.clone(), layer.op.clone(), &inputs, layer.shape),
        );
    }
    new
}
