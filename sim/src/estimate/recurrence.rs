//! One image through the plan: each firing is evaluated once, when everything it waits for is known.
//!
//! The rules are those of `docs/timing.md` with every station's buses, ports, units and routes to itself. All times are
//! then maxima of sums of earlier times (max-plus), so the order of evaluation does not matter and no calendar is needed:
//! stations advance in turn, each as far as inputs and room allow. An image depends on those before it only through the
//! free times of the parts and the releases of blocks, which is all that is kept.

use crate::cycle::observe::{Firing, Observer};
use crate::cycle::plan::{Plan, RoutePlan};
use crate::cycle::{CycleError, Waits};
use std::collections::VecDeque;

/// Messages that leave together; each has a way of its own.
struct Lanes(Vec<Lane>);

impl Lanes {
    fn new(plan: &Plan, routes: &[usize]) -> Lanes {
        let mut lanes: Vec<Lane> = routes.iter().map(|&r| Lane::new(plan, r)).collect();
        // A way that is no slower than another in either respect is never the last: its gate opens no later.
        lanes.sort_unstable_by_key(|l| std::cmp::Reverse((l.hold, l.transit)));
        let mut slowest = None;
        lanes.retain(|l| {
            let counts = slowest.is_none_or(|s| l.transit > s);
            slowest = slowest.max(Some(l.transit));
            counts
        });
        Lanes(lanes)
    }

    /// Sends a message along each; returns when all are there.
    fn send(&mut self, at: u64) -> u64 {
        self.0.iter_mut().map(|l| l.send(at)).max().unwrap_or(at)
    }
}

/// A message's way as one server: how long it takes, and how soon the next can follow.
struct Lane {
    transit: u64,
    hold: u64,
    /// Earliest departure of the next message.
    gate: u64,
}

impl Lane {
    fn new(plan: &Plan, route: usize) -> Lane {
        let route = &plan.routes[route];
        let hold = route
            .hops
            .iter()
            .map(|h| h.flits * plan.links[h.link].flit_ticks)
            .max();
        Lane {
            transit: transit(plan, route),
            hold: hold.unwrap_or(0),
            gate: 0,
        }
    }

    /// Sends a message; returns when it is there.
    fn send(&mut self, at: u64) -> u64 {
        let depart = at.max(self.gate);
        self.gate = depart + self.hold;
        depart + self.transit
    }
}

/// Ticks of a message that meets nobody.
fn transit(plan: &Plan, route: &RoutePlan) -> u64 {
    if route.hops.is_empty() {
        return route.turn_ticks;
    }
    // Head and tail at the router behind each hop.
    let mut there: Vec<(u64, u64)> = Vec::with_capacity(route.hops.len());
    let mut last = 0;
    for hop in &route.hops {
        let link = &plan.links[hop.link];
        let (head, tail) = hop.parent.map_or((0, 0), |p| there[p]);
        let end = (head + hop.flits * link.flit_ticks).max(tail);
        there.push((head + link.hop_ticks, end + link.hop_ticks));
        if hop.destination {
            last = last.max(end + link.hop_ticks);
        }
    }
    last
}

struct Station {
    /// End of the last occupancy.
    free: u64,
    bus_free: u64,
    port_free: u64,
    reduce: Lanes,
    /// Firings of this image so far, and of all images before it.
    next: u64,
    before: u64,
    count: u64,
    /// Firings of an image at its two ends that yield nothing.
    lead: u64,
    tail: u64,
    /// Start and begin of each firing of this image.
    starts: Vec<u64>,
    begins: Vec<u64>,
    /// The last result.
    finished: u64,
}

impl Station {
    /// Whether the next firing yields a block.
    fn yields(&self) -> bool {
        self.next >= self.lead && self.next < self.count - self.tail
    }
}

