//! What is to be placed, and the best order of tiles so far.

use super::meter::Meter;
use super::traffic::Traffic;
use crate::graph::Message;
use crosscut_arch::topology::Router;
use crosscut_arch::{Grid, Topology};
use crosscut_traces::LayerId;
use std::ops::Range;

/// Messages between tiles, and the slots the tiles may sit in.
pub(super) struct Problem<'a> {
    pub topology: &'a dyn Topology,
    pub grid: &'a Grid,
    pub messages: &'a [&'a Message],
    pub slots: u64,
    pub chip_weight: u64,
    pub meter: Meter<'a>,
    /// Router of each slot on the grid, by which nearby slots are found.
    places: Vec<[u32; 2]>,
}

impl<'a> Problem<'a> {
    pub fn new(
        topology: &'a dyn Topology,
        grid: &'a Grid,
        messages: &'a [&'a Message],
        slots: u64,
        chip_weight: u64,
    ) -> Problem<'a> {
        let places = (0..slots).map(|slot| {
            let (x, y) = grid.router(slot);
            [x as u32, y as u32]
        });
        Problem {
            topology,
            grid,
            messages,
            slots,
            chip_weight,
            meter: Meter::new(topology, slots),
            places: places.collect(),
        }
    }

    /// Router of a slot in the topology.
    pub fn router(&self, slot: u32) -> Router {
        self.topology.router(u64::from(slot))
    }

    /// Router of a slot on the grid.
    pub fn place_of(&self, slot: u32) -> [u32; 2] {
        self.places[slot as usize]
    }

    /// How many routers serve the given slots.
    pub fn routers(&self, order: &[u32]) -> u64 {
        self.grid.routers(order)
    }

    /// Traffic of one image with tiles in the given slots.
    pub fn measure(&mut self, order: &[u32]) -> Traffic {
        self.meter.sum(order, self.messages.iter().copied())
    }
}

/// A run of tiles that stays together at first.
pub(super) struct Piece {
    /// The layer they belong to.
    pub layer: LayerId,
    pub tiles: Range<u32>,
}

/// The best order found.
pub(super) struct Best {
    pub order: Vec<u32>,
    pub traffic: Traffic,
    /// In-order traffic, not to be exceeded.
    pub limit: Traffic,
    /// Routers that the in-order placement uses, not to be exceeded.
    pub routers: u64,
}

impl Best {
    /// Whether neither hops nor traffic between chips exceed those of the in-order placement.
    pub fn allows(&self, traffic: Traffic) -> bool {
        traffic.within(self.limit)
    }

    /// Whether such traffic is allowed and costs less.
    pub fn improves(&self, traffic: Traffic, chip_weight: u64) -> bool {
        self.allows(traffic) && traffic.cost(chip_weight) < self.traffic.cost(chip_weight)
    }

    /// Takes an order if it is better.
    pub fn offer(&mut self, problem: &mut Problem<'_>, order: Vec<u32>) {
        let traffic = problem.measure(&order);
        if self.improves(traffic, problem.chip_weight) && problem.routers(&order) <= self.routers {
            self.order = order;
            self.traffic = traffic;
        }
    }
}
