//! A second engine, written from `docs/timing.md` alone: it looks at every station, link and pending event at every tick.

use super::log::{Log, State};
use super::network::{Delivered, Network, Packet, Purpose};
use crosscut_sim::cycle::Plan;
use crosscut_sim::cycle::plan::StationPlan;
use std::collections::BTreeMap;

/// What is going to happen, beside the network.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Due {
    /// A firing has begun: input blocks it was the last to need are released.
    Release {
        station: usize,
        firing: u64,
    },
    Written {
        station: usize,
        firing: u64,
    },
    Arrived {
        edge: usize,
        block: u64,
    },
}

/// A firing that has started.
#[derive(Debug, Clone, Copy, Default)]
pub struct Begun {
    pub start: u64,
    pub begin: u64,
    pub buses: u64,
    pub ports: u64,
}

pub struct Machine<'a> {
    pub plan: &'a Plan,
    images: u64,
    pub now: u64,
    due: BTreeMap<u64, Vec<Due>>,
    pub network: Network<'a>,
    /// Messages still on their way, of each block and sum that has left.
    awaited: BTreeMap<(Purpose, u64), usize>,
    pub begun: Vec<Vec<Begun>>,
    /// End of the occupancy of the last firing started.
    free: Vec<u64>,
    pub finished: Vec<Vec<u64>>,
    pub arrivals: Vec<Vec<u64>>,
    /// Blocks of each edge started and released so far, and most held at once.
    pub started: Vec<u64>,
    pub released: Vec<u64>,
    pub peak: Vec<u64>,
    /// By edge: (tick, blocks held from then on).
    pub fills: Vec<Vec<(u64, u64)>>,
    bus: Vec<u64>,
    port: Vec<u64>,
    unit: Vec<u64>,
    pub ends: Vec<u64>,
    /// What each station did in each tick so far.
    pub states: Vec<Vec<State>>,
}

/// Runs `images` images back to back.
pub fn run(plan: &Plan, images: u64) -> Log {
    let stations = plan.stations.len();
    let mut m = Machine {
        plan,
        images,
        now: 0,
        due: BTreeMap::new(),
        network: Network::new(plan),
        awaited: BTreeMap::new(),
        begun: vec![Vec::new(); stations],
        free: vec![0; stations],
        finished: vec![Vec::new(); stations],
        arrivals: vec![Vec::new(); plan.edges.len()],
        started: vec![0; plan.edges.len()],
        released: vec![0; plan.edges.len()],
        peak: vec![0; plan.edges.len()],
        fills: vec![Vec::new(); plan.edges.len()],
        bus: vec![0; plan.tiles],
        port: vec![0; plan.tiles],
        unit: vec![0; plan.tiles],
        ends: Vec::new(),
        states: vec![Vec::new(); stations],
    };
    let mut last_event = 0;
    let stuck = loop {
        let mut acted = false;
        while m.round() {
            acted = true;
        }
        if acted {
            last_event = m.now;
        }
        if m.done() {
            break None;
        }
        // Nothing pending, and no one waits for a time to pass.
        let settled =
            m.due.is_empty() && m.network.is_idle(m.now) && m.free.iter().all(|&f| f <= m.now);
        if settled {
            break Some(last_event);
        }
        m.note();
        m.now += 1;
    };
    Log::of(m, stuck)
}

