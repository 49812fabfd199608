//! Packets on links with bounded queues, tick by tick.

use crosscut_sim::cycle::Plan;
use std::collections::{BTreeMap, VecDeque};

/// Why a packet travels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Purpose {
    /// Partial sums of a station.
    Reduce(usize),
    /// A block over an edge.
    Edge(usize),
}

/// A message under way.
#[derive(Debug, Clone)]
pub struct Packet {
    route: usize,
    firing: u64,
    purpose: Purpose,
    /// End of the occupancy of each link it has taken.
    ends: Vec<Option<u64>>,
    destinations_left: usize,
}

impl Packet {
    /// Before its first link.
    pub fn new(route: usize, firing: u64, purpose: Purpose) -> Packet {
        Packet {
            route,
            firing,
            purpose,
            ends: Vec::new(),
            destinations_left: 0,
        }
    }
}

/// A message whose last flit has reached every destination.
pub struct Delivered {
    pub purpose: Purpose,
    pub firing: u64,
}

/// What is due in a round.
#[derive(Default)]
pub struct Arrived {
    pub acted: bool,
    pub delivered: Vec<Delivered>,
    /// (packet, hop whose head is in the router behind it).
    pub heads: Vec<(usize, usize)>,
}

#[derive(Debug, Clone, Copy)]
enum Due {
    Head {
        packet: usize,
        hop: usize,
    },
    Tail {
        packet: usize,
    },
    Slot {
        queue: usize,
    },
    Turned {
        packet: usize,
    },
    /// A link is free again.
    Freed,
}

/// (number in order of joining, packet, hop it wants).
type Waiting = (u64, usize, usize);

/// Links, queues and the packets in them.
pub struct Network<'a> {
    plan: &'a Plan,
    packets: Vec<Packet>,
    travelling: usize,
    /// By link and queue.
    waiting: BTreeMap<(usize, usize), VecDeque<Waiting>>,
    joined: u64,
    link_free: Vec<u64>,
    taken: Vec<u64>,
    due: BTreeMap<u64, Vec<Due>>,
    pub hops: Vec<(usize, usize, u64, u64)>,
}

