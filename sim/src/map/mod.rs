//! Mapping: which weights sit in which crossbars, and what those are for.
//!
//! One law for every published scheme (docs/mapping.md): unroll w, replicas rx and ry, row packing.
//! A pruned mapping is an ordinary mapping with fewer live outputs per row group.

mod adders;
mod begin;
pub mod build;
pub(crate) mod choose;
pub mod dropped;
pub mod error;
pub mod file;
pub(crate) mod geometry;
pub mod held;
pub mod identity;
pub mod indices;
pub mod layer;
pub mod options;
mod pack;
mod pe_cycles;
mod placement;
mod reads;
pub mod roles;
pub mod rows;
pub mod saved;
pub(crate) mod slices;
mod sums;
pub mod tables;
pub mod units;

pub use adders::Adders;
pub(crate) use begin::Begins;
pub use build::LayerChange;
pub use dropped::{DroppedLayer, DroppedWeights, check_dropped, held_weights};
pub use error::MapError;
pub use indices::Indices;
pub use layer::{Geometry, LayerMap, RoleCounts, RowGroup, Slice, SliceActivity};
pub use options::{MapOptions, SliceChoice};
pub use placement::{Placement, PlacementMethod};
pub use reads::ArraySet;
pub use saved::SavedMapping;
pub use tables::SliceTable;

use crosscut_arch::Arch;
use crosscut_traces::LayerId;
use std::ops::Range;

/// A pooling (or other non-compute) layer that occupies crossbars on many-crossbar machines.
#[derive(Debug, Clone, PartialEq)]
pub struct UnitMap {
    /// The layer.
    pub layer: LayerId,
    /// Its name.
    pub name: String,
    /// Crossbars it occupies (buffer and pool roles).
    pub roles: RoleCounts,
}

/// The PEs of a layer: PEs are numbered through the tiles, each layer starts on a fresh PE. Where a tile sits,
/// [`Placement`] says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// First PE.
    pub first_pe: u64,
    /// PEs.
    pub pes: u64,
}

impl Place {
    /// Tiles the PEs are in, shared ones included.
    pub fn tiles(self, arch: &Arch) -> Range<u64> {
        let per_tile = u64::from(arch.tile.pes);
        self.first_pe / per_tile..(self.first_pe + self.pes).div_ceil(per_tile)
    }
}

/// A mapped network.
#[derive(Debug, Clone, PartialEq)]
pub struct Mapping {
    /// Compute layers, in network order.
    pub layers: Vec<LayerMap>,
    /// Other layers that occupy crossbars.
    pub units: Vec<UnitMap>,
    /// Place of each entry of `layers`, then of each entry of `units`.
    pub places: Vec<Place>,
    /// PEs in use.
    pub pes: u64,
    /// Tiles in use.
    pub tiles: u64,
    /// Chips in use.
    pub chips: u64,
    /// Where the tiles sit.
    pub placement: Placement,
}

impl Mapping {
    /// The mapped form of a compute layer.
    pub fn layer(&self, id: LayerId) -> Option<&LayerMap> {
        self.layers.iter().find(|l| l.layer == id)
    }

    /// Where a layer sits; nothing if it occupies no crossbars.
    pub fn place(&self, id: LayerId) -> Option<Place> {
        let layers = self.layers.iter().map(|l| l.layer);
        let mut all = layers.chain(self.units.iter().map(|u| u.layer));
        let at = all.position(|layer| layer == id)?;
        self.places.get(at).copied()
    }

    /// Crossbars by role, whole network.
    pub fn totals(&self) -> RoleCounts {
        let mut t = RoleCounts::default();
        self.layers
            .iter()
            .map(|l| l.roles)
            .chain(self.units.iter().map(|u| u.roles))
            .for_each(|r| t += r);
        t
    }
}
