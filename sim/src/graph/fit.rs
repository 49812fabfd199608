//! Layers begin tiles of their own where their windows do not fit beside those of the layers before them.
//!
//! A mapping fills PEs one after the other, so that small layers share a tile. Where the buffer of a tile is too small for
//! all of them, the last layer that begins inside it begins the next one, and what follows moves on. A layer that does not fit
//! even alone lies across two tiles, half of its PEs in each.

use super::{Claims, DataflowGraph, GraphError};
use crate::kind;
use crate::map::{Begins, Mapping};
use crosscut_arch::Arch;
use crosscut_traces::Network;

impl DataflowGraph {
    /// The mapping this graph was built of, its layers apart where the buffers ask for it; tile n in slot n if any moved. The
    /// graph holds for it as well. Where that does not help, or takes more chips than there are, a tile stays short.
    pub fn fit(&self, arch: &Arch, mapping: Mapping) -> Mapping {
        if !kind::of(arch).tiles_are_shared() {
            return mapping;
        }
        let (mut begins, mut fitted) = (Begins::new(), mapping);
        while let Some(short) = Claims::of(self, arch, &fitted).short() {
            let Some((layer, begin)) = fitted.relief(arch, short.tile, &begins) else {
                break;
            };
            begins.insert(layer, begin);
            let Some(apart) = fitted.begun(arch, &begins) else {
                break;
            };
            fitted = apart;
        }
        fitted
    }
}

/// The mapping of a network, its layers apart where the buffers ask for it.
///
/// # Errors
/// [`GraphError`] if network and mapping do not belong together.
pub fn fit(net: &Network, arch: &Arch, mapping: Mapping) -> Result<Mapping, GraphError> {
    if !kind::of(arch).tiles_are_shared() {
        return Ok(mapping);
    }
    Ok(DataflowGraph::build(net, arch, &mapping)?.fit(arch, mapping))
}
