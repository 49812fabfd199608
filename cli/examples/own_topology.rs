//! A network between tiles that no machine file names: a star, all routers around one hub.
//!
//!     cargo run --release --example own_topology

use crosscut::arch::topology::{Router, Step, Topology};
use crosscut::sim::cycle::{Plan, Silent};
use crosscut::sim::estimate;
use crosscut::sim::graph::{DataflowGraph, Messages};
use crosscut::sim::place::{Meter, check_topology, place_on};
use crosscut::{Error, Experiment};

/// Router (n, 0) serves slot n; the hub is (0, 1). No packet waits for one that goes inwards while it goes outwards, so
/// one class of queues will do.
#[derive(Debug)]
struct Star;

const HUB: Router = (0, 1);

impl Topology for Star {
    fn router(&self, slot: u64) -> Router {
        (slot, 0)
    }

    fn route(&self, from: Router, to: Router) -> Vec<Step> {
        let step = |from, to| Step {
            from,
            to,
            class: 0,
            chip_link: false,
        };
        if from == to {
            return Vec::new();
        }
        vec![step(from, HUB), step(HUB, to)]
    }
}

/// What a network costs an image.
pub struct Cost {
    /// Flits x routers they pass.
    pub flit_hops: u64,
    /// Ticks until the result.
    pub latency_ticks: u64,
}

/// ResNet-20 on the machine's own mesh and on the star, tiles placed for each.
pub fn run() -> Result<[Cost; 2], Error> {
    let e = Experiment::load("isaac-8b", "resnet20")?;
    let graph = DataflowGraph::build(&e.net, &e.arch, &e.mapping)?;
    let slots = e.mapping.chips * e.arch.tiles_per_chip();
    // What engines rely on: routes that hang together, and no ring of waits.
    check_topology(&Star, slots).map_err(Error::Bug)?;

    let mesh = e.arch.topology();
    let cost = |topology: &dyn Topology| -> Result<Cost, Error> {
        let mapping = place_on(topology, &graph, &e.arch, e.mapping.clone());
        let messages = Messages::of(&graph, &e.arch, &mapping);
        let mut meter = Meter::new(topology, slots);
        let plan = Plan::with_topology(&graph, &e.arch, &mapping, topology)?;
        Ok(Cost {
            flit_hops: meter
                .sum(&mapping.placement.tile_order, messages.all())
                .flit_hops,
            latency_ticks: estimate::times(&plan, &mut Silent, &mut Silent)?.latency_ticks,
        })
    };
    let found = [cost(&*mesh)?, cost(&Star)?];
    for (name, cost) in ["mesh", "star"].iter().zip(&found) {
        println!(
            "{name}: {} flit hops, {} ticks",
            cost.flit_hops, cost.latency_ticks
        );
    }
    Ok(found)
}

#[allow(dead_code)] // A test runs `run`.
fn main() -> Result<(), Error> {
    run().map(|_| ())
}
