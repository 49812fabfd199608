//! Packets on their way: links, queues, waiting lists (`docs/timing.md`, network).
//!
//! Most of a run's time goes by here. What never changes of a hop lies in one place ([`Way`]), and packets of a route use the
//! same memory again and again.

use super::dirty::Dirty;
use super::event::{Calendar, Event};
use super::usage::LinkTally;
use crate::cycle::observe::Observer;
use crate::cycle::plan::{Hop, Plan};
use std::collections::VecDeque;
use std::ops::Range;

/// A packet at the end of a waiting list.
#[derive(Debug, Clone, Copy)]
struct Waiting {
    /// Order of joining, over all lists.
    order: u64,
    packet: u32,
    hop: u32,
}

/// A link: a server of packets.
#[derive(Debug, Clone, Default)]
struct Link {
    taken: bool,
    /// The queues behind it, in `behind`.
    queues: Range<u32>,
    hop_ticks: u64,
    tally: LinkTally,
}

/// A queue behind a link.
#[derive(Debug, Clone, Default)]
struct Queue {
    /// Free slots.
    slots: u64,
    /// The link in front of it.
    link: u32,
    waiting: VecDeque<Waiting>,
}

#[derive(Debug, Clone, Copy, Default)]
struct HopState {
    /// Tick at which the tail leaves the link.
    end: u64,
    /// What still keeps the slot behind the link: next links to leave on, and arrival.
    keeps: u32,
    /// Whether the link is free before the tail leaves it.
    early: bool,
}

#[derive(Debug, Clone, Copy)]
struct Packet {
    route: u32,
    firing: u64,
    /// Its hops in `state`.
    at: u32,
    /// Those of its route in `ways`.
    ways: u32,
    destinations: u32,
    /// Events that still concern it.
    open: u32,
}

/// The hop before, if there is none.
const NONE: u32 = u32::MAX;

/// A hop of a route: the part that never changes.
#[derive(Debug, Clone, Copy)]
struct Way {
    link: u32,
    queue: u32,
    /// The hop before.
    parent: u32,
    /// The hops after, in `children`.
    first: u32,
    children: u32,
    destination: bool,
    flits: u64,
    /// Ticks that they take the link.
    ticks: u64,
    /// Ticks from the end on the link before until the tail is here.
    behind: u64,
    /// Ticks between the last flit for this link and the last of all on the link before.
    rest: u64,
}

/// A route: where its hops begin in `ways`, how many they are, and the number of destinations.
#[derive(Debug, Clone, Copy, Default)]
struct Route {
    ways: u32,
    hops: u32,
    /// The hops that leave the source's router, in `children`.
    roots: [u32; 2],
    destinations: u32,
}

/// All packets, links and queues.
pub(super) struct Network {
    routes: Vec<Route>,
    ways: Vec<Way>,
    children: Vec<u32>,
    links: Vec<Link>,
    behind: Vec<u32>,
    queues: Vec<Queue>,
    packets: Vec<Packet>,
    /// Where the packets under way stand, hop by hop.
    state: Vec<HopState>,
    /// By route: packets that have arrived.
    spare: Vec<Vec<u32>>,
    /// Packets that join waiting lists in this round: route, firing, hop, packet.
    joins: Vec<(u32, u64, u32, u32)>,
    order: u64,
    dirty: Dirty,
    list: Vec<usize>,
}

impl Network {
    pub fn new(plan: &Plan) -> Network {
        let mut network = Network {
            routes: Vec::with_capacity(plan.routes.len()),
            ways: Vec::new(),
            children: Vec::new(),
            links: vec![Link::default(); plan.links.len()],
            behind: Vec::new(),
            queues: vec![Queue::default(); plan.queues.len()],
            packets: Vec::new(),
            state: Vec::new(),
            spare: vec![Vec::new(); plan.routes.len()],
            joins: Vec::new(),
            order: 0,
            dirty: Dirty::new(plan.links.len()),
            list: Vec::new(),
        };
        network.lay_ways(plan);
        network.lay_queues(plan);
        network
    }

    fn lay_ways(&mut self, plan: &Plan) {
        for route in &plan.routes {
            let ways = self.ways.len() as u32;
            // The hops after each hop; the roots of the tree come last.
            let hops = route.hops.len();
            let before = |h: &Hop| h.parent.unwrap_or(hops);
            let mut ends = vec![0u32; hops + 1];
            route.hops.iter().for_each(|h| ends[before(h)] += 1);
            let mut sum = self.children.len() as u32;
            for end in &mut ends {
                sum += std::mem::replace(end, sum);
            }
            let firsts = ends.clone();
            self.children.resize(sum as usize, 0);
            for (n, hop) in route.hops.iter().enumerate() {
                let end = &mut ends[before(hop)];
                self.children[*end as usize] = n as u32;
                *end += 1;
            }
            for (i, hop) in route.hops.iter().enumerate() {
                let (behind, rest) = hop.parent.map_or((0, 0), |b| {
                    let (before, wire) = (&route.hops[b], &plan.links[route.hops[b].link]);
                    let rest = (before.flits - hop.flits) * wire.flit_ticks;
                    (wire.hop_ticks, rest)
                });
                self.ways.push(Way {
                    link: hop.link as u32,
                    queue: hop.queue as u32,
                    parent: hop.parent.map_or(NONE, |p| p as u32),
                    first: firsts[i],
                    children: ends[i] - firsts[i],
                    destination: hop.destination,
                    flits: hop.flits,
                    ticks: hop.flits * plan.links[hop.link].flit_ticks,
                    behind,
                    rest,
                });
            }
            let destinations = route.hops.iter().filter(|h| h.destination);
            self.routes.push(Route {
                ways,
                hops: hops as u32,
                roots: [firsts[hops], ends[hops]],
                destinations: destinations.count() as u32,
            });
        }
    }

