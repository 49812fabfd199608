//! The least energy of an image: actions of the crossbar layers, and static power over the interval.

use super::bound::{firing_ticks, floor_ticks};
use super::budget::{InUse, Measure, without_chips};
use super::error::OptimiseError;
use super::front::Copies;
use super::search::{Picks, Search};
use super::space::{Space, Width};
use crate::counts::Counts;
use crate::cycle::parts;
use crate::map::{MapOptions, Mapping};
use crosscut_arch::{Arch, PartKind};
use crosscut_traces::Network;

/// Picojoules of counted actions; parts without a cost are free.
fn picojoules(arch: &Arch, counts: &Counts) -> f64 {
    let cost = |kind| arch.part(kind).map_or(0.0, |p| p.energy_pj);
    counts.0.iter().map(|(&k, &n)| n as f64 * cost(k)).sum()
}

/// What a layer with one slice width spends.
struct Spent {
    /// For all that does not depend on the copies: a slice of a row fires once, on one copy or another.
    actions_pj: f64,
    /// For each adder and each buffer crossbar, in every firing; 0 where digital units do it.
    adder_pj: f64,
    buffer_pj: f64,
}

impl Spent {
    fn of(arch: &Arch, width: &Width) -> Spent {
        let mode = |kind| arch.part(kind).map_or(0.0, |p| p.energy_pj);
        // Adders that have nothing to add do not act.
        let adds = f64::from(u8::from(width.map.adds_partial_sums()));
        Spent {
            actions_pj: picojoules(arch, &parts::of_layer(&width.map, arch)),
            adder_pj: adds * mode(PartKind::ReduceMode),
            buffer_pj: mode(PartKind::BufferMode),
        }
    }

    fn with(&self, c: &Copies) -> f64 {
        let modes = c.reduce as f64 * self.adder_pj + c.buffer as f64 * self.buffer_pj;
        self.actions_pj + modes * c.firings as f64
    }
}

/// The mapping with the least energy that fits the budget.
pub(super) fn least(search: &Search, net: &Network, arch: &Arch) -> Result<Picks, OptimiseError> {
    let of_space = |s: &Space| s.widths.iter().map(|w| Spent::of(arch, w)).collect();
    let spent: Vec<Vec<Spent>> = search.spaces.iter().map(of_space).collect();
    let plain = Mapping::build(net, &without_chips(arch), &MapOptions::default())?;
    let floor = floor_ticks(net, arch, &plain)?;
    let firing_ticks = |w: &Width| firing_ticks(&w.map, arch);
    let of_space = |s: &Space| s.widths.iter().map(firing_ticks).collect();
    let ticks: Vec<Vec<u64>> = search.spaces.iter().map(of_space).collect();
    let longest = ticks.iter().flatten().copied().max().unwrap_or(1);
    let interval_ns = |busiest: u64| busiest.max(floor) as f64 * arch.tick_ns();
    // mW x ns = pJ. A PE stands for its share of a full chip.
    let per_chip = arch.tiles_per_chip() * u64::from(arch.tile.pes);
    let per_pe = InUse::by_pes(arch, per_chip).static_mw(arch) / per_chip as f64;
    let energy = |picks: &Picks| {
        let busy = picks.iter().zip(&ticks);
        let busy = busy.map(|(p, ticks)| p.copies.firings * ticks[p.width]);
        let busiest = busy.max().unwrap_or(1);
        let chosen = picks.iter().enumerate();
        let actions: f64 = chosen.map(|(l, p)| spent[l][p.width].with(&p.copies)).sum();
        actions + InUse::by_pes(arch, search.pes(picks)).static_mw(arch) * interval_ns(busiest)
    };
    let most = search.most_firings();
    let mut best: Option<(f64, Picks)> = None;
    for firings in search.firing_counts().into_iter().filter(|&f| f <= most) {
        let per_pe = per_pe * interval_ns(firings * longest);
        // `price` is what a crossbar or PE of the budget costs beside its energy.
        let weighed = |price: f64| {
            search.lightest(firings, &|layer, width, c| {
                let w = &search.spaces[layer].widths[width];
                let pes = Measure::Pes.of(arch, c.crossbars) + w.unit_pes;
                let amount = search.cap.measure.of(arch, c.crossbars) + w.units;
                [
                    spent[layer][width].with(c) + pes as f64 * per_pe + amount as f64 * price,
                    c.crossbars as f64,
                ]
            })
        };
        let mut tried = vec![search.smallest(firings)];
        let free = weighed(0.0);
        if search.fits(&free) {
            tried.push(free);
        } else if best
            .as_ref()
            .is_none_or(|(least, _)| energy(&free) < *least)
        {
            tried.push(priced(search, &weighed, per_pe.max(1e-6)));
        }
        for picks in tried.into_iter().filter(|p| search.fits(p)) {
            let pj = energy(&picks);
            if best.as_ref().is_none_or(|(least, _)| pj < *least) {
                best = Some((pj, picks));
            }
        }
    }
    match best {
        Some((_, picks)) => Ok(picks),
        None => search.fewest(most),
    }
}

/// The picks at the lowest price of the budget at which they fit, to one part in a thousand.
fn priced(search: &Search, weighed: &dyn Fn(f64) -> Picks, first: f64) -> Picks {
    let (mut low, mut high) = (0.0, first);
    while !search.fits(&weighed(high)) && high < first * 1e12 {
        (low, high) = (high, 4.0 * high);
    }
    while high - low > 1e-3 * high {
        let middle = low.midpoint(high);
        if search.fits(&weighed(middle)) {
            high = middle;
        } else {
            low = middle;
        }
    }
    weighed(high)
}
