//! Packets on their way: links, queues, waiting lists (`docs/timing.md`, network).

use super::dirty::Dirty;
use super::event::{Calendar, Event};
use super::usage::LinkTally;
use crate::cycle::observe::Observer;
use crate::cycle::plan::{Plan, RoutePlan};
use std::collections::VecDeque;

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
    queues: Vec<usize>,
    busy: u64,
    flits: u64,
    packets: u64,
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

#[derive(Debug, Clone)]
struct Packet {
    route: u32,
    firing: u64,
    destinations: u32,
    /// Events that still concern it.
    open: u32,
    hops: Vec<HopState>,
}

/// The part of a route that never changes.
#[derive(Debug, Clone, Default)]
struct Tree {
    roots: Vec<u32>,
    children: Vec<Vec<u32>>,
    destinations: u32,
}

impl Tree {
    fn new(route: &RoutePlan) -> Tree {
        let mut tree = Tree {
            children: vec![Vec::new(); route.hops.len()],
            ..Tree::default()
        };
        for (i, hop) in route.hops.iter().enumerate() {
            match hop.parent {
                Some(p) => tree.children[p].push(i as u32),
                None => tree.roots.push(i as u32),
            }
            tree.destinations += u32::from(hop.destination);
        }
        tree
    }
}

/// All packets, links and queues.
pub(super) struct Network<'p> {
    plan: &'p Plan,
    trees: Vec<Tree>,
    links: Vec<Link>,
    /// Free slots of each queue.
    slots: Vec<u64>,
    /// The link in front of each queue.
    link_of: Vec<usize>,
    waiting: Vec<VecDeque<Waiting>>,
    packets: Vec<Packet>,
    spare: Vec<u32>,
    /// Packets that join waiting lists in this round: route, firing, hop, packet.
    joins: Vec<(u32, u64, u32, u32)>,
    order: u64,
    dirty: Dirty,
    list: Vec<usize>,
}