impl Machine<'_> {
    pub fn station(&self, s: usize) -> &StationPlan {
        &self.plan.stations[s]
    }

    pub fn firings(&self, s: usize) -> u64 {
        self.station(s).blocks.count() * self.images
    }

    /// Whether a firing yields a block, and blocks yielded before it.
    pub fn block(&self, s: usize, firing: u64) -> (bool, u64) {
        let blocks = &self.station(s).blocks;
        let (image, n) = (firing / blocks.count(), firing % blocks.count());
        (
            blocks.positions(n) > 0,
            image * blocks.yielding() + blocks.yielded(n),
        )
    }

    fn done(&self) -> bool {
        (0..self.plan.stations.len()).all(|s| self.finished[s].len() as u64 == self.firings(s))
            && self.due.is_empty()
            && self.network.is_empty()
    }

    /// One round; whether anything happened.
    fn round(&mut self) -> bool {
        let due = self.due.remove(&self.now).unwrap_or_default();
        let arrived = self.network.take_due(self.now);
        let mut acted = !due.is_empty() || arrived.acted;

        let mut leaving: Vec<Packet> = Vec::new();
        let mut deliveries: Vec<(usize, u64)> = Vec::new();
        let mut results: Vec<(usize, u64)> = Vec::new();
        for d in due {
            match d {
                Due::Release { station, firing } => self.release(station, firing),
                Due::Arrived { edge, block } => self.arrive(edge, block),
                Due::Written { station, firing } => {
                    let purpose = Purpose::Reduce(station);
                    let routes = self.station(station).reduce.clone();
                    if self.leave(&routes, firing, purpose, &mut leaving) {
                        results.push((station, firing));
                    }
                }
            }
        }
        for Delivered { purpose, firing } in arrived.delivered {
            // Of the messages of a block or a sum, the last one counts.
            let left = self.awaited.get_mut(&(purpose, firing)).expect("it left");
            *left -= 1;
            if *left > 0 {
                continue;
            }
            match purpose {
                Purpose::Reduce(station) => results.push((station, firing)),
                Purpose::Edge(edge) => deliveries.push((edge, firing)),
            }
        }
        for (station, firing) in results {
            self.finish(station, firing, &mut leaving, &mut deliveries);
        }
        deliveries.sort_unstable();
        for (edge, firing) in deliveries {
            self.deliver(edge, firing);
        }
        self.network.join(self.now, leaving, arrived.heads);

        acted |= self.network.start(self.now);
        for s in 0..self.plan.stations.len() {
            if self.can_start(s) {
                self.start(s);
                acted = true;
            }
        }
        acted
    }

    fn release(&mut self, s: usize, firing: u64) {
        let count = self.station(s).blocks.count();
        let (image, n) = (firing / count, firing % count);
        for &e in &self.station(s).inputs.clone() {
            let edge = &self.plan.edges[e];
            let producer = &self.station(edge.from).blocks;
            let free = image * producer.yielding()
                + edge.window.free(producer, &self.station(s).blocks, n);
            self.released[e] = self.released[e].max(free);
        }
    }

    fn arrive(&mut self, edge: usize, block: u64) {
        assert_eq!(
            self.arrivals[edge].len() as u64,
            block,
            "blocks keep their order"
        );
        self.arrivals[edge].push(self.now);
    }

    fn finish(
        &mut self,
        s: usize,
        firing: u64,
        leaving: &mut Vec<Packet>,
        deliveries: &mut Vec<(usize, u64)>,
    ) {
        assert_eq!(
            self.finished[s].len() as u64,
            firing,
            "results keep their order"
        );
        self.finished[s].push(self.now);
        if s == self.plan.sink && (firing + 1).is_multiple_of(self.station(s).blocks.count()) {
            self.ends.push(self.now);
        }
        if !self.block(s, firing).0 {
            return;
        }
        let plan = self.plan;
        for &e in &plan.stations[s].outputs {
            if self.leave(&plan.edges[e].routes, firing, Purpose::Edge(e), leaving) {
                deliveries.push((e, firing));
            }
        }
    }

    /// Sends the messages of a firing; true if there are none.
    fn leave(
        &mut self,
        routes: &[usize],
        firing: u64,
        purpose: Purpose,
        leaving: &mut Vec<Packet>,
    ) -> bool {
        self.awaited.insert((purpose, firing), routes.len());
        leaving.extend(routes.iter().map(|&r| Packet::new(r, firing, purpose)));
        routes.is_empty()
    }

    fn deliver(&mut self, e: usize, firing: u64) {
        let edge = &self.plan.edges[e];
        let block = self.block(edge.from, firing).1;
        let mut done = self.now;
        if edge.write_ticks > 0 {
            for tile in edge.tiles.clone() {
                self.port[tile] = (self.port[tile] + edge.write_ticks).max(self.now);
                done = done.max(self.port[tile]);
            }
        }
        if done == self.now {
            self.arrive(e, block);
        } else {
            let due = Due::Arrived { edge: e, block };
            self.due.entry(done).or_default().push(due);
        }
    }

    /// The block each input edge must have delivered before the next firing starts, as (edge, blocks of the run).
    pub fn needs(&self, s: usize) -> Vec<(usize, u64)> {
        let station = self.station(s);
        let firing = self.begun[s].len() as u64;
        let count = station.blocks.count();
        let (image, n) = (firing / count, firing % count);
        let need = |&e: &usize| {
            let edge = &self.plan.edges[e];
            let producer = &self.station(edge.from).blocks;
            let need = edge.window.need(producer, &station.blocks, n);
            (e, image * producer.yielding() + need)
        };
        station.inputs.iter().map(need).collect()
    }

    /// Whether the next firing has room for its result.
    pub fn has_room(&self, s: usize) -> bool {
        let (yields, _) = self.block(s, self.begun[s].len() as u64);
        let outputs = &self.station(s).outputs;
        !yields
            || outputs.iter().all(|&e| {
                let capacity = self.plan.edges[e].capacity;
                capacity.is_none_or(|c| self.held(e) < c)
            })
    }

    /// Blocks an edge holds; those that no one needs may be released before they are made.
    pub fn held(&self, e: usize) -> u64 {
        self.started[e].saturating_sub(self.released[e])
    }

    fn can_start(&self, s: usize) -> bool {
        if self.begun[s].len() as u64 == self.firings(s) {
            return false;
        }
        let window = |(e, blocks): (usize, u64)| self.arrivals[e].len() as u64 >= blocks;
        self.now + self.station(s).fetch >= self.free[s]
            && self.has_room(s)
            && self.needs(s).into_iter().all(window)
    }

    fn start(&mut self, s: usize) {
        let station = self.station(s).clone();
        let firing = self.begun[s].len() as u64;
        let now = self.now;
        if self.block(s, firing).0 {
            for &e in &station.outputs {
                self.started[e] += 1;
                self.peak[e] = self.peak[e].max(self.held(e));
            }
        }
        let take = |servers: &mut [u64], ticks: u64| {
            let mut done = now;
            if ticks > 0 {
                for server in &mut servers[station.tiles.clone()] {
                    *server = (*server).max(now) + ticks;
                    done = done.max(*server);
                }
            }
            done
        };
        let buses = take(&mut self.bus, station.bus_ticks);
        let ports = take(&mut self.port, station.port_ticks);
        let begin = if station.digital {
            let units = self.unit[station.tiles.clone()].iter().max();
            let begin = now
                .max(ports.saturating_sub(station.occupancy))
                .max(units.copied().unwrap_or(0));
            for unit in &mut self.unit[station.tiles.clone()] {
                *unit = begin + station.occupancy;
            }
            begin
        } else {
            (now + station.fetch).max(buses).max(ports)
        };
        self.begun[s].push(Begun {
            start: now,
            begin,
            buses,
            ports,
        });
        let end = begin + station.occupancy;
        self.free[s] = end;
        let written = Due::Written { station: s, firing };
        self.due
            .entry(begin)
            .or_default()
            .push(Due::Release { station: s, firing });
        self.due
            .entry(end + station.drain)
            .or_default()
            .push(written);
    }
}
