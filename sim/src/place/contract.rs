//! Does a topology keep the promises that placement and the cycle engine build on?

use crosscut_arch::Topology;
use crosscut_arch::topology::Router;
use petgraph::algo::is_cyclic_directed;
use petgraph::graphmap::DiGraphMap;

/// Checks the contract of [`Topology`] for every pair of the first `slots` slots: routes are connected and stay the same, and no
/// packets can wait for each other in a ring.
///
/// # Errors
/// What is broken, with the routers it is broken between.
pub fn check_topology(topology: &dyn Topology, slots: u64) -> Result<(), String> {
    let mut routers: Vec<Router> = (0..slots).map(|s| topology.router(s)).collect();
    routers.sort_unstable();
    routers.dedup();
    // A queue is a link and a class; an edge says that a packet in the one waits for a place in the other.
    let mut waits: DiGraphMap<(Router, Router, u32), ()> = DiGraphMap::new();
    for &from in &routers {
        for &to in &routers {
            let route = topology.route(from, to);
            let about = || format!("the route from router {from:?} to router {to:?}");
            if topology.route(from, to) != route {
                return Err(format!("{} differs from one call to the next", about()));
            }
            let mut at = from;
            for step in &route {
                if step.from != at || step.to == at {
                    return Err(format!("{} is not connected at {at:?}", about()));
                }
                at = step.to;
            }
            if at != to {
                return Err(format!("{} ends at {at:?}", about()));
            }
            for pair in route.windows(2) {
                let [queue, next] = [pair[0], pair[1]].map(|s| (s.from, s.to, s.class));
                waits.add_edge(queue, next, ());
            }
        }
    }
    if is_cyclic_directed(&waits) {
        return Err(
            "packets can wait for each other in a ring: links of a ring need two classes and a border".into(),
        );
    }
    Ok(())
}
