//! Where layers begin: PE after PE, or apart from the layers before them.

use super::{LayerMap, Mapping, Place, Placement, UnitMap};
use crosscut_arch::{Arch, Chips};
use std::collections::BTreeMap;

/// How a layer begins that does not follow the one before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Begin {
    /// With a tile.
    Tile,
    /// In a tile that no earlier layer uses, so that half of its PEs lie in the next one: it has the buffers of two.
    Across,
}

/// Layers by their index in [`Mapping::places`].
pub(crate) type Begins = BTreeMap<usize, Begin>;

/// The place of each layer, in order.
pub(super) fn places(arch: &Arch, pes: impl Iterator<Item = u64>, begins: &Begins) -> Vec<Place> {
    let per_tile = u64::from(arch.tile.pes);
    let mut next = 0u64;
    let place = |(n, pes): (usize, u64)| {
        let first_pe = match begins.get(&n) {
            None => next,
            Some(Begin::Tile) => next.next_multiple_of(per_tile),
            Some(Begin::Across) => next.next_multiple_of(per_tile) + per_tile - (pes / 2).max(1),
        };
        next = first_pe + pes;
        Place { first_pe, pes }
    };
    pes.enumerate().map(place).collect()
}

impl Mapping {
    /// Layers in their places, tile n in slot n.
    pub(super) fn at(
        arch: &Arch,
        layers: Vec<LayerMap>,
        units: Vec<UnitMap>,
        places: Vec<Place>,
    ) -> Mapping {
        let ends = places.iter().map(|p| p.first_pe + p.pes);
        let pes = ends.max().unwrap_or(0);
        let tiles = pes.div_ceil(u64::from(arch.tile.pes));
        Mapping {
            layers,
            units,
            places,
            pes,
            tiles,
            chips: tiles.div_ceil(arch.tiles_per_chip()),
            placement: Placement::in_order(arch, tiles),
        }
    }

    /// The same mapping, tile n in slot n, with some layers apart from those before them. Nothing if it then takes more chips
    /// than the machine has.
    pub(crate) fn begun(&self, arch: &Arch, begins: &Begins) -> Option<Mapping> {
        let places = places(arch, self.places.iter().map(|p| p.pes), begins);
        let mapping = Mapping::at(arch, self.layers.clone(), self.units.clone(), places);
        let fits = match arch.chips {
            Chips::Exactly(n) => mapping.chips <= u64::from(n),
            Chips::AsNeeded => true,
        };
        fits.then_some(mapping)
    }

    /// What leaves more of a tile's buffer to each layer in it: the last layer that begins inside it begins the next one, or
    /// else the layer that has the tile to itself lies across two. Nothing if neither is possible.
    pub(crate) fn relief(&self, arch: &Arch, tile: u64, begins: &Begins) -> Option<(usize, Begin)> {
        let per_tile = u64::from(arch.tile.pes);
        let first = |p: &Place| p.pes > 0 && p.first_pe / per_tile == tile;
        let inside = |n: usize, p: &Place| {
            first(p) && !p.first_pe.is_multiple_of(per_tile) && !begins.contains_key(&n)
        };
        let places = || self.places.iter().enumerate();
        if let Some((n, _)) = places().rfind(|&(n, p)| inside(n, p)) {
            return Some((n, Begin::Tile));
        }
        let whole = |p: &Place| first(p) && p.first_pe.is_multiple_of(per_tile);
        let (n, _) = places().find(|(_, p)| whole(p) && (2..=per_tile).contains(&p.pes))?;
        Some((n, Begin::Across))
    }
}