impl<'p> Network<'p> {
    pub fn new(plan: &'p Plan) -> Network<'p> {
        let mut links = vec![Link::default(); plan.links.len()];
        let mut link_of = vec![0; plan.queues.len()];
        for hop in plan.routes.iter().flat_map(|r| &r.hops) {
            link_of[hop.queue] = hop.link;
            if !links[hop.link].queues.contains(&hop.queue) {
                links[hop.link].queues.push(hop.queue);
            }
        }
        Network {
            plan,
            trees: plan.routes.iter().map(Tree::new).collect(),
            dirty: Dirty::new(links.len()),
            links,
            slots: plan.queues.clone(),
            link_of,
            waiting: vec![VecDeque::new(); plan.queues.len()],
            packets: Vec::new(),
            spare: Vec::new(),
            joins: Vec::new(),
            order: 0,
            list: Vec::new(),
        }
    }

    /// Sends a packet on its way; it joins the lists of its first links in this round.
    pub fn send(&mut self, route: usize, firing: u64) {
        let (tree, hops) = (&self.trees[route], self.plan.routes[route].hops.len());
        let packet = self.spare.pop().unwrap_or_else(|| {
            self.packets.push(Packet {
                route: 0,
                firing: 0,
                destinations: 0,
                open: 0,
                hops: Vec::new(),
            });
            self.packets.len() as u32 - 1
        });
        let p = &mut self.packets[packet as usize];
        p.route = route as u32;
        p.firing = firing;
        p.destinations = tree.destinations;
        p.open = hops as u32 + tree.destinations;
        p.hops.clear();
        p.hops.resize(hops, HopState::default());
        for &hop in &tree.roots {
            self.joins.push((route as u32, firing, hop, packet));
        }
    }

    /// The head is in the router behind a hop: the packet joins the lists of the next links.
    pub fn head(&mut self, packet: u32, hop: u32) {
        let p = &self.packets[packet as usize];
        for &next in &self.trees[p.route as usize].children[hop as usize] {
            self.joins.push((p.route, p.firing, next, packet));
        }
    }

    /// A link is free.
    pub fn freed(&mut self, link: usize) {
        self.links[link].taken = false;
        self.dirty.insert(link);
    }

    /// The tail has left a link, and the slot before it may be free.
    pub fn left(&mut self, packet: u32, hop: u32) {
        let p = &self.packets[packet as usize];
        let plan = self.plan.routes[p.route as usize].hops[hop as usize];
        if !p.hops[hop as usize].early {
            self.freed(plan.link);
        }
        if let Some(parent) = plan.parent {
            self.keep_less(packet, parent);
        }
        self.close(packet);
    }

    /// The tail has reached a destination; returns route and firing if it was the last one.
    pub fn tail(&mut self, packet: u32, hop: u32) -> Option<(usize, u64)> {
        self.keep_less(packet, hop as usize);
        let p = &mut self.packets[packet as usize];
        p.destinations -= 1;
        let done = (p.destinations == 0).then_some((p.route as usize, p.firing));
        self.close(packet);
        done
    }

    fn keep_less(&mut self, packet: u32, hop: usize) {
        let p = &mut self.packets[packet as usize];
        p.hops[hop].keeps -= 1;
        if p.hops[hop].keeps == 0 {
            let queue = self.plan.routes[p.route as usize].hops[hop].queue;
            self.slots[queue] += 1;
            self.dirty.insert(self.link_of[queue]);
        }
    }

    fn close(&mut self, packet: u32) {
        let p = &mut self.packets[packet as usize];
        p.open -= 1;
        if p.open == 0 {
            self.spare.push(packet);
        }
    }

    /// Packets of this round take their places in the waiting lists.
    pub fn join(&mut self) {
        self.joins.sort_unstable();
        for (route, _, hop, packet) in self.joins.drain(..) {
            let plan = self.plan.routes[route as usize].hops[hop as usize];
            self.waiting[plan.queue].push_back(Waiting {
                order: self.order,
                packet,
                hop,
            });
            self.order += 1;
            self.dirty.insert(plan.link);
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
        if self.links[link].taken {
            return;
        }
        let may = |&&q: &&usize| self.slots[q] > 0 && !self.waiting[q].is_empty();
        let queues = self.links[link].queues.iter().filter(may);
        let Some(&queue) = queues.min_by_key(|&&q| self.waiting[q][0].order) else {
            return;
        };
        let Some(Waiting { packet, hop, .. }) = self.waiting[queue].pop_front() else {
            return;
        };
        self.slots[queue] -= 1;
        let p = &mut self.packets[packet as usize];
        let route = &self.plan.routes[p.route as usize];
        let (plan, wire) = (route.hops[hop as usize], &self.plan.links[link]);
        // When the tail is there, and how long after the last flit for this link if those come first.
        let (before, rest) = plan.parent.map_or((0, 0), |b| {
            let (hop, wire) = (&route.hops[b], &self.plan.links[route.hops[b].link]);
            let rest = (hop.flits - plan.flits) * wire.flit_ticks;
            (p.hops[b].end + wire.hop_ticks, rest)
        });
        let whole = now + plan.flits * wire.flit_ticks;
        let (free, end) = (whole.max(before.saturating_sub(rest)), whole.max(before));
        let children = self.trees[p.route as usize].children[hop as usize].len() as u32;
        p.hops[hop as usize] = HopState {
            end,
            keeps: children + u32::from(plan.destination),
            early: free < end,
        };
        let l = &mut self.links[link];
        l.taken = true;
        l.busy += free - now;
        l.flits += plan.flits;
        l.packets += 1;
        observer.hop(link, p.route as usize, now, free);
        if children > 0 {
            calendar.push(now + wire.hop_ticks, Event::Head(packet, hop));
        }
        if free < end {
            calendar.push(free, Event::Freed(link as u32));
        }
        calendar.push(end, Event::Left(packet, hop));
        if plan.destination {
            calendar.push(end + wire.hop_ticks, Event::Tail(packet, hop));
        }
    }

    /// What each link did so far.
    pub fn tallies(&self) -> Vec<LinkTally> {
        let tally = |l: &Link| LinkTally {
            busy: l.busy,
            flits: l.flits,
            packets: l.packets,
        };
        self.links.iter().map(tally).collect()
    }

    /// Route and firing of a packet.
    pub fn packet(&self, packet: u32) -> (usize, u64) {
        let p = &self.packets[packet as usize];
        (p.route as usize, p.firing)
    }

    /// Numbers that decide what happens next, packets named by route and firing since `first(route)`.
    pub fn state(&self, now: u64, first: &dyn Fn(usize) -> u64, out: &mut Vec<u64>) {
        out.extend(&self.slots);
        // A tail that is still to leave a link may not hold it any more.
        out.extend(self.links.iter().map(|l| u64::from(l.taken)));
        for list in &self.waiting {
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
            for h in &p.hops {
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
        self.waiting.iter().enumerate().filter_map(|(queue, list)| {
            let w = list.front()?;
            Some((queue, self.packet(w.packet).0, w.hop as usize))
        })
    }
}
