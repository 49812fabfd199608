//! What each layer may choose from.

use super::budget::Measure;
use super::error::OptimiseError;
use super::front::Front;
use crate::map::choose::{self, Fixed};
use crate::map::geometry::next_worker;
use crate::map::roles::{self, NextSlices};
use crate::map::{Geometry, LayerMap, MapOptions, slices, units};
use crosscut_arch::{Arch, Fold};
use crosscut_traces::{LayerId, Network};

/// The choices of one layer.
#[derive(Debug)]
pub(super) struct Space {
    pub(super) name: String,
    /// One entry per slice width, in the order in which equals are preferred.
    pub(super) widths: Vec<Width>,
    /// Position of the layer whose slices decide how many columns this one sends twice.
    pub(super) next: Option<usize>,
}

/// The choices of one layer with one slice width.
#[derive(Debug)]
pub(super) struct Width {
    /// The layer cut into slices of this width; its replicas are not settled.
    pub(super) map: LayerMap,
    /// Copies, by number of columns sent twice.
    fronts: Vec<(usize, Front)>,
    /// For each width of the next layer (one entry without one), the place in `fronts`.
    pub(super) of_next: Vec<usize>,
    /// Crossbars and PEs of these pools.
    pub(super) unit_crossbars: u64,
    pub(super) unit_pes: u64,
}

impl Width {
    /// Copies to choose from if the next layer takes its `next`-th width.
    pub(super) fn front(&self, next: usize) -> &Front {
        &self.fronts[self.of_next[next]].1
    }

    /// All fronts.
    pub(super) fn fronts(&self) -> impl Iterator<Item = &Front> {
        self.fronts.iter().map(|(_, front)| front)
    }
}

/// The spaces of all compute layers in network order.
pub(super) fn spaces(
    net: &Network,
    arch: &Arch,
    options: &MapOptions,
) -> Result<Vec<Space>, OptimiseError> {
    let compute = net.compute_layers();
    let mut spaces = Vec::with_capacity(compute.len());
    // Last layer first: what a layer sends twice depends on the widths of the layer after it.
    for &id in compute.iter().rev() {
        let next = next_worker(net, id).and_then(|n| compute.iter().position(|&c| c == n));
        // Positions count from the front, the list grows from the back.
        let later = next.map(|n| &spaces[compute.len() - 1 - n]);
        spaces.push(space(net, arch, options, id, next, later)?);
    }
    spaces.reverse();
    Ok(spaces)
}

fn space(
    net: &Network,
    arch: &Arch,
    options: &MapOptions,
    id: LayerId,
    next: Option<usize>,
    later: Option<&Space>,
) -> Result<Space, OptimiseError> {
    let bare = choose::bare(net, arch, id);
    let fixed = Fixed::of(net, arch, options, &bare.name)?;
    let semi = arch.mapping.fold == Fold::Semi;
    let candidates: Vec<usize> = match fixed.unroll {
        Some(w) => vec![w],
        None if !semi && arch.row_steps() > 1 => vec![1],
        None => {
            let all = 1..=slices::widest(&bare, arch, fixed.packing);
            // Wide slices need fewer buffers; on folded machines one position per firing is the plain choice.
            if semi {
                all.rev().collect()
            } else {
                all.collect()
            }
        }
    };
    let next_slices: Vec<Option<NextSlices>> = match later {
        None => vec![None],
        Some(later) => {
            let of = |w: &Width| {
                let geometry: &Geometry = &w.map.geometry;
                NextSlices::of(geometry, w.map.unroll)
            };
            later.widths.iter().map(of).collect()
        }
    };
    let fed = if units::possible(arch) {
        let ids = net.layers().map(|(i, _)| i);
        ids.filter(|&i| units::feeder(net, i) == Some(id)).collect()
    } else {
        Vec::new()
    };
    let mut widths = Vec::with_capacity(candidates.len());
    for w in candidates {
        let map = slices::unrolled(&bare, arch, w, fixed.packing);
        let mut fronts: Vec<(usize, Front)> = Vec::new();
        let mut of_next = Vec::with_capacity(next_slices.len());
        for &slices in &next_slices {
            let copies = roles::copies(&map, arch, slices);
            let known = fronts.iter().position(|(c, _)| *c == copies);
            of_next.push(known.unwrap_or(fronts.len()));
            if known.is_none() {
                fronts.push((copies, Front::new(&map, arch, fixed.replicas, semi, copies)));
            }
        }
        let pools = fed
            .iter()
            .map(|&i| units::of_layer(net, arch, i, w).total());
        let pools: Vec<u64> = pools.collect();
        widths.push(Width {
            map,
            fronts,
            of_next,
            unit_pes: pools.iter().map(|&n| Measure::Pes.of(arch, n)).sum(),
            unit_crossbars: pools.iter().sum(),
        });
    }
    Ok(Space {
        name: bare.name,
        widths,
        next,
    })
}
