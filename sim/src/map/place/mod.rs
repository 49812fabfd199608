//! Placement: crossbars onto PEs, PEs onto tiles, tiles into the slots of chips.
//!
//! PEs and tiles are numbered in network order, each layer on fresh PEs ([`super::Place`]). Where a tile sits is a second
//! step: `in-order` puts tile n into slot n; `optimised` permutes the tiles so that the messages of one image
//! ([`super::traffic`]) pass fewer routers, and is never worse than `in-order`.

mod curve;
mod meter;
mod search;
mod swaps;

pub use meter::Traffic;

use super::grid::Grid;
use super::{MapError, Mapping, Place, traffic};
use crosscut_arch::{Arch, Chips, PartKind};
use crosscut_traces::Network;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::sync::Arc;

/// How tiles are put into slots.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PlacementMethod {
    /// Tile n in slot n: network order along the snake of routers, chip after chip.
    #[default]
    InOrder,
    /// Tiles permuted so that messages pass fewer routers.
    Optimised,
}

impl PlacementMethod {
    /// Name as in options and reports.
    pub fn name(self) -> &'static str {
        match self {
            PlacementMethod::InOrder => "in-order",
            PlacementMethod::Optimised => "optimised",
        }
    }
}

/// Where the tiles of a mapping sit, and what that means for its traffic.
#[derive(Debug, Clone, PartialEq)]
pub struct Placement {
    /// How the slots were chosen.
    pub method: PlacementMethod,
    /// Slot of each tile; slots are numbered chip after chip, router after router ([`Grid`]).
    pub tile_order: Arc<[u32]>,
    /// Routers with at least one tile in use.
    pub routers: u64,
    /// Router passes that one flit leaving a chip counts for in the search.
    pub chip_weight: u64,
    /// Traffic of one image with every tile in the slot of its number.
    pub before: Traffic,
    /// Traffic of one image as placed.
    pub after: Traffic,
}

impl Default for Placement {
    fn default() -> Self {
        Placement {
            method: PlacementMethod::InOrder,
            tile_order: Arc::new([]),
            routers: 0,
            chip_weight: 1,
            before: Traffic::default(),
            after: Traffic::default(),
        }
    }
}

/// Router passes a flit between chips counts for where the machine prices either of them at nothing: links between
/// packages take some ten times the energy per bit of a hop on the chip.
const CHIP_WEIGHT: u64 = 16;

/// Fills in places, PEs, tiles, chips and the placement.
pub(super) fn place(
    mapping: &mut Mapping,
    net: &Network,
    arch: &Arch,
    method: PlacementMethod,
) -> Result<(), MapError> {
    number_pes(mapping, arch)?;
    let grid = Grid::new(arch);
    let messages = traffic::messages(net, arch, mapping);
    let slots = mapping.chips * arch.tiles_per_chip();
    let mut problem = search::Problem::new(&grid, &messages, slots, chip_weight(arch));
    let in_order: Vec<u32> = (0..mapping.tiles as u32).collect();
    let before = problem.measure(&in_order);
    let (tile_order, after) = match method {
        PlacementMethod::InOrder => (in_order, before),
        PlacementMethod::Optimised => {
            let pieces = pieces(mapping, arch);
            // Phased traffic knows only the middle and the end of a layer, so a layer's tiles keep their order.
            let by_tile = matches!(arch.timing, crosscut_arch::Timing::BitSerial(_));
            search::optimise(&mut problem, in_order, &pieces, by_tile)
        }
    };
    let routers: BTreeSet<_> = tile_order
        .iter()
        .map(|&s| grid.router_of_slot(u64::from(s)))
        .collect();
    mapping.placement = Placement {
        method,
        routers: routers.len() as u64,
        tile_order: tile_order.into(),
        chip_weight: problem.chip_weight,
        before,
        after,
    };
    Ok(())
}

fn number_pes(mapping: &mut Mapping, arch: &Arch) -> Result<(), MapError> {
    let crossbars = mapping
        .layers
        .iter()
        .map(|l| l.roles)
        .chain(mapping.units.iter().map(|u| u.roles));
    let mut first_pe = 0;
    mapping.places = crossbars
        .map(|roles| {
            let place = Place {
                first_pe,
                pes: roles.total().div_ceil(u64::from(arch.pe.crossbars)),
            };
            first_pe += place.pes;
            place
        })
        .collect();
    mapping.pes = first_pe;
    mapping.tiles = mapping.pes.div_ceil(u64::from(arch.tile.pes));
    mapping.chips = mapping.tiles.div_ceil(arch.tiles_per_chip());
    match arch.chips {
        Chips::Exactly(n) if mapping.chips > u64::from(n) => Err(MapError::DoesNotFit {
            needed: mapping.chips,
            available: u64::from(n),
        }),
        _ => Ok(()),
    }
}

/// Energy of a flit between chips over that of a router pass, where the machine prices both.
fn chip_weight(arch: &Arch) -> u64 {
    let energy = |kind| arch.part(kind).map_or(0.0, |p| p.energy_pj);
    let bytes = f64::from(arch.mesh().flit_bits) / 8.0;
    let (link, router) = (energy(PartKind::ChipLink) * bytes, energy(PartKind::Router));
    if link > 0.0 && router > 0.0 {
        ((link / router).round() as u64).clamp(1, 10_000)
    } else {
        CHIP_WEIGHT
    }
}

/// Runs of tiles that stay together: the tiles of each layer, one that two layers share with the first of them.
fn pieces(mapping: &Mapping, arch: &Arch) -> Vec<std::ops::Range<u32>> {
    let mut next = 0;
    let mut out = Vec::new();
    for &place in mapping.places.iter().filter(|p| p.pes > 0) {
        let end = traffic::tiles(arch, place).end as u32;
        if end > next {
            out.push(next..end);
            next = end;
        }
    }
    out
}