    fn lay_queues(&mut self, plan: &Plan) {
        let mut behind: Vec<Vec<u32>> = vec![Vec::new(); plan.links.len()];
        for way in &self.ways {
            self.queues[way.queue as usize].link = way.link;
            let own = &mut behind[way.link as usize];
            if !own.contains(&way.queue) {
                own.push(way.queue);
            }
        }
        for (queue, &slots) in self.queues.iter_mut().zip(&plan.queues) {
            queue.slots = slots;
        }
        for ((link, wire), queues) in self.links.iter_mut().zip(&plan.links).zip(behind) {
            let first = self.behind.len() as u32;
            self.behind.extend(queues);
            link.queues = first..self.behind.len() as u32;
            link.hop_ticks = wire.hop_ticks;
        }
    }

    /// Sends a packet on its way; it joins the lists of its first links in this round.
    pub fn send(&mut self, route: usize, firing: u64) {
        let r = self.routes[route];
        let packet = self.spare[route].pop().unwrap_or_else(|| {
            let at = self.state.len() as u32;
            let hops = self.state.len() + r.hops as usize;
            self.state.resize(hops, HopState::default());
            self.packets.push(Packet {
                route: route as u32,
                firing,
                at,
                ways: r.ways,
                destinations: 0,
                open: 0,
            });
            self.packets.len() as u32 - 1
        });
        let p = &mut self.packets[packet as usize];
        p.firing = firing;
        p.destinations = r.destinations;
        p.open = r.hops + r.destinations;
        let at = p.at as usize;
        self.state[at..at + r.hops as usize].fill(HopState::default());
        let [from, to] = r.roots.map(|n| n as usize);
        let roots = self.children[from..to].iter();
        let joins = roots.map(|&hop| (route as u32, firing, hop, packet));
        self.joins.extend(joins);
    }

    /// The head is in the router behind a hop: the packet joins the lists of the next links.
    pub fn head(&mut self, packet: u32, hop: u32) {
        let p = self.packets[packet as usize];
        let way = &self.ways[(p.ways + hop) as usize];
        let next = &self.children[way.first as usize..(way.first + way.children) as usize];
        let joins = next.iter().map(|&next| (p.route, p.firing, next, packet));
        self.joins.extend(joins);
    }

    /// A link is free.
    pub fn freed(&mut self, link: usize) {
        self.links[link].taken = false;
        self.dirty.insert(link);
    }

    /// The tail has left a link, and the slot before it may be free.
    pub fn left(&mut self, packet: u32, hop: u32) {
        let p = self.packets[packet as usize];
        let way = self.ways[(p.ways + hop) as usize];
        if !self.state[(p.at + hop) as usize].early {
            self.freed(way.link as usize);
        }
        if way.parent != NONE {
            self.keep_less(p, way.parent);
        }
        self.close(packet);
    }

    /// The tail has reached a destination; returns route and firing if it was the last one.
    pub fn tail(&mut self, packet: u32, hop: u32) -> Option<(usize, u64)> {
        self.keep_less(self.packets[packet as usize], hop);
        let p = &mut self.packets[packet as usize];
        p.destinations -= 1;
        let done = (p.destinations == 0).then_some((p.route as usize, p.firing));
        self.close(packet);
        done
    }

    fn keep_less(&mut self, p: Packet, hop: u32) {
        let state = &mut self.state[(p.at + hop) as usize];
        state.keeps -= 1;
        if state.keeps == 0 {
            let queue = &mut self.queues[self.ways[(p.ways + hop) as usize].queue as usize];
            queue.slots += 1;
            // Who joins in this round has the link looked at.
            if !queue.waiting.is_empty() {
                self.dirty.insert(queue.link as usize);
            }
        }
    }

    fn close(&mut self, packet: u32) {
        let p = &mut self.packets[packet as usize];
        p.open -= 1;
        if p.open == 0 {
            self.spare[p.route as usize].push(packet);
        }
    }

