//! Placement: crossbars onto PEs, PEs onto tiles, tiles into the slots of chips.
//!
//! PEs and tiles are numbered in network order, layers without weights last, each layer on fresh PEs ([`Place`]). Where a
//! tile sits is a second step: `in-order` puts tile n into slot n; `optimised` permutes the tiles so that the messages of
//! one image ([`super::traffic`]) pass fewer routers, and is never worse than `in-order`.

mod curve;
mod meter;
mod search;
mod swaps;

pub use meter::Traffic;

use super::grid::Grid;
use super::{MapError, Mapping, Place, traffic};
use crosscut_arch::{Arch, Chips, PartKind};
use crosscut_traces::Network;
use search::Problem;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use strum::{Display, EnumIter, EnumMessage, IntoStaticStr};

/// How tiles are put into slots.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    Default,
    Serialize,
    Deserialize,
    Display,
    EnumIter,
    EnumMessage,
    IntoStaticStr,
)]
#[strum(serialize_all = "kebab-case")]
#[serde(rename_all = "kebab-case")]
pub enum PlacementMethod {
    /// Network order along the snake of routers, chip after chip: tile n in slot n.
    #[default]
    InOrder,
    /// Tiles permuted so that messages pass fewer routers.
    Optimised,
}

impl PlacementMethod {
    /// Name as in options and reports.
    pub fn name(self) -> &'static str {
        self.into()
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
}

impl Default for Placement {
    fn default() -> Self {
        Placement {
            method: PlacementMethod::InOrder,
            tile_order: Arc::new([]),
            routers: 0,
        }
    }
}

/// Traffic of one image with tile n in slot n, and as the mapping has placed the tiles.
pub fn traffic_before_and_after(net: &Network, arch: &Arch, mapping: &Mapping) -> [Traffic; 2] {
    let messages = traffic::messages(net, arch, mapping);
    let order = &mapping.placement.tile_order;
    let in_order: Vec<u32> = (0..order.len() as u32).collect();
    let grid = Grid::new(arch);
    let mut problem = Problem::new(&grid, &messages, slots(mapping, arch), chip_weight(arch));
    [problem.measure(&in_order), problem.measure(order)]
}

/// Slots of the chips in use.
fn slots(mapping: &Mapping, arch: &Arch) -> u64 {
    mapping.chips * arch.tiles_per_chip()
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
    let in_order: Vec<u32> = (0..mapping.tiles as u32).collect();
    let tile_order = match method {
        PlacementMethod::InOrder => in_order,
        PlacementMethod::Optimised => {
            let messages = traffic::messages(net, arch, mapping);
            let mut problem =
                Problem::new(&grid, &messages, slots(mapping, arch), chip_weight(arch));
            let pieces = pieces(mapping, arch);
            // Phased traffic knows only the middle and the end of a layer, so a layer's tiles keep their order.
            let by_tile = arch.phased().is_none();
            search::optimise(&mut problem, in_order, &pieces, by_tile)
        }
    };
    mapping.placement = Placement {
        method,
        routers: grid.routers(&tile_order),
        tile_order: tile_order.into(),
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

/// Router passes that a flit between chips counts for in the search: its energy on the link over that in a router, where
/// the machine prices both.
pub fn chip_weight(arch: &Arch) -> u64 {
    let energy = |kind| arch.part(kind).map_or(0.0, |p| p.energy_pj);
    let bytes = f64::from(arch.mesh().flit_bits) / 8.0;
    let (link, router) = (energy(PartKind::ChipLink) * bytes, energy(PartKind::Router));
    if link > 0.0 && router > 0.0 {
        ((link / router).round() as u64).clamp(1, 10_000)
    } else {
        CHIP_WEIGHT
    }
}

/// Runs of tiles that stay together: the tiles of each layer, one that two layers share with the first of them. With
/// the order in which the network declares the layers; those without weights are numbered after all others.
fn pieces(mapping: &Mapping, arch: &Arch) -> Vec<search::Piece> {
    let layers = mapping.layers.iter().map(|l| l.layer);
    let units = mapping.units.iter().map(|u| u.layer);
    let mut next = 0;
    let mut out = Vec::new();
    for (layer, &place) in layers.chain(units).zip(&mapping.places) {
        let end = traffic::tiles(arch, place).end as u32;
        if place.pes > 0 && end > next {
            out.push(search::Piece {
                layer,
                tiles: next..end,
            });
            next = end;
        }
    }
    out
}