struct Edge {
    lanes: Lanes,
    write_free: u64,
    /// By firing of the consumer: blocks of the image it needs, and blocks it is the last to need. The second only with a
    /// capacity.
    need: Vec<u32>,
    freed: Vec<u32>,
    /// Blocks of this image under way or there.
    blocks: usize,
    /// When each was finished, and when it arrived.
    sent: Vec<u64>,
    arrived: Vec<u64>,
    /// Release of the last blocks, by number modulo `ring`; as long as blocks have come so far. A buffer may have room for
    /// more blocks than will ever come.
    releases: Vec<u64>,
    /// Blocks that are kept at most; 0 without a capacity.
    ring: u64,
    /// Blocks released over all images.
    released: u64,
    /// Whether a firing of this image waited longest for room here.
    bound: bool,
}

impl Edge {
    /// When a block was released, not longer ago than the ring is long; 0 if it was not yet.
    fn release(&self, block: u64) -> u64 {
        let kept = self.releases.get((block % self.ring) as usize);
        kept.copied().unwrap_or(0)
    }
}

/// The state of the machine between images.
pub(super) struct Recurrence<'a> {
    plan: &'a Plan,
    stations: Vec<Station>,
    edges: Vec<Edge>,
    queue: VecDeque<usize>,
    queued: Vec<bool>,
    /// Images done.
    images: u64,
}

