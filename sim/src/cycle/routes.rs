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
        Bundle::default().add(self, message)
    }

    /// Messages that leave together: their routes, if they take time, and what they cost. What the tiles of one router send
    /// is one packet, each of whose flits goes only where it is needed. Of messages that only turn round in their router,
    /// which meet nobody, the longest is there last and stands for all.
    pub fn messages(&mut self, messages: &[Message]) -> (Vec<usize>, Traffic) {
        let mut traffic = Traffic::default();
        let mut bundles: BTreeMap<Router, Bundle> = BTreeMap::new();
        for message in messages.iter().filter(|m| m.flits > 0) {
            let bundle = bundles.entry(self.router(message.from)).or_default();
            traffic += bundle.add(self, message);
        }
        let first = self.routes.len();
        if self.timed {
            let turned = bundles.values().map(|b| b.turned).max().unwrap_or(0);
            if turned > 0 {
                self.routes.push(RoutePlan {
                    hops: Vec::new(),
                    turn_ticks: self.noc.hop_ticks + turned * self.noc.flit_ticks,
                });
            }
            for bundle in bundles.into_values().filter(|b| !b.links.is_empty()) {
                let hop = |b: Branch| {
                    let link = self.link(b.step);
                    Hop {
                        link,
                        queue: self.queue(link, b.step.class),
                        parent: b.parent,
                        destination: b.destination,
                        flits: b.flits,
                    }
                };
                let hops = bundle.links.into_iter().map(hop).collect();
                self.routes.push(RoutePlan {
                    hops,
                    turn_ticks: 0,
                });
            }
        }
        ((first..self.routes.len()).collect(), traffic)
    }

    fn router(&self, tile: u64) -> Router {
        self.topology.router(self.placement.slot(tile))
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

/// What the tiles of a router send together: links to other routers.
#[derive(Default)]
struct Bundle {
    links: Vec<Branch>,
    /// A branch as the one before it and its link; routes with a common beginning share its branches.
    numbers: BTreeMap<(Option<usize>, Step), usize>,
    /// Most flits of a message that only turns round.
    turned: u64,
    messages: u64,
}

/// One link of a tree of routes.
struct Branch {
    step: Step,
    /// The link before it.
    parent: Option<usize>,
    /// Whether the packet is taken out behind it.
    destination: bool,
    /// Flits that go over it.
    flits: u64,
    /// The last message that does.
    message: u64,
}

impl Bundle {
    /// Adds a message; returns what it costs. It passes one router per link and the first one, which also turns
    /// messages between its own tiles.
    fn add(&mut self, routes: &Routes<'_>, message: &Message) -> Traffic {
        let source = routes.router(message.from);
        let others = || message.to.iter().filter(|&&t| t != message.from);
        let mut goals: Vec<Router> = others().map(|&tile| routes.router(tile)).collect();
        goals.sort_unstable();
        goals.dedup();
        if goals.is_empty() {
            return Traffic::default();
        }
        self.messages += 1;
        let mut traffic = Traffic {
            router_flits: message.flits,
            chip_flits: 0,
        };
        if goals == [source] {
            self.turned = self.turned.max(message.flits);
        }
        for goal in goals {
            let mut parent = None;
            for step in routes.topology.route(source, goal) {
                let next = self.links.len();
                let at = *self.numbers.entry((parent, step)).or_insert(next);
                if at == next {
                    self.links.push(Branch {
                        step,
                        parent,
                        destination: false,
                        flits: 0,
                        message: 0,
                    });
                }
                let link = &mut self.links[at];
                if link.message != self.messages {
                    link.message = self.messages;
                    link.flits += message.flits;
                    traffic.router_flits += message.flits;
                    traffic.chip_flits += message.flits * u64::from(step.chip_link);
                }
                parent = Some(at);
            }
            if let Some(at) = parent {
                self.links[at].destination = true;
            }
        }
        traffic
    }
}
