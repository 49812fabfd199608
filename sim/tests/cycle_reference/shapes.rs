//! ShapedNetwork through networks of every shape, written for the tests alone.

use super::draw::Draw;
use crosscut_sim::cycle::Plan;
use crosscut_sim::cycle::plan::{Hop, LinkPlan, RoutePlan};
use std::collections::BTreeMap;

/// Shape of a network; routers are numbered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// Columns and rows; routes go along x first.
    Mesh(u64, u64),
    /// The same, closed to rings; routes go in the shorter direction, forwards if both are equal, and change to a second
    /// queue at the border.
    Torus(u64, u64),
    /// Children of each router, and routers in all; routes go up to the common parent and down.
    Tree(u64, u64),
    /// Routes go in one direction, with one queue a link: may lock up.
    Ring(u64),
}

/// A step: routers before and behind, and which queue behind the link.
type Step = (u64, u64, u64);

/// One shape with its links.
pub struct ShapedNetwork {
    pub shape: Shape,
    /// Of links that have none of their own.
    pub hop_ticks: u64,
    pub flit_ticks: u64,
    pub packets: u64,
    links: BTreeMap<(u64, u64), usize>,
    queues: BTreeMap<(usize, u64), usize>,
}

/// None for an ideal network.
pub fn random_network(d: &mut Draw) -> Option<ShapedNetwork> {
    let shape = match d.below(6) {
        0 => return None,
        1 | 2 => Shape::Mesh(d.size(3) as u64, d.size(3) as u64),
        3 => Shape::Torus(d.size(5) as u64, d.size(3) as u64),
        4 => Shape::Tree(d.size(3) as u64, 1 + d.below(9)),
        _ => Shape::Ring(d.size(4) as u64),
    };
    let mut network = ShapedNetwork::new(shape);
    (network.hop_ticks, network.flit_ticks, network.packets) =
        (d.below(4), 1 + d.below(3), 1 + d.below(3));
    Some(network)
}

impl ShapedNetwork {
    pub fn new(shape: Shape) -> ShapedNetwork {
        ShapedNetwork {
            shape,
            hop_ticks: 1,
            flit_ticks: 1,
            packets: 1,
            links: BTreeMap::new(),
            queues: BTreeMap::new(),
        }
    }

    /// A router at random.
    pub fn any(&self, d: &mut Draw) -> u64 {
        d.below(match self.shape {
            Shape::Mesh(x, y) | Shape::Torus(x, y) => x * y,
            Shape::Tree(_, routers) | Shape::Ring(routers) => routers,
        })
    }

    /// From router to router.
    pub fn path(&self, from: u64, to: u64) -> Vec<Step> {
        let mut steps = Vec::new();
        let mut at = from;
        let mut crossed = [0, 0];
        while at != to {
            let (next, class) = match self.shape {
                Shape::Mesh(columns, _) => (toward(at, to, columns), 0),
                Shape::Torus(columns, rows) => round(at, to, [columns, rows], &mut crossed),
                Shape::Ring(routers) => ((at + 1) % routers, 0),
                Shape::Tree(children, _) => {
                    // The child of `at` that leads to the destination, or the parent.
                    let parent = |r: u64| (r - 1) / children;
                    let mut below = to;
                    while below > at && parent(below) != at {
                        below = parent(below);
                    }
                    (if below > at { below } else { parent(at) }, 0)
                }
            };
            steps.push((at, next, class));
            at = next;
        }
        steps
    }

    /// The tree of paths from one router to several, as a route of the plan.
    pub fn route(&mut self, plan: &mut Plan, from: u64, destinations: &[u64], flits: u64) -> usize {
        let mut steps: Vec<(Step, Option<usize>)> = Vec::new();
        let mut hops: Vec<Hop> = Vec::new();
        for &destination in destinations {
            let mut parent = None;
            for step in self.path(from, destination) {
                let known = steps.iter().position(|&s| s == (step, parent));
                parent = Some(known.unwrap_or_else(|| {
                    steps.push((step, parent));
                    hops.push(self.hop(plan, step, parent, flits));
                    hops.len() - 1
                }));
            }
            if let Some(last) = parent {
                hops[last].destination = true;
            }
        }
        plan.routes.push(RoutePlan {
            hops,
            turn_ticks: self.hop_ticks + flits * self.flit_ticks,
        });
        plan.routes.len() - 1
    }

    fn hop(
        &mut self,
        plan: &mut Plan,
        (from, to, class): Step,
        parent: Option<usize>,
        flits: u64,
    ) -> Hop {
        let link = *self.links.entry((from, to)).or_insert_with(|| {
            plan.links.push(LinkPlan {
                hop_ticks: self.hop_ticks,
                flit_ticks: self.flit_ticks,
                from: (from, 0),
                to: (to, 0),
                chip_link: false,
            });
            plan.links.len() - 1
        });
        let queue = *self.queues.entry((link, class)).or_insert_with(|| {
            plan.queues.push(self.packets);
            plan.queues.len() - 1
        });
        Hop {
            link,
            queue,
            parent,
            destination: false,
            flits,
        }
    }
}

fn toward(at: u64, to: u64, columns: u64) -> u64 {
    let closer = |a: u64, b: u64| if b > a { a + 1 } else { a - 1 };
    if at % columns != to % columns {
        closer(at % columns, to % columns) + at / columns * columns
    } else {
        at % columns + closer(at / columns, to / columns) * columns
    }
}

/// One step on the torus, and the queue: the second once the ring's border has been crossed in this dimension.
fn round(at: u64, to: u64, size: [u64; 2], crossed: &mut [u64; 2]) -> (u64, u64) {
    let place = |r: u64| [r % size[0], r / size[0]];
    let (mut here, destination) = (place(at), place(to));
    let axis = usize::from(here[0] == destination[0]);
    let n = size[axis];
    let ahead = (destination[axis] + n - here[axis]) % n;
    let next = if 2 * ahead <= n {
        (here[axis] + 1) % n
    } else {
        (here[axis] + n - 1) % n
    };
    if here[axis].abs_diff(next) > 1 {
        crossed[axis] = 1;
    }
    here[axis] = next;
    (here[0] + here[1] * size[0], crossed[axis])
}
