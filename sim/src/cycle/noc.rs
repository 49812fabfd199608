//! Network between tiles: a mesh of routers, XY routing, every link a server.
//!
//! A message is multicast along the tree of XY paths from its source router to every router it must reach; each link
//! of the tree carries the whole message once. A link takes the message when its head has arrived and the link is
//! free, holds it for `flits x flit_ticks`, and hands the head on after `hop_ticks`. Between two tiles that share a
//! router a message passes that router once, for `hop_ticks + flits x flit_ticks`; within a tile it takes no time.
//! Where tiles sit, the mapping's [`Grid`] says; a hop between two chips is timed like any other hop.
//!
//! Simplifications: queues are unbounded (no back-pressure); a link between chips has the speed of a link on a chip;
//! ports between tile and router are never contended; a message takes all its links when it is sent, so that a later
//! message waits for an earlier one even if it could have passed a common link before it.

use crate::map::Grid;
use crosscut_arch::{Arch, Mesh, Noc};
use std::collections::BTreeMap;

type LinkKey = ((u64, u64), (u64, u64));

/// All links that any message uses, and when each is free.
#[derive(Default)]
pub struct Links {
    index: BTreeMap<LinkKey, u32>,
    free: Vec<u64>,
}

impl Links {
    fn id(&mut self, key: LinkKey) -> u32 {
        let next = self.index.len() as u32;
        let id = *self.index.entry(key).or_insert(next);
        if id == next {
            self.free.push(0);
        }
        id
    }

    /// How many links there are.
    pub fn count(&self) -> usize {
        self.free.len()
    }

    /// All links free at tick 0.
    pub fn reset(&mut self) {
        self.free.fill(0);
    }
}

/// The way of one kind of message.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Route {
    /// Links in order from the source; each with the index of the hop before it in this list.
    hops: Vec<(u32, Option<usize>)>,
    /// Whether a tile on the source's own router takes the message, and no tile further away does.
    turns: bool,
    /// Flits of one message.
    pub flits: u64,
    /// Hops that leave a chip.
    pub chip_hops: u64,
    /// Flits through routers, and between chips, of messages that travel elsewhere at the same time (replicas in
    /// lock-step); they count but take no time.
    beside: [u64; 2],
}

impl Route {
    /// The tree from one tile to a set of tiles.
    pub fn multicast(
        grid: &Grid,
        links: &mut Links,
        from: u64,
        to: impl Iterator<Item = u64>,
        flits: u64,
    ) -> Route {
        let mut tree: BTreeMap<(u64, u64), Option<usize>> =
            BTreeMap::from([(grid.router(from), None)]);
        let mut route = Route {
            flits,
            ..Route::default()
        };
        let mut last = None;
        let mut neighbour = false;
        for tile in to {
            let goal = grid.router(tile);
            neighbour |= tile != from && goal == grid.router(from);
            if last == Some(goal) {
                continue;
            }
            last = Some(goal);
            let mut at = grid.router(from);
            while at != goal {
                let next = step(at, goal);
                if !tree.contains_key(&next) {
                    route.chip_hops += u64::from(grid.chip(at) != grid.chip(next));
                    route.hops.push((links.id((at, next)), tree[&at]));
                    tree.insert(next, Some(route.hops.len() - 1));
                }
                at = next;
            }
        }
        route.turns = neighbour && route.hops.is_empty();
        route
    }

    /// This message with another one that travels elsewhere at the same time.
    pub fn beside(mut self, other: &Route) -> Route {
        self.beside[0] += other.flit_hops();
        self.beside[1] += other.chip_flits();
        self
    }

    /// The links used, by number.
    pub fn links(&self) -> impl Iterator<Item = usize> + '_ {
        self.hops.iter().map(|&(link, _)| link as usize)
    }

    /// How many links are used.
    pub fn length(&self) -> u64 {
        self.hops.len() as u64
    }

    /// Flits through routers of one message and those beside it: one per link and one more in the first router, which
    /// also turns messages between its own tiles.
    pub fn flit_hops(&self) -> u64 {
        let routers = match self.length() {
            0 => u64::from(self.turns),
            links => links + 1,
        };
        self.flits * routers + self.beside[0]
    }

    /// Flits of one message and those beside it that leave a chip.
    pub fn chip_flits(&self) -> u64 {
        self.flits * self.chip_hops + self.beside[1]
    }

    /// Sends a message at `time`; returns when its tail has reached every goal. `heads` is scratch space.
    pub fn send(&self, mesh: &Mesh, links: &mut Links, time: u64, heads: &mut Vec<u64>) -> u64 {
        let hold = self.flits * mesh.flit_ticks;
        if self.hops.is_empty() {
            let turn = if self.turns { mesh.hop_ticks + hold } else { 0 };
            return time + turn;
        }
        heads.clear();
        let mut latest = time;
        for &(link, before) in &self.hops {
            let head = before.map_or(time, |b| heads[b]);
            let free = &mut links.free[link as usize];
            let depart = head.max(*free);
            *free = depart + hold;
            heads.push(depart + mesh.hop_ticks);
            latest = latest.max(depart + mesh.hop_ticks + hold);
        }
        latest
    }
}

