//! Busy links: where one is taken for most of the time that the slowest layer takes for an image, tiles change places until
//! none is, or nothing helps.
//!
//! The search before it lowers flits x routers, which may lead too many of them over one link. Here the excess of all links
//! over that share is lowered, as the sum of its squares. From the busiest link on, the tiles of the messages
//! that take it longest change places with tiles of nearby routers; the first change that helps is made. Hops and traffic
//! between chips stay within those of the in-order placement.

use super::problem::{Best, Problem};
use super::swaps::{Touch, nearby, touching};
use super::traffic::Traffic;
use crosscut_arch::topology::Router;
use rustc_hash::FxHashMap as HashMap;
use std::collections::BTreeMap;

/// Links of messages that may be looked at: a bound on time that is the same on every computer.
const WORK: u64 = 6_000_000;
/// Messages of a link whose tiles are tried.
const MESSAGES: usize = 24;

/// How fast links are, and how long they may take.
#[derive(Debug, Clone, Copy)]
pub(super) struct Pace {
    /// Ticks of an image for which a link may be taken.
    pub links: u64,
    /// Ticks of a flit on a link of the chip, and between chips.
    pub flit: [u64; 2],
}

/// Links by number, and how long each is taken.
struct Links<'a, 'p> {
    problem: &'a mut Problem<'p>,
    pace: Pace,
    numbers: HashMap<(Router, Router), u32>,
    ways: HashMap<(Router, Router), Vec<(u32, bool)>>,
    ticks: Vec<u64>,
    /// By link: the last message that was led over it.
    seen: Vec<u64>,
    led: u64,
    work: u64,
}

impl Links<'_, '_> {
    /// Links of a message with tiles in the given slots, and its ticks on each.
    fn way(&mut self, order: &[u32], message: u32) -> Vec<(u32, u64)> {
        let m = self.problem.messages[message as usize];
        let from = self.problem.router(order[m.from as usize]);
        self.led += 1;
        let mut out = Vec::new();
        for &tile in m.to.iter() {
            let to = self.problem.router(order[tile as usize]);
            if to == from {
                continue;
            }
            if !self.ways.contains_key(&(from, to)) {
                let steps = self.problem.topology.route(from, to);
                let links = steps.into_iter().map(|s| {
                    let next = self.numbers.len() as u32;
                    let link = *self.numbers.entry((s.from, s.to)).or_insert(next);
                    (link, s.chip_link)
                });
                let links = links.collect();
                self.ways.insert((from, to), links);
                self.ticks.resize(self.numbers.len(), 0);
                self.seen.resize(self.numbers.len(), 0);
            }
            for &(link, between) in &self.ways[&(from, to)] {
                self.work += 1;
                if self.seen[link as usize] != self.led {
                    self.seen[link as usize] = self.led;
                    let ticks = m.flits * m.times * self.pace.flit[usize::from(between)];
                    out.push((link, ticks));
                }
            }
        }
        out
    }

    fn excess(&self, link: u32) -> u128 {
        let over = self.ticks[link as usize].saturating_sub(self.pace.links);
        u128::from(over) * u128::from(over)
    }

    /// Puts ticks on links or takes them off; returns how much excess was added and taken away.
    fn change(&mut self, way: &[(u32, u64)], add: bool) -> [u128; 2] {
        let mut changed = [0; 2];
        for &(link, ticks) in way {
            changed[1] += self.excess(link);
            let own = &mut self.ticks[link as usize];
            *own = if add { *own + ticks } else { *own - ticks };
            changed[0] += self.excess(link);
        }
        changed
    }
}

