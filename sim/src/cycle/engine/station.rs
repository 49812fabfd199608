//! Where stations and edges stand.

use super::gate::{Cursor, Gate, Raster};
use super::tally::{Pending, Tally};
use crate::cycle::plan::{EdgePlan, Plan, StationPlan};
use std::collections::VecDeque;

/// Where a station stands.
#[derive(Debug, Clone, Default)]
pub struct StationState {
    /// Firings started, over all images.
    pub started: u64,
    /// The grid of its blocks.
    pub raster: Raster,
    /// The next firing to start, the next to begin, the next to be finished.
    pub next: Cursor,
    pub begins: Cursor,
    pub ends: Cursor,
    /// End of the last occupancy.
    pub free: u64,
    /// Input edges that lack blocks for the next firing, output edges that have no room for its result.
    pub missing: u32,
    pub full: u32,
    /// When room was made for the next firing's result.
    pub room: u64,
    /// Whether it is on the calendar to be woken.
    pub waking: bool,
    /// Firings started and not yet finished; the first `written` of them wait for their partial sums.
    pub pending: VecDeque<Pending>,
    pub written: usize,
    /// Their partial sums.
    pub shipments: Shipments,
    pub tally: Tally,
}

impl StationState {
    pub fn new(plan: &StationPlan) -> StationState {
        StationState {
            raster: Raster::of(&plan.blocks),
            shipments: Shipments::new(plan.reduce.len()),
            ..StationState::default()
        }
    }
}

/// Messages that leave together, again and again: which of them have arrived. Those of one route keep their order.
#[derive(Debug, Clone, Default)]
pub struct Shipments {
    routes: u32,
    /// Shipments that are there as a whole.
    whole: u64,
    /// Messages that each of those after them still lacks.
    lacking: VecDeque<u32>,
}

impl Shipments {
    /// Of a number of messages each.
    pub fn new(routes: usize) -> Shipments {
        Shipments {
            routes: routes as u32,
            ..Shipments::default()
        }
    }

    /// Message number `nth` of one of the routes is there; whether its shipment now is.
    #[inline]
    pub fn reach(&mut self, nth: u64) -> bool {
        if self.routes == 1 {
            return true;
        }
        let at = (nth - self.whole) as usize;
        while self.lacking.len() <= at {
            self.lacking.push_back(self.routes);
        }
        self.lacking[at] -= 1;
        let whole = self.lacking[at] == 0;
        if whole {
            // The ones before it have been whole for as long.
            self.lacking.pop_front();
            self.whole += 1;
        }
        whole
    }
}

/// Where an edge stands. Blocks are counted over all images.
#[derive(Debug, Clone)]
pub struct EdgeState {
    pub gate: Gate,
    pub capacity: u64,
    /// Reserved, sent, arrived, not needed any more.
    pub reserved: u64,
    pub sent: u64,
    pub arrived: u64,
    pub released: u64,
    /// Blocks the consumer's next firing needs.
    pub need: u64,
    /// Whether the consumer, the producer waits for it.
    pub lacks: bool,
    pub full: bool,
    /// When the last block the next firing was waiting for was finished and arrived; 0 if it was there in time.
    pub finished_at: u64,
    pub arrived_at: u64,
    /// When the blocks under way were finished.
    pub under_way: VecDeque<u64>,
    /// Their messages.
    pub shipments: Shipments,
    pub peak: u64,
    /// Last tick at which an arrival let the consumer go on.
    pub gated: u64,
}

impl EdgeState {
    pub fn new(plan: &Plan, edge: &EdgePlan) -> EdgeState {
        let (from, to) = (&plan.stations[edge.from], &plan.stations[edge.to]);
        EdgeState {
            gate: Gate::new(edge.window, &from.blocks, &to.blocks),
            capacity: edge.capacity.unwrap_or(u64::MAX),
            reserved: 0,
            sent: 0,
            arrived: 0,
            released: 0,
            need: 0,
            lacks: false,
            full: false,
            finished_at: 0,
            arrived_at: 0,
            under_way: VecDeque::new(),
            shipments: Shipments::new(edge.routes.len()),
            peak: 0,
            gated: 0,
        }
    }

    pub fn held(&self) -> u64 {
        self.reserved.saturating_sub(self.released)
    }
}
