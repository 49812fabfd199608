//! The simulated machine: everything that decides what happens next, and what has been added up.

use super::dirty::Dirty;
use super::event::{Calendar, Event};
use super::network::Network;
use super::servers::Servers;
use super::station::{EdgeState, StationState};
use super::usage::{EdgeUse, TileUse, Usage};
use crate::cycle::plan::Plan;

/// What a route carries.
#[derive(Debug, Clone, Copy)]
pub enum Cargo {
    /// Blocks of an edge.
    Blocks(usize),
    /// Partial sums of a station.
    Sums(usize),
}

/// A plan on its way through time.
pub struct Machine<'p> {
    pub plan: &'p Plan,
    pub now: u64,
    pub calendar: Calendar,
    pub stations: Vec<StationState>,
    pub edges: Vec<EdgeState>,
    /// By route.
    pub cargo: Vec<Cargo>,
    /// Messages of each route that have arrived.
    pub reached: Vec<u64>,
    pub buses: Servers,
    pub ports: Servers,
    pub units: Servers,
    pub network: Network,
    /// Stations to look at in this round.
    pub dirty: Dirty,
    /// Images to run; fewer than asked for once some are skipped.
    pub images: u64,
}

impl<'p> Machine<'p> {
    /// The machine before the first tick of a run of `images` images.
    pub fn new(plan: &'p Plan, images: u64) -> Machine<'p> {
        let mut cargo = vec![Cargo::Blocks(0); plan.routes.len()];
        for (e, edge) in plan.edges.iter().enumerate() {
            for &route in &edge.routes {
                cargo[route] = Cargo::Blocks(e);
            }
        }
        for (s, station) in plan.stations.iter().enumerate() {
            for &route in &station.reduce {
                cargo[route] = Cargo::Sums(s);
            }
        }
        let mut machine = Machine {
            plan,
            now: 0,
            calendar: Calendar::default(),
            stations: plan.stations.iter().map(StationState::new).collect(),
            edges: plan.edges.iter().map(|e| EdgeState::new(plan, e)).collect(),
            cargo,
            reached: vec![0; plan.routes.len()],
            buses: Servers::new(plan.tiles),
            ports: Servers::new(plan.tiles),
            units: Servers::new(plan.tiles),
            network: Network::new(plan),
            dirty: Dirty::new(plan.stations.len()),
            images,
        };
        for s in 0..machine.stations.len() {
            machine.set_gates(s);
            machine.ready(s);
        }
        machine
    }

    /// Whether a station has started all its firings.
    pub fn is_done(&self, s: usize) -> bool {
        self.stations[s].next.image >= self.images
    }

    /// Whether a station has firings left, to start or to finish.
    pub fn has_work(&self, s: usize) -> bool {
        !self.is_done(s) || !self.stations[s].pending.is_empty()
    }

    /// The station whose firings a route carries.
    pub fn owner(&self, route: usize) -> usize {
        match self.cargo[route] {
            Cargo::Blocks(e) => self.plan.edges[e].from,
            Cargo::Sums(s) => s,
        }
    }

    /// A message of a route has reached every goal: its cargo, if all messages that left with it are there.
    pub fn reach(&mut self, route: usize) -> Option<Cargo> {
        let cargo = self.cargo[route];
        let nth = self.reached[route];
        self.reached[route] += 1;
        let shipments = match cargo {
            Cargo::Blocks(e) => &mut self.edges[e].shipments,
            Cargo::Sums(s) => &mut self.stations[s].shipments,
        };
        shipments.reach(nth).then_some(cargo)
    }

    /// What the next firing waits for.
    pub fn set_gates(&mut self, s: usize) {
        let plan = &self.plan.stations[s];
        let state = &mut self.stations[s];
        (state.missing, state.full, state.room) = (0, 0, 0);
        for &e in &plan.inputs {
            let edge = &mut self.edges[e];
            edge.need = edge.gate.need(&state.next);
            edge.lacks = edge.arrived < edge.need;
            (edge.finished_at, edge.arrived_at) = (0, 0);
            state.missing += u32::from(edge.lacks);
        }
        let yields = state.next.yields(&state.raster);
        for &e in &plan.outputs {
            let edge = &mut self.edges[e];
            edge.full = yields && edge.held() >= edge.capacity;
            state.full += u32::from(edge.full);
        }
    }

    /// Looks at a station as soon as its next firing may start, if nothing is missing.
    pub fn ready(&mut self, s: usize) {
        if self.is_done(s) {
            return;
        }
        let state = &mut self.stations[s];
        if state.missing > 0 || state.full > 0 || state.waking {
            return;
        }
        let at = state.free.saturating_sub(self.plan.stations[s].fetch);
        if at <= self.now {
            self.dirty.insert(s);
        } else {
            state.waking = true;
            self.calendar.push(at, Event::Wake(s as u32));
        }
    }

    /// Sums so far, without the firings under way.
    pub fn sums(&self) -> Usage {
        let edge = |e: &EdgeState| EdgeUse {
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
    pub fn usage_until(&self, end: u64) -> Usage {
        let mut usage = self.sums();
        usage.ticks = end;
        for (s, tally) in usage.stations.iter_mut().enumerate() {
            for p in &self.stations[s].pending {
                tally.book(p, self.plan.stations[s].adc_wait, end);
            }
        }
        usage
    }
}
