//! The least energy of an image: actions of the crossbar layers, and static power over the interval.

use super::bound::{firing_ticks, floor_ticks};
use super::budget::{tiles_and_chips, without_chips};
use super::error::OptimiseError;
use super::front::Copies;
use super::search::{Picks, Search};
use super::space::Width;
use crate::counts::Counts;
use crate::cycle::activity;
use crate::map::{MapOptions, Mapping};
use crosscut_arch::{Arch, PartKind};
use crosscut_traces::Network;
use std::collections::BTreeMap;

/// Picojoules of counted actions; parts without a cost are free.
fn picojoules(arch: &Arch, counts: &Counts) -> f64 {
    let cost = |kind| arch.part(kind).map_or(0.0, |p| p.energy_pj);
    counts.0.iter().map(|(&k, &n)| n as f64 * cost(k)).sum()
}

/// Static power of everything in use.
fn static_mw(arch: &Arch, pes: u64) -> f64 {
    let (tiles, chips) = tiles_and_chips(arch, pes);
    let whole = tiles * u64::from(arch.tile.pes);
    let powers = arch.parts.iter().map(|p| {
        let instances = arch.units(p.level, whole, tiles, chips) * p.count;
        instances as f64 * p.static_power_mw
    });
    powers.sum()
}

/// The mapping with the least energy that fits the budget.
pub(super) fn least(search: &Search, net: &Network, arch: &Arch) -> Result<Picks, OptimiseError> {
    // One firing per row and slice, whichever copy does it: what a slice width costs does not depend on the copies.
    let of_width: BTreeMap<(usize, usize), f64> = search
        .spaces
        .iter()
        .flat_map(|s| &s.widths)
        .map(|w| {
            let counts = activity::of_layer(&w.map, arch);
            ((w.map.layer.0, w.map.unroll), picojoules(arch, &counts))
        })
        .collect();
    let mode = |kind| arch.part(kind).map_or(0.0, |p| p.energy_pj);
    let (reduce, buffer) = (mode(PartKind::ReduceMode), mode(PartKind::BufferMode));
    let dynamic = |w: &Width, c: &Copies| {
        let adders = if w.map.adds_partial_sums() {
            c.reduce
        } else {
            0
        };
        let modes = adders as f64 * reduce + c.buffer as f64 * buffer;
        of_width[&(w.map.layer.0, w.map.unroll)] + modes * c.firings as f64
    };
    let plain = Mapping::build(net, &without_chips(arch), &MapOptions::default())?;
    let floor = floor_ticks(net, arch, &plain)?;
    let interval_ns =
        |firings: u64| (firings * firing_ticks(arch)).max(floor) as f64 * arch.tick_ns();
    // mW x ns = pJ.
    let per_pe = static_mw(arch, arch.tiles_per_chip() * u64::from(arch.tile.pes))
        / (arch.tiles_per_chip() * u64::from(arch.tile.pes)) as f64;
    let energy = |picks: &Picks| {
        let firings = picks.iter().map(|p| p.copies.firings).max().unwrap_or(1);
        let chosen = search.spaces.iter().zip(picks);
        let actions: f64 = chosen
            .map(|(s, p)| dynamic(&s.widths[p.width], &p.copies))
            .sum();
        actions + static_mw(arch, search.pes(picks)) * interval_ns(firings)
    };
    let most = search.most_firings();
    let mut best: Option<(f64, Picks)> = None;
    for firings in search.firing_counts().into_iter().filter(|&f| f <= most) {
        let per_pe = per_pe * interval_ns(firings);
        let weighed = search.lightest(firings, &|w, c| {
            let pes = c.crossbars as f64 / f64::from(arch.pe.crossbars);
            [dynamic(w, c) + pes.ceil() * per_pe, c.crossbars as f64]
        });
        for picks in [weighed, search.smallest(firings)] {
            if search.fits(&picks) {
                let pj = energy(&picks);
                if best.as_ref().is_none_or(|(least, _)| pj < *least) {
                    best = Some((pj, picks));
                }
            }
        }
    }
    match best {
        Some((_, picks)) => Ok(picks),
        None => search.fewest(most),
    }
}
