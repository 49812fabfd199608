//! What messages pass for a given order of tiles, on any topology.
//!
//! The routes from one router share their beginnings, so they are branches of a tree. The links of a message are counted by going
//! from each destination towards the source until a branch is met that was counted before. Branches are learnt from the
//! topology's routes once and kept. A topology may bring a faster way to count ([`Topology::counter`]).

use super::traffic::Traffic;
use crate::graph::Message;
use crosscut_arch::Topology;
use crosscut_arch::topology::{CountLinks, LinkCount, Router, Step};
use rustc_hash::FxHashMap as HashMap;

/// Measures messages, and counts its own work so that a search can be bounded.
pub struct Meter<'a> {
    topology: &'a dyn Topology,
    own: Option<Box<dyn CountLinks>>,
    /// The routers of the slots.
    routers: Vec<Router>,
    /// Which of `routers` serves each slot.
    of_slot: Vec<u32>,
    /// By router: the routes from there, as far as they are known.
    routes: Vec<Branches>,
    /// Branches in all of `routes`.
    known: usize,
    /// Slots of the destinations of a message.
    slots: Vec<u32>,
    /// Messages measured so far.
    message: u64,
    /// Destinations looked at so far.
    pub work: u64,
}

/// Routes from one router, as a tree of links.
#[derive(Default)]
struct Branches {
    /// Last branch of the route to each router; the first is the source itself.
    end: Vec<u32>,
    branches: Vec<Branch>,
    /// Branch by the one before it and its link.
    numbers: HashMap<(u32, Step), u32>,
}

#[derive(Debug, Clone, Copy)]
struct Branch {
    before: u32,
    chip_link: bool,
    /// Message for which it was counted last.
    seen: u64,
}

const UNKNOWN: u32 = u32::MAX;

/// Branches that are kept at most; then they are learnt anew.
const KEPT: usize = 1 << 20;

impl<'a> Meter<'a> {
    /// On the first `slots` slots of a topology.
    pub fn new(topology: &'a dyn Topology, slots: u64) -> Meter<'a> {
        let own = topology.counter(slots);
        let walked = if own.is_some() { 0 } else { slots };
        let mut routers = Vec::new();
        let mut numbers = HashMap::default();
        let of_slot = (0..walked).map(|slot| {
            let router = topology.router(slot);
            *numbers.entry(router).or_insert_with(|| {
                routers.push(router);
                routers.len() as u32 - 1
            })
        });
        let of_slot = of_slot.collect();
        let mut routes = Vec::new();
        routes.resize_with(routers.len(), Branches::default);
        Meter {
            topology,
            own,
            routers,
            of_slot,
            routes,
            known: 0,
            slots: Vec::new(),
            message: 0,
            work: 0,
        }
    }

    /// Traffic of a message with each tile in the slot that `order` says.
    pub fn measure(&mut self, order: &[u32], message: &Message) -> Traffic {
        let from = order[message.from as usize];
        let mut slots = std::mem::take(&mut self.slots);
        slots.clear();
        slots.extend(message.to.iter().map(|&t| order[t as usize]));
        self.work += slots.len() as u64 + 1;
        let count = match &mut self.own {
            Some(own) => own.count(from, &slots),
            None => self.walk(from, &slots),
        };
        let routers = match count.links {
            // Within a tile nothing passes a router.
            0 => u64::from(message.to.iter().any(|&t| t != message.from)),
            links => links + 1,
        };
        self.slots = slots;
        let flits = message.flits * message.times;
        Traffic {
            flit_hops: flits * routers,
            chip_flits: flits * count.chip_links,
        }
    }

    /// Links along the routes of the topology.
    fn walk(&mut self, from: u32, slots: &[u32]) -> LinkCount {
        let source = self.of_slot[from as usize] as usize;
        self.message += 1;
        let mut count = LinkCount::default();
        for &slot in slots {
            let to = self.of_slot[slot as usize] as usize;
            if to == source {
                continue;
            }
            let known = self.routes[source].end.get(to).copied();
            let mut at = match known {
                Some(end) if end != UNKNOWN => end,
                _ => self.learn(source, to),
            };
            let branches = &mut self.routes[source].branches;
            while at != 0 {
                let branch = &mut branches[at as usize];
                if branch.seen == self.message {
                    break;
                }
                branch.seen = self.message;
                count.links += 1;
                count.chip_links += u64::from(branch.chip_link);
                at = branch.before;
            }
        }
        count
    }

    /// Traffic of several messages.
    pub fn sum<'m>(
        &mut self,
        order: &[u32],
        messages: impl IntoIterator<Item = &'m Message>,
    ) -> Traffic {
        let mut sum = Traffic::default();
        for message in messages {
            sum += self.measure(order, message);
        }
        sum
    }

    /// Notes the branches of the route from one router to another; returns the last of them.
    fn learn(&mut self, source: usize, to: usize) -> u32 {
        if self.known > KEPT {
            self.routes
                .iter_mut()
                .for_each(|r| *r = Branches::default());
            self.known = 0;
        }
        let route = self.topology.route(self.routers[source], self.routers[to]);
        let Branches {
            end,
            branches,
            numbers,
        } = &mut self.routes[source];
        let root = Branch {
            before: 0,
            chip_link: false,
            seen: 0,
        };
        if branches.is_empty() {
            branches.push(root);
            end.resize(self.routers.len(), UNKNOWN);
        }
        let mut at = 0;
        for step in route {
            let next = branches.len() as u32;
            let before = at;
            at = *numbers.entry((before, step)).or_insert(next);
            if at == next {
                branches.push(Branch {
                    before,
                    chip_link: step.chip_link,
                    ..root
                });
                self.known += 1;
            }
        }
        end[to] = at;
        at
    }
}
