//! The part that is busy longest with one image, before anything runs: a lower bound of the interval.

use super::plan::Plan;

/// A part of the mapped machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// The crossbars or the digital units of a station.
    Station(usize),
    /// The bus of a tile; the station that takes it longest.
    Bus(usize),
    /// The ports of a tile's buffer; the station that reads most, or whose values are written most.
    Port(usize),
    /// The digital units of a tile; the station that takes them longest.
    Unit(usize),
    /// A link of the network; the edge whose messages take it longest.
    Link(usize),
    /// A link of the network; the station whose partial sums take it longest.
    Sums(usize),
}

/// The busiest part and its ticks; stations first, then buses, ports, units and links among equals.
pub fn busiest(plan: &Plan) -> (Part, u64) {
    let best = busiest_in_tiles(plan);
    match link_loads(plan).busiest() {
        Some(link) if link.1 > best.1 => link,
        _ => best,
    }
}

/// The busiest part that is no link.
fn busiest_in_tiles(plan: &Plan) -> (Part, u64) {
    let mut best = (Part::Station(plan.sink), 0);
    let mut keep = |(part, ticks)| {
        if ticks > best.1 {
            best = (part, ticks);
        }
    };
    let [mut buses, mut ports, mut units] = [(); 3].map(|()| Loads::new(plan.tiles));
    for (n, s) in plan.stations.iter().enumerate() {
        let firings = s.blocks.count();
        keep((Part::Station(n), firings * s.occupancy));
        for tile in s.tiles.clone() {
            buses.add(tile, Part::Bus(n), firings * s.bus_ticks);
            ports.add(tile, Part::Port(n), firings * s.port_ticks);
            if s.digital {
                units.add(tile, Part::Unit(n), firings * s.occupancy);
            }
        }
    }
    for e in &plan.edges {
        let blocks = plan.stations[e.from].blocks.yielding();
        for tile in e.tiles.clone() {
            ports.add(tile, Part::Port(e.from), blocks * e.write_ticks);
        }
    }
    for servers in [&buses, &ports, &units] {
        servers.busiest().map(&mut keep);
    }
    best
}

/// Ticks of the busiest part of all, and of the busiest part that is no link: the second does not depend on where tiles sit.
pub fn busiest_with_and_without_links(plan: &Plan) -> (u64, u64) {
    let without = busiest_in_tiles(plan).1;
    let links = link_loads(plan).busiest().map_or(0, |(_, ticks)| ticks);
    (without.max(links), without)
}

/// Ticks of one image on every link.
fn link_loads(plan: &Plan) -> Loads {
    let mut loads = Loads::new(plan.links.len());
    let mut messages = |routes: &[usize], part, firings: u64| {
        for route in routes.iter().map(|&r| &plan.routes[r]) {
            for hop in &route.hops {
                let ticks = hop.flits * plan.links[hop.link].flit_ticks;
                loads.add(hop.link, part, firings * ticks);
            }
        }
    };
    for (i, e) in plan.edges.iter().enumerate() {
        let blocks = plan.stations[e.from].blocks.yielding();
        messages(&e.routes, Part::Link(i), blocks);
    }
    for (n, s) in plan.stations.iter().enumerate() {
        messages(&s.reduce, Part::Sums(n), s.blocks.count());
    }
    loads
}

/// Ticks of each server of a kind, and who takes most of them.
struct Loads(Vec<Load>);

#[derive(Clone, Copy, Default)]
struct Load {
    ticks: u64,
    most: Option<(Part, u64)>,
}

impl Loads {
    fn new(servers: usize) -> Loads {
        Loads(vec![Load::default(); servers])
    }

    fn add(&mut self, server: usize, part: Part, ticks: u64) {
        let load = &mut self.0[server];
        load.ticks += ticks;
        if load.most.is_none_or(|(_, most)| ticks > most) {
            load.most = Some((part, ticks));
        }
    }

    fn busiest(&self) -> Option<(Part, u64)> {
        // The first of several equally busy ones.
        let load = self.0.iter().rev().max_by_key(|l| l.ticks)?;
        Some((load.most?.0, load.ticks))
    }
}
