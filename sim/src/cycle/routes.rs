//! Ways of messages: trees of links from one tile to others, merged from the ways of the topology.

use super::plan::{Hop, LinkPlan, RoutePlan, Traffic};
use super::topology::{self, Router, Step, Topology};
use crate::map::Mapping;
use crosscut_arch::{Arch, ChipLinks, Mesh, Noc};
use std::collections::BTreeMap;

/// Links, queues and routes of a machine, as far as messages use them.
pub(super) struct Routes {
    topology: Box<dyn Topology>,
    mesh: Mesh,
    chip_links: ChipLinks,
    /// Whether messages take time: not on an ideal network, and not on a phased machine, whose phases include transport.
    timed: bool,
    link_ids: BTreeMap<(Router, Router), usize>,
    queue_ids: BTreeMap<(usize, u32), usize>,
    pub links: Vec<LinkPlan>,
    pub queues: Vec<u64>,
    pub routes: Vec<RoutePlan>,
}

impl Routes {
    /// No routes yet.
    pub fn new(arch: &Arch, mapping: &Mapping) -> Routes {
        Routes {
            topology: topology::of(arch, mapping),
            mesh: arch.mesh(),
            chip_links: arch.chip_links,
            timed: !matches!(arch.noc, Noc::Ideal(_)) && arch.phased().is_none(),
            link_ids: BTreeMap::new(),
            queue_ids: BTreeMap::new(),
            links: Vec::new(),
            queues: Vec::new(),
            routes: Vec::new(),
        }
    }

    /// What a message of `flits` flits from one tile to others costs the network.
    pub fn traffic(&self, from: u64, to: impl Iterator<Item = u64>, flits: u64) -> Traffic {
        self.tree(from, to).traffic(flits)
    }

    /// The message of `flits` flits from one tile to others: its route if it takes time, and what it costs.
    pub fn message(
        &mut self,
        from: u64,
        to: impl Iterator<Item = u64>,
        flits: u64,
    ) -> (Option<usize>, Traffic) {
        let tree = self.tree(from, to);
        let traffic = tree.traffic(flits);
        if !self.timed || tree.routers() == 0 || flits == 0 {
            return (None, traffic);
        }
        let hops = tree
            .steps
            .into_iter()
            .map(|(step, parent, goal)| {
                let link = self.link(step);
                Hop {
                    link,
                    queue: self.queue(link, step.class),
                    parent,
                    goal,
                }
            })
            .collect();
        self.routes.push(RoutePlan {
            hops,
            turn_ticks: self.mesh.hop_ticks + flits * self.mesh.flit_ticks,
            flits,
        });
        (Some(self.routes.len() - 1), traffic)
    }

    fn tree(&self, from: u64, to: impl Iterator<Item = u64>) -> Tree {
        let source = self.topology.router(from);
        // A way as the steps so far; ways with a common beginning share its hops.
        let mut ids: BTreeMap<(Option<usize>, Step), usize> = BTreeMap::new();
        let mut tree = Tree::default();
        let mut last = None;
        for tile in to {
            let goal = self.topology.router(tile);
            tree.turns |= tile != from && goal == source;
            if last.replace(goal) == Some(goal) {
                continue;
            }
            let mut parent = None;
            for step in self.topology.way(source, goal) {
                let next = tree.steps.len();
                let at = *ids.entry((parent, step)).or_insert(next);
                if at == next {
                    tree.steps.push((step, parent, false));
                }
                parent = Some(at);
            }
            if let Some(at) = parent {
                tree.steps[at].2 = true;
            }
        }
        tree
    }

    fn link(&mut self, step: Step) -> usize {
        let next = self.links.len();
        let id = *self.link_ids.entry((step.from, step.to)).or_insert(next);
        if id == next {
            let (hop_ticks, flit_ticks) = match step.chip_link {
                true => (self.chip_links.hop_ticks, self.chip_links.flit_ticks),
                false => (self.mesh.hop_ticks, self.mesh.flit_ticks),
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
            self.queues.push(u64::from(self.mesh.queue_packets));
        }
        id
    }
}

/// Links from one router to others.
#[derive(Default)]
struct Tree {
    /// Links, each with the one before it and whether a goal lies behind.
    steps: Vec<(Step, Option<usize>, bool)>,
    /// Whether another tile of the first router takes the message.
    turns: bool,
}

impl Tree {
    /// Routers passed: one per link and the first one, which also turns messages between its own tiles.
    fn routers(&self) -> u64 {
        match self.steps.len() as u64 {
            0 => u64::from(self.turns),
            links => links + 1,
        }
    }

    fn traffic(&self, flits: u64) -> Traffic {
        let chip_hops = self.steps.iter().filter(|s| s.0.chip_link).count() as u64;
        Traffic {
            router_flits: flits * self.routers(),
            chip_flits: flits * chip_hops,
        }
    }
}