    /// Packets of this round take their places in the waiting lists.
    pub fn join(&mut self) {
        self.joins.sort_unstable();
        for (_, _, hop, packet) in self.joins.drain(..) {
            let way = &self.ways[(self.packets[packet as usize].ways + hop) as usize];
            self.queues[way.queue as usize].waiting.push_back(Waiting {
                order: self.order,
                packet,
                hop,
            });
            self.order += 1;
            self.dirty.insert(way.link as usize);
        }
    }

    /// Links, in order of index, start what they can.
    pub fn start<O: Observer>(&mut self, now: u64, calendar: &mut Calendar, observer: &mut O) {
        if !self.dirty.any() {
            return;
        }
        let mut list = std::mem::take(&mut self.list);
        self.dirty.drain(&mut list);
        for &link in &list {
            self.start_one(link, now, calendar, observer);
        }
        self.list = list;
    }

    fn start_one<O: Observer>(
        &mut self,
        link: usize,
        now: u64,
        calendar: &mut Calendar,
        observer: &mut O,
    ) {
        let l = &mut self.links[link];
        if l.taken {
            return;
        }
        let first = |queue: u32| {
            let q = &self.queues[queue as usize];
            let w = q.waiting.front().filter(|_| q.slots > 0)?;
            Some((w.order, queue))
        };
        let behind = &self.behind[l.queues.start as usize..l.queues.end as usize];
        let Some((_, queue)) = behind.iter().filter_map(|&q| first(q)).min() else {
            return;
        };
        let queue = &mut self.queues[queue as usize];
        let Some(Waiting { packet, hop, .. }) = queue.waiting.pop_front() else {
            return;
        };
        queue.slots -= 1;
        let p = &self.packets[packet as usize];
        let way = self.ways[(p.ways + hop) as usize];
        // When the tail is there, and how long after the last flit for this link if those come first.
        let before = match way.parent {
            NONE => 0,
            parent => self.state[(p.at + parent) as usize].end + way.behind,
        };
        let whole = now + way.ticks;
        let (free, end) = (
            whole.max(before.saturating_sub(way.rest)),
            whole.max(before),
        );
        self.state[(p.at + hop) as usize] = HopState {
            end,
            keeps: way.children + u32::from(way.destination),
            early: free < end,
        };
        l.taken = true;
        l.tally.busy += free - now;
        l.tally.flits += way.flits;
        l.tally.packets += 1;
        observer.hop(link, p.route as usize, now, free);
        if way.children > 0 {
            calendar.push(now + l.hop_ticks, Event::Head(packet, hop));
        }
        if free < end {
            calendar.push(free, Event::Freed(link as u32));
        }
        calendar.push(end, Event::Left(packet, hop));
        if way.destination {
            calendar.push(end + l.hop_ticks, Event::Tail(packet, hop));
        }
    }

    /// What each link did so far.
    pub fn tallies(&self) -> Vec<LinkTally> {
        self.links.iter().map(|l| l.tally).collect()
    }

    /// Route and firing of a packet.
    pub fn packet(&self, packet: u32) -> (usize, u64) {
        let p = &self.packets[packet as usize];
        (p.route as usize, p.firing)
    }

    /// Numbers that decide what happens next, packets named by route and firing since `first(route)`.
    pub fn state(&self, now: u64, first: &dyn Fn(usize) -> u64, out: &mut Vec<u64>) {
        out.extend(self.queues.iter().map(|q| q.slots));
        // A tail that is still to leave a link may not hold it any more.
        out.extend(self.links.iter().map(|l| u64::from(l.taken)));
        for list in self.queues.iter().map(|q| &q.waiting) {
            out.push(list.len() as u64);
            for w in list {
                let (route, firing) = self.packet(w.packet);
                out.extend([
                    route as u64,
                    firing.wrapping_sub(first(route)),
                    u64::from(w.hop),
                ]);
            }
        }
        let mut open: Vec<&Packet> = self.packets.iter().filter(|p| p.open > 0).collect();
        open.sort_unstable_by_key(|p| (p.route, p.firing));
        for p in open {
            let firing = p.firing.wrapping_sub(first(p.route as usize));
            out.extend([
                u64::from(p.route),
                firing,
                u64::from(p.destinations),
                u64::from(p.open),
            ]);
            let hops = self.routes[p.route as usize].hops as usize;
            for h in &self.state[p.at as usize..][..hops] {
                // A tail gone for long is as good as one that is just leaving; `end` 0 stands for not started.
                let end = if h.end == 0 {
                    0
                } else {
                    h.end.wrapping_sub(now)
                };
                out.extend([end, u64::from(h.keeps), u64::from(h.early)]);
            }
        }
    }

    /// Packets that wait for a slot of a queue, as route and hop of the first in its list.
    pub fn stuck(&self) -> impl Iterator<Item = (usize, usize, usize)> + '_ {
        self.queues.iter().enumerate().filter_map(|(queue, q)| {
            let w = q.waiting.front()?;
            Some((queue, self.packet(w.packet).0, w.hop as usize))
        })
    }
}
