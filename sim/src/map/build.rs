//! Builds a mapping from network, machine and choices.

use super::{LayerMap, MapError, MapOptions, Mapping, RowGroup};
use crosscut_arch::Arch;
use crosscut_traces::{LayerId, Network};
use std::collections::BTreeMap;

impl Mapping {
    /// Maps every compute layer of `net` onto `arch`.
    ///
    /// # Errors
    /// [`MapError`] if the choices name unknown layers, values are out of range or the network does not fit.
    pub fn build(net: &Network, arch: &Arch, options: &MapOptions) -> Result<Mapping, MapError> {
        let _ = (net, arch, options);
        unimplemented!("being written")
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
        changes: BTreeMap<LayerId, Vec<RowGroup>>,
    ) -> Result<Mapping, MapError> {
        let _ = (net, arch, changes);
        let _: Option<&LayerMap> = None;
        unimplemented!("being written")
    }
}
