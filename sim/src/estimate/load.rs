//! Work of one image for every part, from the plan alone.

use crate::cycle::plan::Plan;

/// Work per image: ticks of servers, flits and packets of links.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Load {
    /// Bus of each tile.
    pub buses: Vec<u64>,
    /// Buffer port of each tile.
    pub ports: Vec<u64>,
    /// Digital units of each tile.
    pub units: Vec<u64>,
    /// Flits over each link.
    pub flits: Vec<u64>,
    /// Packets over each link.
    pub packets: Vec<u64>,
}

impl Load {
    /// Of a plan.
    pub fn of(plan: &Plan) -> Load {
        let none = vec![0; plan.tiles];
        let mut load = Load {
            buses: none.clone(),
            ports: none.clone(),
            units: none,
            flits: vec![0; plan.links.len()],
            packets: vec![0; plan.links.len()],
        };
        for station in &plan.stations {
            let firings = station.blocks.count();
            for tile in station.tiles.clone() {
                load.buses[tile] += firings * station.bus_ticks;
                load.ports[tile] += firings * station.port_ticks;
                if station.digital {
                    load.units[tile] += firings * station.occupancy;
                }
            }
            load.messages(plan, &station.reduce, station.blocks.count());
        }
        for edge in &plan.edges {
            let blocks = plan.stations[edge.from].blocks.yielding();
            for tile in edge.tiles.clone() {
                load.ports[tile] += blocks * edge.write_ticks;
            }
            load.messages(plan, &edge.routes, blocks);
        }
        load
    }

    fn messages(&mut self, plan: &Plan, routes: &[usize], times: u64) {
        for route in routes.iter().map(|&r| &plan.routes[r]) {
            for hop in &route.hops {
                self.flits[hop.link] += times * hop.flits;
                self.packets[hop.link] += times;
            }
        }
    }
}
