//! A second engine, written from `docs/timing.md` alone: it looks at every station, link and pending event at every tick.

use super::network::{Delivered, Network, Packet, Purpose};
use crosscut_sim::cycle::Plan;
use crosscut_sim::cycle::observe::Firing;
use crosscut_sim::cycle::{Waits, plan::StationPlan};
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

/// Everything that happened.
#[derive(Debug, Default, PartialEq)]
pub struct Log {
    /// By station and firing.
    pub firings: Vec<Vec<Firing>>,
    /// By edge and block.
    pub arrivals: Vec<Vec<u64>>,
    /// (link, route, start, end) of each hop, in order of start, then link.
    pub hops: Vec<(usize, usize, u64, u64)>,
    /// End of each image.
    pub images: Vec<u64>,
    /// Tick after which nothing could happen any more although firings were left.
    pub stuck: Option<u64>,
}

/// A firing that has started.
#[derive(Debug, Clone, Copy, Default)]
struct Begun {
    start: u64,
    begin: u64,
    buses: u64,
    ports: u64,
}

struct Machine<'a> {
    plan: &'a Plan,
    images: u64,
    now: u64,
    due: BTreeMap<u64, Vec<Due>>,
    network: Network<'a>,
    begun: Vec<Vec<Begun>>,
    /// End of the occupancy of the last firing started.
    free: Vec<u64>,
    finished: Vec<Vec<u64>>,
    arrivals: Vec<Vec<u64>>,
    /// Tick at which each edge's n-th block was released.
    released: Vec<Vec<u64>>,
    bus: Vec<u64>,
    port: Vec<u64>,
    unit: Vec<u64>,
    ends: Vec<u64>,
}

/// Runs so many images back to back.
pub fn run(plan: &Plan, images: u64) -> Log {
    let stations = plan.stations.len();
    let mut m = Machine {
        plan,
        images,
        now: 0,
        due: BTreeMap::new(),
        network: Network::new(plan),
        begun: vec![Vec::new(); stations],
        free: vec![0; stations],
        finished: vec![Vec::new(); stations],
        arrivals: vec![Vec::new(); plan.edges.len()],
        released: vec![Vec::new(); plan.edges.len()],
        bus: vec![0; plan.tiles],
        port: vec![0; plan.tiles],
        unit: vec![0; plan.tiles],
        ends: Vec::new(),
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
        m.now += 1;
    };
    m.log(stuck)
}

impl Machine<'_> {
    fn station(&self, s: usize) -> &StationPlan {
        &self.plan.stations[s]
    }

    fn firings(&self, s: usize) -> u64 {
        self.station(s).blocks.count() * self.images
    }

    /// Whether a firing yields a block, and blocks yielded before it.
    fn block(&self, s: usize, firing: u64) -> (bool, u64) {
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
                Due::Written { station, firing } => match self.station(station).reduce {
                    Some(route) => {
                        leaving.push(Packet::new(route, firing, Purpose::Reduce(station)));
                    }
                    None => results.push((station, firing)),
                },
            }
        }
        for Delivered { purpose, firing } in arrived.delivered {
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
            while (self.released[e].len() as u64) < free {
                self.released[e].push(self.now);
            }
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
        for &e in &self.station(s).outputs {
            match self.plan.edges[e].route {
                Some(route) => leaving.push(Packet::new(route, firing, Purpose::Edge(e))),
                None => deliveries.push((e, firing)),
            }
        }
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

    fn can_start(&self, s: usize) -> bool {
        let station = self.station(s);
        let firing = self.begun[s].len() as u64;
        if firing == self.firings(s) {
            return false;
        }
        let count = station.blocks.count();
        let (image, n) = (firing / count, firing % count);
        let window = station.inputs.iter().all(|&e| {
            let edge = &self.plan.edges[e];
            let producer = &self.station(edge.from).blocks;
            let need = image * producer.yielding() + edge.window.need(producer, &station.blocks, n);
            self.arrivals[e].len() as u64 >= need
        });
        let (yields, started) = self.block(s, firing);
        let room = !yields
            || station.outputs.iter().all(|&e| {
                // Blocks that no one needs may be released before they are made.
                let held = started.saturating_sub(self.released[e].len() as u64);
                self.plan.edges[e].capacity.is_none_or(|c| held < c)
            });
        window && room && self.now + station.fetch >= self.free[s]
    }

    fn start(&mut self, s: usize) {
        let station = self.station(s).clone();
        let firing = self.begun[s].len() as u64;
        let now = self.now;
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

    fn log(self, stuck: Option<u64>) -> Log {
        let firings = (0..self.plan.stations.len())
            .map(|s| {
                // Firings that never finished are left out.
                let n = self.finished[s].len();
                (0..n).map(|f| self.firing(s, f)).collect()
            })
            .collect();
        let mut hops = self.network.hops.clone();
        hops.sort_unstable_by_key(|&(link, route, start, end)| (start, link, route, end));
        Log {
            firings,
            arrivals: self.arrivals,
            hops,
            images: self.ends,
            stuck,
        }
    }

    fn firing(&self, s: usize, f: usize) -> Firing {
        let b = self.begun[s][f];
        let station = self.station(s);
        let end = b.begin + station.occupancy;
        Firing {
            start: b.start,
            begin: b.begin,
            end,
            written: end + station.drain,
            finished: self.finished[s][f],
            waits: self.waits(s, f),
        }
    }

    /// The gap before a firing's begin, cause by cause, each until its tick or nothing if that has passed.
    fn waits(&self, s: usize, f: usize) -> Waits {
        let station = self.station(s);
        let b = self.begun[s][f];
        let count = station.blocks.count();
        let (image, n) = (f as u64 / count, f as u64 % count);
        let (mut finished, mut arrived, mut room) = (0, 0, 0);
        for &e in &station.inputs {
            let edge = &self.plan.edges[e];
            let producer = &self.station(edge.from).blocks;
            let need = edge.window.need(producer, &station.blocks, n);
            if need > 0 {
                let last = image * producer.yielding() + need - 1;
                let firing = (0..self.finished[edge.from].len() as u64)
                    .find(|&f| self.block(edge.from, f) == (true, last))
                    .expect("the block was made");
                finished = finished.max(self.finished[edge.from][firing as usize]);
                arrived = arrived.max(self.arrivals[e][last as usize]);
            }
        }
        let (yields, block) = self.block(s, f as u64);
        for &e in station.outputs.iter().filter(|_| yields) {
            if let Some(c) = self.plan.edges[e].capacity
                && block >= c
            {
                room = room.max(self.released[e][(block - c) as usize]);
            }
        }
        let before = match f {
            0 => 0,
            _ => self.begun[s][f - 1].begin + station.occupancy,
        };
        let mut at = before;
        let mut until = |tick: u64| {
            let wait = tick.min(b.begin).saturating_sub(at);
            at += wait;
            wait
        };
        let ports = match station.digital {
            true => b.ports.saturating_sub(station.occupancy),
            false => b.ports,
        };
        Waits {
            upstream: until(finished),
            link: until(arrived),
            output: until(room),
            fetch: until(b.start + station.fetch),
            bus: until(b.buses),
            port: until(ports),
            unit: until(b.begin),
        }
    }
}