/// Lowers the excess of busy links.
pub(super) fn relieve(problem: &mut Problem<'_>, best: &mut Best, pace: Pace) {
    let touching = touching(problem.messages, best.order.len());
    let mut at_router: BTreeMap<[u32; 2], Vec<u32>> = BTreeMap::new();
    let mut tile_of: HashMap<u32, usize> = HashMap::default();
    for (tile, &slot) in best.order.iter().enumerate() {
        at_router
            .entry(problem.place_of(slot))
            .or_default()
            .push(slot);
        tile_of.insert(slot, tile);
    }
    let messages = problem.messages.len() as u32;
    let mut links = Links {
        problem,
        pace,
        numbers: HashMap::default(),
        ways: HashMap::default(),
        ticks: Vec::new(),
        seen: Vec::new(),
        led: 0,
        work: 0,
    };
    let mut ways: Vec<Vec<(u32, u64)>> = Vec::new();
    for message in 0..messages {
        let way = links.way(&best.order, message);
        links.change(&way, true);
        ways.push(way);
    }
    loop {
        let busiest = (0..links.ticks.len() as u32).max_by_key(|&l| (links.ticks[l as usize], !l));
        let Some(busiest) = busiest.filter(|&l| links.excess(l) > 0) else {
            return;
        };
        let on = |w: &Vec<(u32, u64)>| w.iter().find(|l| l.0 == busiest).map(|l| l.1);
        let mut loads: Vec<(u64, usize)> = ways
            .iter()
            .enumerate()
            .filter_map(|(m, w)| Some((on(w)?, m)))
            .collect();
        loads.sort_unstable_by_key(|&(ticks, m)| (std::cmp::Reverse(ticks), m));
        let mut tiles: Vec<u64> = Vec::new();
        for &(_, m) in loads.iter().take(MESSAGES) {
            let message = links.problem.messages[m];
            for tile in std::iter::once(message.from).chain(message.to.iter().copied()) {
                if !tiles.contains(&tile) {
                    tiles.push(tile);
                }
            }
        }
        let mut helped = false;
        'tiles: for tile in tiles.into_iter().map(|t| t as usize) {
            let place = links.problem.place_of(best.order[tile]);
            for slot in nearby(&at_router, place) {
                if links.work > WORK {
                    return;
                }
                let other = tile_of[&slot];
                if try_swap(&mut links, best, &touching, &mut ways, [tile, other]) {
                    tile_of.insert(best.order[tile], tile);
                    tile_of.insert(best.order[other], other);
                    helped = true;
                    break 'tiles;
                }
            }
        }
        if !helped {
            return;
        }
    }
}

/// Lets two tiles change places if that lowers the excess; whether it did.
fn try_swap(
    links: &mut Links<'_, '_>,
    best: &mut Best,
    touching: &[Vec<Touch>],
    ways: &mut [Vec<(u32, u64)>],
    [a, b]: [usize; 2],
) -> bool {
    links.work += 8;
    let mut touched: Vec<u32> = touching[a]
        .iter()
        .chain(&touching[b])
        .map(|t| t.message)
        .collect();
    touched.sort_unstable();
    touched.dedup();
    let mut traffic: Traffic = best.traffic;
    let (mut added, mut gone) = (0u128, 0u128);
    let mut count = |[more, less]: [u128; 2]| {
        added += more;
        gone += less;
    };
    for &m in &touched {
        let message = links.problem.messages[m as usize];
        traffic -= links.problem.meter.measure(&best.order, message);
        count(links.change(&ways[m as usize], false));
    }
    best.order.swap(a, b);
    let mut new = Vec::with_capacity(touched.len());
    for &m in &touched {
        let message = links.problem.messages[m as usize];
        traffic += links.problem.meter.measure(&best.order, message);
        let way = links.way(&best.order, m);
        count(links.change(&way, true));
        new.push(way);
    }
    if added < gone && best.allows(traffic) {
        best.traffic = traffic;
        for (&m, way) in touched.iter().zip(new) {
            ways[m as usize] = way;
        }
        return true;
    }
    for way in &new {
        links.change(way, false);
    }
    best.order.swap(a, b);
    for &m in &touched {
        links.change(&ways[m as usize], true);
    }
    false
}
