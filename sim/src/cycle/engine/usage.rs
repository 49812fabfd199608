//! What a simulation adds up: time of stations, links, tiles and buffers.

use super::tally::Tally;

/// What a link did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct LinkTally {
    /// Ticks it was taken.
    pub busy: u64,
    /// Flits it carried.
    pub flits: u64,
    /// Packets it carried.
    pub packets: u64,
}

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