/// One hop of XY routing: x first.
fn step(at: (u64, u64), goal: (u64, u64)) -> (u64, u64) {
    let toward = |a: u64, b: u64| if b > a { a + 1 } else { a - 1 };
    if at.0 != goal.0 {
        (toward(at.0, goal.0), at.1)
    } else {
        (at.0, toward(at.1, goal.1))
    }
}

/// The mesh whose delays count: none on an ideal network, none on a phased machine, whose phases include transport.
pub fn timed_mesh(arch: &Arch) -> Option<Mesh> {
    match (arch.noc, arch.phased()) {
        (Noc::Mesh(m), None) => Some(m),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mesh_arch() -> Arch {
        crosscut_arch::load("reram-64", &["noc.mesh.tiles_per_router=1".into()]).expect("preset")
    }

    #[test]
    fn two_messages_share_a_link_in_turn() {
        let arch = mesh_arch();
        let (grid, mut links, mesh) = (Grid::new(&arch), Links::default(), arch.mesh());
        // Tiles 0, 1, 2 stand in a row, one router each; hop 3 ticks, 1 tick a flit.
        let far = Route::multicast(&grid, &mut links, 0, [2].into_iter(), 10);
        let near = Route::multicast(&grid, &mut links, 1, [2].into_iter(), 10);
        let mut scratch = Vec::new();
        // Alone: two hops of 3, then 10 flits.
        assert_eq!(far.send(&mesh, &mut links, 0, &mut scratch), 16);
        // The link 1 -> 2 was taken at tick 3 for 10 ticks: the second message waits until 13, then 3 + 10.
        assert_eq!(near.send(&mesh, &mut links, 5, &mut scratch), 26);
        links.reset();
        assert_eq!(near.send(&mesh, &mut links, 5, &mut scratch), 18);
        assert_eq!((far.flit_hops(), near.flit_hops()), (30, 20));
    }

    #[test]
    fn a_tree_uses_each_link_once() {
        let arch = mesh_arch();
        let (grid, mut links) = (Grid::new(&arch), Links::default());
        // Tiles 1 and 2 lie on the same way; tile 14 is in the second row of the snake, x = 1.
        let route = Route::multicast(&grid, &mut links, 0, [1, 2, 14].into_iter(), 1);
        assert_eq!(grid.router(14), (1, 1));
        assert_eq!(route.length(), 3);
        assert_eq!(
            Route::multicast(&grid, &mut links, 5, [5].into_iter(), 4).flit_hops(),
            0
        );
    }

    #[test]
    fn tiles_of_one_router_pass_it_once() {
        let arch = crosscut_arch::load("reram-64", &[]).expect("preset");
        let (grid, mut links, mesh) = (Grid::new(&arch), Links::default(), arch.mesh());
        assert_eq!(mesh.tiles_per_router, 4);
        let route = Route::multicast(&grid, &mut links, 0, 1..4, 10);
        assert_eq!((route.length(), route.flit_hops()), (0, 10));
        // One router of 3 ticks, then ten flits.
        assert_eq!(route.send(&mesh, &mut links, 7, &mut Vec::new()), 20);
        // With a goal one router further on: that router too, and the turn is part of the first.
        let far = Route::multicast(&grid, &mut links, 0, 1..5, 10);
        assert_eq!((far.length(), far.flit_hops()), (1, 20));
    }

    #[test]
    fn each_chip_has_routers_of_its_own() {
        // 3 x 3 tiles, 4 a router: 3 routers on a grid 2 wide and 2 high.
        let set = ["chip.tiles_x=3".into(), "chip.tiles_y=3".into()];
        let grid = Grid::new(&crosscut_arch::load("reram-64", &set).expect("preset"));
        assert_eq!(grid.router(8), (1, 1));
        assert_eq!(grid.router(9), (2, 0));
        assert_eq!(grid.router(18), (4, 0));
    }

    #[test]
    fn flits_between_chips_are_counted() {
        let arch = crosscut_arch::load("isaac-ce", &[]).expect("preset");
        let (grid, mut links) = (Grid::new(&arch), Links::default());
        // 168 tiles, 4 a router: 7 x 6 routers in a snake, so tile 167 hangs on router (0, 5) and tile 168, the first of
        // the next chip, on (7, 0): 7 links in x, one of them between the chips, and 5 in y.
        let route = Route::multicast(&grid, &mut links, 167, [168].into_iter(), 10);
        assert_eq!(grid.router(167), (0, 5));
        assert_eq!(grid.router(168), (7, 0));
        assert_eq!((route.length(), route.flit_hops()), (12, 130));
        assert_eq!(route.chip_flits(), 10);
    }
}
