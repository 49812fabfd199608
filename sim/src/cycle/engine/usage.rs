//! What a simulation adds up: time of stations, links, tiles and buffers.

use super::{End, LinkTally, Outcome, Simulation, Tally};
use crate::cycle::observe::Observer;

/// What a tile's shared parts did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct TileUse {
    /// Ticks its bus moved data.
    pub bus: u64,
    /// Ticks its buffer port moved data.
    pub port: u64,
    /// Ticks its digital units worked.
    pub unit: u64,
}

/// What an edge carried.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct EdgeUse {
    /// Blocks sent.
    pub sent: u64,
    /// Blocks arrived.
    pub arrived: u64,
    /// Most blocks held at once, reserved ones included.
    pub peak: u64,
}

/// Where time went from tick 0 to `ticks`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Usage {
    /// Length of the run.
    pub ticks: u64,
    /// By station.
    pub stations: Vec<Tally>,
    /// By edge.
    pub edges: Vec<EdgeUse>,
    /// By link.
    pub links: Vec<LinkTally>,
    /// By tile.
    pub tiles: Vec<TileUse>,
}

impl Usage {
    /// Adds `times` times what lies between two states of the sums.
    pub(super) fn repeat(&mut self, before: &Usage, after: &Usage, times: u64) {
        let add = |sum: &mut u64, after: u64, before: u64| *sum += times * (after - before);
        let ends = before.stations.iter().zip(&after.stations);
        for (sum, (b, a)) in self.stations.iter_mut().zip(ends) {
            sum.repeat(b, a, times);
            if a.firings > b.firings {
                sum.last_finish += times * (after.ticks - before.ticks);
                sum.last_end += times * (after.ticks - before.ticks);
            }
        }
        let ends = before.edges.iter().zip(&after.edges);
        for (sum, (b, a)) in self.edges.iter_mut().zip(ends) {
            add(&mut sum.sent, a.sent, b.sent);
            add(&mut sum.arrived, a.arrived, b.arrived);
        }
        let ends = before.links.iter().zip(&after.links);
        for (sum, (b, a)) in self.links.iter_mut().zip(ends) {
            add(&mut sum.busy, a.busy, b.busy);
            add(&mut sum.flits, a.flits, b.flits);
            add(&mut sum.packets, a.packets, b.packets);
        }
        let ends = before.tiles.iter().zip(&after.tiles);
        for (sum, (b, a)) in self.tiles.iter_mut().zip(ends) {
            add(&mut sum.bus, a.bus, b.bus);
            add(&mut sum.port, a.port, b.port);
            add(&mut sum.unit, a.unit, b.unit);
        }
        add(&mut self.ticks, after.ticks, before.ticks);
    }
}

impl<O: Observer> Simulation<'_, '_, O> {
    /// Sums so far, without the firings under way.
    pub(super) fn sums(&self) -> Usage {
        let edge = |e: &super::EdgeState| EdgeUse {
            sent: e.sent,
            arrived: e.arrived,
            peak: e.peak,
        };
        let tiles = self.buses.busy().iter().zip(self.ports.busy());
        let tile = |((&bus, &port), &unit): ((&u64, &u64), &u64)| TileUse { bus, port, unit };
        Usage {
            ticks: self.now,
            stations: self.stations.iter().map(|s| s.tally).collect(),
            edges: self.edges.iter().map(edge).collect(),
            links: self.network.tallies(),
            tiles: tiles.zip(self.units.busy()).map(tile).collect(),
        }
    }

    /// Sums with the part of the firings under way that lies before `end`.
    pub(super) fn usage_until(&self, end: u64) -> Usage {
        let mut usage = self.sums();
        usage.ticks = end;
        for (s, tally) in usage.stations.iter_mut().enumerate() {
            for p in &self.stations[s].pending {
                tally.book(p, self.plan.stations[s].adc_wait, end);
            }
        }
        usage
    }

    /// Station times end with the last image; counts include what followed it.
    pub(super) fn outcome(self, end: End) -> Outcome {
        let last = self.sums();
        let mut usage = match (&self.usage, end) {
            (Some(usage), _) => usage.clone(),
            (None, End::Until) => self.usage_until(self.limits.until.unwrap_or(self.now)),
            (None, _) => self.usage_until(self.now),
        };
        for (s, l) in usage.stations.iter_mut().zip(&last.stations) {
            (s.firings, s.fired, s.last_finish) = (l.firings, l.fired, l.last_finish);
        }
        (usage.edges, usage.links, usage.tiles) = (last.edges, last.links, last.tiles);
        if let Some((before, after)) = &self.watch.period {
            usage.repeat(before, after, self.watch.skipped);
        }
        Outcome {
            image_ends: self.image_ends,
            interval: self.watch.interval,
            usage,
            events: self.events,
            skipped: self.watch.skipped,
            end,
        }
    }
}