impl<'a> Recurrence<'a> {
    pub fn new(plan: &'a Plan) -> Recurrence<'a> {
        let stations = plan.stations.iter().map(|s| Station {
            free: 0,
            bus_free: 0,
            port_free: 0,
            reduce: Lanes::new(plan, &s.reduce),
            next: 0,
            before: 0,
            count: s.blocks.count(),
            lead: s.blocks.lead as u64,
            tail: s.blocks.tail as u64,
            starts: vec![0; s.blocks.count() as usize],
            begins: vec![0; s.blocks.count() as usize],
            finished: 0,
        });
        let edges = plan.edges.iter().map(|e| {
            let [from, to] = [e.from, e.to].map(|s| &plan.stations[s].blocks);
            let need = |n| e.window.need(from, to, n) as u32;
            let freed = |n| e.window.free(from, to, n) as u32;
            let blocks = from.yielding() as usize;
            Edge {
                lanes: Lanes::new(plan, &e.routes),
                write_free: 0,
                need: (0..to.count()).map(need).collect(),
                freed: e
                    .capacity
                    .map_or(Vec::new(), |_| (0..to.count()).map(freed).collect()),
                blocks: 0,
                sent: vec![0; blocks],
                arrived: vec![0; blocks],
                releases: Vec::new(),
                // Blocks that no window looks at are released before they are sent, but not beyond their image.
                ring: e.capacity.map_or(0, |c| c.saturating_add(blocks as u64)),
                released: 0,
                bound: false,
            }
        });
        Recurrence {
            plan,
            stations: stations.collect(),
            edges: edges.collect(),
            queue: VecDeque::with_capacity(plan.stations.len()),
            queued: vec![false; plan.stations.len()],
            images: 0,
        }
    }

    /// Sends one more image through; `seen` is told of every firing, in order for each station. Returns the tick at
    /// which the sink's last result is there.
    pub fn image(&mut self, seen: &mut impl Observer) -> Result<u64, CycleError> {
        for station in &mut self.stations {
            station.before += station.next;
            station.next = 0;
        }
        self.edges
            .iter_mut()
            .for_each(|e| (e.blocks, e.bound) = (0, false));
        (0..self.stations.len()).for_each(|s| self.enqueue(s));
        while let Some(s) = self.queue.pop_front() {
            self.queued[s] = false;
            if self.advance(s, seen) {
                let plan = &self.plan.stations[s];
                for &e in &plan.outputs {
                    self.enqueue(self.plan.edges[e].to);
                }
                for &e in &plan.inputs {
                    self.enqueue(self.plan.edges[e].from);
                }
            }
        }
        if let Some(stuck) = self.stations.iter().position(|s| s.next < s.count) {
            return Err(self.deadlock(stuck));
        }
        let end = self.stations[self.plan.sink].finished;
        seen.image(self.images, end);
        self.images += 1;
        Ok(end)
    }

    /// Start and begin of each firing of the last image.
    pub fn times(&self, s: usize) -> [&[u64]; 2] {
        [&self.stations[s].starts, &self.stations[s].begins]
    }

    /// Arrivals of the last image's blocks over an edge.
    pub fn arrivals(&self, e: usize) -> &[u64] {
        &self.edges[e].arrived
    }

    /// Whether the last image waited for room on an edge and for nothing else as long.
    pub fn waited_for_room(&self, e: usize) -> bool {
        self.edges[e].bound
    }

    /// Whether every block released so far makes room in time for the block that takes its place, if both ends of the edge
    /// go on by `shift` ticks an image.
    pub fn has_room(&self, e: usize, shift: u64) -> bool {
        let (plan, edge) = (&self.plan.edges[e], &self.edges[e]);
        let Some(capacity) = plan.capacity else {
            return true;
        };
        let from = &self.stations[plan.from];
        let yielding = edge.sent.len() as u64;
        let sent = self.images * yielding;
        (sent.saturating_sub(capacity)..sent).all(|block| {
            let next = block + capacity;
            let ahead = next / yielding - (self.images - 1);
            let start = from.starts[(from.lead + next % yielding) as usize] + ahead * shift;
            edge.release(block) <= start
        })
    }

    fn enqueue(&mut self, s: usize) {
        if !self.queued[s] && self.stations[s].next < self.stations[s].count {
            self.queued[s] = true;
            self.queue.push_back(s);
        }
    }

    /// Fires a station as often as it can; whether it did at all.
    fn advance(&mut self, s: usize, seen: &mut impl Observer) -> bool {
        let first = self.stations[s].next;
        while self.stations[s].next < self.stations[s].count {
            let Some(ready) = self.ready(s) else {
                break;
            };
            let firing = self.fire(s, ready);
            let station = &self.stations[s];
            seen.fired(s, station.before + station.next - 1, &firing);
        }
        self.stations[s].next > first
    }

    /// When the next firing can start; nothing if it waits for one not evaluated yet.
    fn ready(&self, s: usize) -> Option<Ready> {
        let (plan, own) = (&self.plan.stations[s], &self.stations[s]);
        let mut ready = Ready::default();
        for &e in &plan.inputs {
            let (edge, need) = (&self.edges[e], self.need(s, e));
            if need > edge.blocks {
                return None;
            }
            if need > 0 {
                ready.sent = ready.sent.max(edge.sent[need - 1]);
                ready.arrived = ready.arrived.max(edge.arrived[need - 1]);
            }
        }
        if own.yields() {
            for &e in &plan.outputs {
                ready.room = ready.room.max(self.room(s, e)?);
            }
        }
        Some(ready)
    }

    /// Follows the waits from a station that cannot go on until they come back to one already met.
    fn deadlock(&self, mut s: usize) -> CycleError {
        let mut met: Vec<(usize, String)> = Vec::new();
        while !met.iter().any(|m| m.0 == s) {
            let (plan, own) = (&self.plan.stations[s], &self.stations[s]);
            let lacking = plan
                .inputs
                .iter()
                .find(|&&e| self.need(s, e) > self.edges[e].blocks);
            let (wait, next) = match lacking {
                Some(&e) => {
                    let from = self.plan.edges[e].from;
                    let name = &self.plan.stations[from].name;
                    (format!("block {} of `{name}`", self.need(s, e)), from)
                }
                None => {
                    let full = plan.outputs.iter().find(|&&e| self.room(s, e).is_none());
                    let to = full.map_or(s, |&e| self.plan.edges[e].to);
                    let name = &self.plan.stations[to].name;
                    (
                        format!("room in front of `{name}`; raise `tile.buffer`"),
                        to,
                    )
                }
            };
            met.push((
                s,
                format!("`{}` waits in firing {} for {wait}", plan.name, own.next),
            ));
            s = next;
        }
        let ring = met.iter().position(|m| m.0 == s).unwrap_or(0);
        CycleError::Deadlock {
            tick: self.stations.iter().map(|s| s.free).max().unwrap_or(0),
            waits: met.into_iter().skip(ring).map(|m| m.1).collect(),
        }
    }

    /// Blocks of this image that the next firing needs from an edge.
    fn need(&self, s: usize, e: usize) -> usize {
        self.edges[e].need[self.stations[s].next as usize] as usize
    }

    /// When an edge had room for the next block; nothing if that is not known yet.
    fn room(&self, s: usize, e: usize) -> Option<u64> {
        let edge = &self.edges[e];
        let Some(capacity) = self.plan.edges[e].capacity else {
            return Some(0);
        };
        // A block takes the place of the block `capacity` blocks before it.
        let yielding = self.plan.stations[s].blocks.yielding();
        let block = self.images * yielding + edge.blocks as u64;
        match block.checked_sub(capacity) {
            None => Some(0),
            Some(before) if edge.released <= before => None,
            Some(before) => Some(edge.release(before)),
        }
    }

    /// Takes the parts, releases inputs and sends the result.
    fn fire(&mut self, s: usize, ready: Ready) -> Firing {
        let plan = &self.plan.stations[s];
        let (n, free) = (self.stations[s].next, self.stations[s].free);
        let others = ready.arrived.max(free.saturating_sub(plan.fetch));
        if ready.room > others {
            for &e in &plan.outputs {
                self.edges[e].bound |= self.room(s, e) == Some(ready.room);
            }
        }
        let start = others.max(ready.room);
        let own = &mut self.stations[s];
        own.bus_free = own.bus_free.max(start) + plan.bus_ticks;
        own.port_free = own.port_free.max(start) + plan.port_ticks;
        let fetched = start + plan.fetch;
        // A digital station reads while it works.
        let port = if plan.digital {
            own.port_free.saturating_sub(plan.occupancy)
        } else {
            own.port_free
        };
        let begin = fetched.max(own.bus_free).max(port).max(free);
        let waits = split(free, &ready, [fetched, own.bus_free, port, begin]);
        let yields = own.yields();
        (own.starts[n as usize], own.begins[n as usize]) = (start, begin);
        own.next += 1;
        own.free = begin + plan.occupancy;
        let written = own.free + plan.drain;
        let finished = own.reduce.send(written);
        own.finished = finished;
        let end = own.free;
        if yields {
            for &e in &plan.outputs {
                let edge = &mut self.edges[e];
                edge.sent[edge.blocks] = finished;
                // Blocks are written while they come in.
                let there = edge.lanes.send(finished);
                edge.write_free = (edge.write_free + self.plan.edges[e].write_ticks).max(there);
                edge.arrived[edge.blocks] = edge.write_free;
                edge.blocks += 1;
            }
        }
        for &e in &plan.inputs {
            let edge = &mut self.edges[e];
            let Some(&freed) = edge.freed.get(n as usize) else {
                continue;
            };
            let yielding = edge.sent.len() as u64;
            let until = self.images * yielding + u64::from(freed);
            for block in edge.released..until {
                let place = (block % edge.ring) as usize;
                match edge.releases.get_mut(place) {
                    Some(kept) => *kept = begin,
                    None => edge.releases.push(begin),
                }
            }
            edge.released = edge.released.max(until);
        }
        Firing {
            start,
            begin,
            end,
            written,
            finished,
            waits,
        }
    }
}

/// What a firing waits for from others.
#[derive(Default)]
struct Ready {
    /// The last missing block was finished by its producer.
    sent: u64,
    /// The last missing block arrived.
    arrived: u64,
    /// Every output had room.
    room: u64,
}

/// Splits the time from the end of the occupancy before to the begin, in order of causes.
fn split(free: u64, ready: &Ready, [fetched, bus, port, begin]: [u64; 4]) -> Waits {
    let mut at = free;
    let mut until = |tick: u64| {
        let ticks = tick.saturating_sub(at);
        at += ticks;
        ticks
    };
    Waits {
        upstream: until(ready.sent),
        link: until(ready.arrived),
        output: until(ready.room),
        fetch: until(fetched),
        bus: until(bus),
        port: until(port),
        unit: until(begin),
    }
}
