//! Routes of messages: trees of links from one tile to others, merged from the routes of the topology.

use super::plan::{Hop, LinkPlan, RoutePlan, Traffic};
use crate::graph::Message;
use crate::kind;
use crate::map::Placement;
use crosscut_arch::topology::{Router, Step};
use crosscut_arch::{Arch, ChipLinks, NocParams, Topology};
use std::collections::BTreeMap;

/// Links, queues and routes of a machine, as far as messages use them.
pub(super) struct Routes<'a> {
    topology: &'a dyn Topology,
    placement: &'a Placement,
    noc: NocParams,
    chip_links: ChipLinks,
    /// Whether messages take time: not on an ideal network, and not on a phased machine, whose phases include transport.
    timed: bool,
    link_ids: BTreeMap<(Router, Router), usize>,
    queue_ids: BTreeMap<(usize, u32), usize>,
    pub links: Vec<LinkPlan>,
    pub queues: Vec<u64>,
    pub routes: Vec<RoutePlan>,
}

impl<'a> Routes<'a> {
    /// No routes yet, between tiles that sit as placed.
    pub fn new(arch: &Arch, topology: &'a dyn Topology, placement: &'a Placement) -> Routes<'a> {
        Routes {
            topology,
            placement,
            noc: arch.noc.params,
            chip_links: arch.chip_links,
            timed: !arch.noc.is_ideal() && kind::of(arch).messages_take_time(),
            link_ids: BTreeMap::new(),
            queue_ids: BTreeMap::new(),
            links: Vec::new(),
            queues: Vec::new(),
            routes: Vec::new(),
        }
    }

    /// What one message costs the network.
    pub fn traffic(&self, message: &Message) -> Traffic {
        self.branches(message).traffic(message.flits)
    }

    /// A message: its route if it takes time, and what it costs.
    pub fn message(&mut self, message: &Message) -> (Option<usize>, Traffic) {
        let (flits, branches) = (message.flits, self.branches(message));
        let traffic = branches.traffic(flits);
        if !self.timed || branches.routers() == 0 || flits == 0 {
            return (None, traffic);
        }
        let hop = |b: Branch| {
            let link = self.link(b.step);
            Hop {
                link,
                queue: self.queue(link, b.step.class),
                parent: b.parent,
                destination: b.destination,
            }
        };
        let hops = branches.links.into_iter().map(hop).collect();
        self.routes.push(RoutePlan {
            hops,
            turn_ticks: self.noc.hop_ticks + flits * self.noc.flit_ticks,
            flits,
        });
        (Some(self.routes.len() - 1), traffic)
    }

    fn router(&self, tile: u64) -> Router {
        self.topology.router(self.placement.slot(tile))
    }

    fn branches(&self, message: &Message) -> Branches {
        let source = self.router(message.from);
        // A route as the links so far; routes with a common beginning share its links.
        let mut ids: BTreeMap<(Option<usize>, Step), usize> = BTreeMap::new();
        let mut branches = Branches::default();
        let mut last = None;
        for &tile in message.to.iter() {
            let destination = self.router(tile);
            branches.turns |= tile != message.from && destination == source;
            if last.replace(destination) == Some(destination) {
                continue;
            }
            let mut parent = None;
            for step in self.topology.route(source, destination) {
                let next = branches.links.len();
                let at = *ids.entry((parent, step)).or_insert(next);
                if at == next {
                    branches.links.push(Branch {
                        step,
                        parent,
                        destination: false,
                    });
                }
                parent = Some(at);
            }
            if let Some(at) = parent {
                branches.links[at].destination = true;
            }
        }
        branches
    }

    fn link(&mut self, step: Step) -> usize {
        let next = self.links.len();
        let id = *self.link_ids.entry((step.from, step.to)).or_insert(next);
        if id == next {
            let (hop_ticks, flit_ticks) = if step.chip_link {
                (self.chip_links.hop_ticks, self.chip_links.flit_ticks)
            } else {
                (self.noc.hop_ticks, self.noc.flit_ticks)
            };
            self.links.push(LinkPlan {
                hop_ticks,
                flit_ticks,
                from: step.from,
                to: step.to,
                chip_link: step.chip_link,
            });
        }
        id
    }

    fn queue(&mut self, link: usize, class: u32) -> usize {
        let next = self.queues.len();
        let id = *self.queue_ids.entry((link, class)).or_insert(next);
        if id == next {
            self.queues.push(u64::from(self.noc.queue_packets));
        }
        id
    }
}

/// Links from one router to others.
#[derive(Default)]
struct Branches {
    links: Vec<Branch>,
    /// Whether another tile of the first router takes the message.
    turns: bool,
}

/// One link of a tree of routes.
struct Branch {
    step: Step,
    /// The link before it.
    parent: Option<usize>,
    /// Whether the message is taken out behind it.
    destination: bool,
}

impl Branches {
    /// Routers passed: one per link and the first one, which also turns messages between its own tiles.
    fn routers(&self) -> u64 {
        match self.links.len() as u64 {
            0 => u64::from(self.turns),
            links => links + 1,
        }
    }

    fn traffic(&self, flits: u64) -> Traffic {
        let between_chips = self.links.iter().filter(|b| b.step.chip_link);
        Traffic {
            router_flits: flits * self.routers(),
            chip_flits: flits * between_chips.count() as u64,
        }
    }
}