impl<'a> Network<'a> {
    pub fn new(plan: &'a Plan) -> Network<'a> {
        Network {
            plan,
            packets: Vec::new(),
            travelling: 0,
            waiting: BTreeMap::new(),
            joined: 0,
            link_free: vec![0; plan.links.len()],
            taken: vec![0; plan.queues.len()],
            due: BTreeMap::new(),
            hops: Vec::new(),
        }
    }

    pub fn is_empty(&self) -> bool {
        self.travelling == 0
    }

    /// Whether nothing will happen by itself.
    pub fn is_idle(&self, now: u64) -> bool {
        self.due.is_empty() && self.link_free.iter().all(|&f| f <= now)
    }

    /// Takes what is due now.
    pub fn take_due(&mut self, now: u64) -> Arrived {
        let mut a = Arrived::default();
        for d in self.due.remove(&now).unwrap_or_default() {
            a.acted = true;
            match d {
                Due::Head { packet, hop } => a.heads.push((packet, hop)),
                Due::Slot { queue } => self.taken[queue] -= 1,
                Due::Tail { packet } => {
                    self.packets[packet].destinations_left -= 1;
                    if self.packets[packet].destinations_left == 0 {
                        self.deliver(packet, &mut a);
                    }
                }
                Due::Turned { packet } => self.deliver(packet, &mut a),
                Due::Freed => {}
            }
        }
        a
    }

    fn deliver(&mut self, packet: usize, a: &mut Arrived) {
        self.travelling -= 1;
        let p = &self.packets[packet];
        a.delivered.push(Delivered {
            purpose: p.purpose,
            firing: p.firing,
        });
    }

    /// Packets join the waiting lists of their next links, in order of route, then firing.
    pub fn join(&mut self, now: u64, leaving: Vec<Packet>, heads: Vec<(usize, usize)>) {
        let mut joining: Vec<(usize, Option<usize>)> =
            heads.into_iter().map(|(p, hop)| (p, Some(hop))).collect();
        for mut packet in leaving {
            let route = &self.plan.routes[packet.route];
            packet.ends = vec![None; route.hops.len()];
            packet.destinations_left = route.hops.iter().filter(|h| h.destination).count();
            self.travelling += 1;
            let id = self.packets.len();
            if route.hops.is_empty() {
                let turned = Due::Turned { packet: id };
                self.due
                    .entry(now + route.turn_ticks)
                    .or_default()
                    .push(turned);
            } else {
                joining.push((id, None));
            }
            self.packets.push(packet);
        }
        let order = |&(p, behind): &(usize, Option<usize>)| {
            (self.packets[p].route, self.packets[p].firing, behind)
        };
        joining.sort_by_key(order);
        for (packet, behind) in joining {
            let route = &self.plan.routes[self.packets[packet].route];
            for (hop, h) in route.hops.iter().enumerate() {
                if h.parent == behind {
                    let list = self.waiting.entry((h.link, h.queue)).or_default();
                    list.push_back((self.joined, packet, hop));
                    self.joined += 1;
                }
            }
        }
    }

    /// Links start what they can; whether any did.
    pub fn start(&mut self, now: u64) -> bool {
        let mut acted = false;
        for link in 0..self.plan.links.len() {
            while self.link_free[link] <= now {
                // First of each list whose queue has a slot; of these the one that joined first.
                let first = self
                    .waiting
                    .iter()
                    .filter(|((l, q), _)| *l == link && self.taken[*q] < self.plan.queues[*q])
                    .filter_map(|(key, list)| list.front().map(|&(joined, ..)| (joined, *key)))
                    .min();
                let Some((_, key)) = first else { break };
                let list = self.waiting.get_mut(&key).expect("it was found");
                let (_, packet, hop) = list.pop_front().expect("it has a first");
                self.take(now, packet, hop);
                acted = true;
            }
        }
        acted
    }

    fn take(&mut self, now: u64, packet: usize, hop: usize) {
        let route = &self.plan.routes[self.packets[packet].route];
        let h = route.hops[hop];
        let link = &self.plan.links[h.link];
        let own = now + h.flits * link.flit_ticks;
        let (mut free, mut end) = (own, own);
        if let Some(p) = h.parent {
            let (hop, before) = (route.hops[p], &self.plan.links[route.hops[p].link]);
            let tail =
                self.packets[packet].ends[p].expect("it came over this hop") + before.hop_ticks;
            // The flits for other links come last.
            free = own.max(tail - (hop.flits - h.flits) * before.flit_ticks);
            end = own.max(tail);
        }
        self.packets[packet].ends[hop] = Some(end);
        self.link_free[h.link] = free;
        self.due.entry(free).or_default().push(Due::Freed);
        self.taken[h.queue] += 1;
        self.hops
            .push((h.link, self.packets[packet].route, now, free));
        let head = Due::Head { packet, hop };
        self.due.entry(now + link.hop_ticks).or_default().push(head);
        if h.destination {
            let tail = Due::Tail { packet };
            self.due.entry(end + link.hop_ticks).or_default().push(tail);
        }
        // A slot is given back when the last of its uses is known.
        for at in [Some(hop), h.parent].into_iter().flatten() {
            self.give_back(packet, at);
        }
    }

    fn give_back(&mut self, packet: usize, hop: usize) {
        let route = &self.plan.routes[self.packets[packet].route];
        let ends = &self.packets[packet].ends;
        let children = route
            .hops
            .iter()
            .enumerate()
            .filter(|(_, h)| h.parent == Some(hop));
        let left: Option<Vec<u64>> = children.map(|(c, _)| ends[c]).collect();
        let (Some(left), Some(own)) = (left, ends[hop]) else {
            return;
        };
        let h = route.hops[hop];
        let arrived = own + self.plan.links[h.link].hop_ticks;
        let last = left
            .into_iter()
            .chain(h.destination.then_some(arrived))
            .max();
        let slot = Due::Slot { queue: h.queue };
        let when = last.expect("a hop leads on or to a destination");
        self.due.entry(when).or_default().push(slot);
    }
}
