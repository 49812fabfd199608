//! Tiles of nearby routers change places.
//!
//! First by threshold accepting (Dueck and Scheuer, J. Comput. Phys. 90, 1990): random pairs, taken also if they cost a
//! little, the less the later; then pairs in a fixed order as long as any helps. All integers, draws are hashes of a
//! counter.

use super::problem::{Best, Problem};
use super::traffic::Traffic;
use crate::graph::Message;
use crosscut_traces::random::Key;
use std::collections::BTreeMap;

/// Destinations the two steps may look at: bounds on time that are the same on every computer.
const RANDOM_WORK: u64 = 6_000_000;
const ORDERLY_WORK: u64 = 16_000_000;
/// Work of a trial beside the destinations it looks at.
const TRIAL: u64 = 8;
/// The mean cost per tile over the highest loss accepted at first.
const THRESHOLD: u64 = 2;
/// Routers between two tiles that change places, along either axis.
const REACH: i64 = 2;

/// Improves the order tile by tile.
pub(super) fn improve(problem: &mut Problem<'_>, best: &mut Best) {
    let mut swaps = Swaps::new(problem, best);
    swaps.accept_below_threshold(problem);
    swaps.hand_in(problem, best);
    let mut swaps = Swaps::new(problem, best);
    swaps.descend(problem, best);
    swaps.hand_in(problem, best);
}

/// What a tile has to do with a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Touch {
    pub message: u32,
    sends: bool,
    receives: bool,
}

/// Slots in use at routers near a place, nearer rows first.
pub(super) fn nearby(at_router: &BTreeMap<[u32; 2], Vec<u32>>, place: [u32; 2]) -> Vec<u32> {
    let mut out = Vec::new();
    for dy in -REACH..=REACH {
        for dx in -REACH..=REACH {
            let [x, y] = [i64::from(place[0]) + dx, i64::from(place[1]) + dy];
            let (Ok(x), Ok(y)) = (u32::try_from(x), u32::try_from(y)) else {
                continue;
            };
            if [x, y] != place {
                out.extend(at_router.get(&[x, y]).into_iter().flatten());
            }
        }
    }
    out
}

/// For each tile the messages it sends or receives.
pub(super) fn touching(messages: &[&Message], tiles: usize) -> Vec<Vec<Touch>> {
    let mut out = vec![Vec::new(); tiles];
    for (n, m) in messages.iter().enumerate() {
        let touch = |tile| Touch {
            message: n as u32,
            sends: tile == m.from,
            receives: m.to.binary_search(&tile).is_ok(),
        };
        for &tile in m.to.iter() {
            out[tile as usize].push(touch(tile));
        }
        if !m.to.contains(&m.from) {
            out[m.from as usize].push(touch(m.from));
        }
    }
    out
}

/// An order of tiles, with the traffic of each message.
struct Swaps {
    touching: Vec<Vec<Touch>>,
    order: Vec<u32>,
    traffic: Traffic,
    now: Vec<Traffic>,
    /// Messages that the last trial changed.
    changed: Vec<(u32, Traffic)>,
    /// Slots in use, each with its router, and the tile in each slot.
    slots: Vec<u32>,
    at_router: BTreeMap<[u32; 2], Vec<u32>>,
    tile_of: Vec<u32>,
}

impl Swaps {
    fn new(problem: &mut Problem<'_>, best: &Best) -> Swaps {
        let order = best.order.clone();
        let mut at_router: BTreeMap<[u32; 2], Vec<u32>> = BTreeMap::new();
        let mut tile_of = vec![0; problem.slots as usize];
        for (tile, &slot) in order.iter().enumerate() {
            let router = problem.place_of(slot);
            at_router.entry(router).or_default().push(slot);
            tile_of[slot as usize] = tile as u32;
        }
        Swaps {
            touching: touching(problem.messages, order.len()),
            now: problem
                .messages
                .iter()
                .map(|m| problem.meter.measure(&order, m))
                .collect(),
            traffic: best.traffic,
            changed: Vec::new(),
            slots: order.clone(),
            at_router,
            tile_of,
            order,
        }
    }

    /// Traffic if the tiles of two slots change places, which they do; `None` if nothing would change.
    fn trial(&mut self, problem: &mut Problem<'_>, slots: [u32; 2]) -> Option<Traffic> {
        problem.meter.work += TRIAL;
        let [a, b] = slots.map(|s| self.tile_of[s as usize] as usize);
        let (of_a, of_b) = (&self.touching[a], &self.touching[b]);
        // Tiles with the same part in the same messages are alike.
        if of_a == of_b {
            return None;
        }
        self.order.swap(a, b);
        self.changed.clear();
        let mut traffic = self.traffic;
        // A message in which both have the same part stays as it is. Both lists are in order of message.
        let (mut mine, mut theirs) = (of_a.iter().peekable(), of_b.iter().peekable());
        loop {
            let message = match (mine.peek(), theirs.peek()) {
                (None, None) => return Some(traffic),
                (Some(a), Some(b)) if a == b => {
                    mine.next();
                    theirs.next();
                    continue;
                }
                (Some(a), Some(b)) => a.message.min(b.message),
                (Some(t), None) | (None, Some(t)) => t.message,
            };
            mine.next_if(|t| t.message == message);
            theirs.next_if(|t| t.message == message);
            let new = problem
                .meter
                .measure(&self.order, problem.messages[message as usize]);
            traffic += new;
            traffic -= self.now[message as usize];
            self.changed.push((message, new));
        }
    }

    /// Makes the last trial the new state.
    fn keep(&mut self, slots: [u32; 2], traffic: Traffic) {
        self.tile_of.swap(slots[0] as usize, slots[1] as usize);
        self.traffic = traffic;
        for &(message, new) in &self.changed {
            self.now[message as usize] = new;
        }
    }

    /// Takes the last trial back.
    fn undo(&mut self, slots: [u32; 2]) {
        let [a, b] = slots.map(|s| self.tile_of[s as usize] as usize);
        self.order.swap(a, b);
    }

    /// A pair of slots on nearby routers, drawn by a counter.
    fn draw(&self, problem: &Problem<'_>, counter: u64) -> Option<[u32; 2]> {
        let draw = Key::new(0).bits(counter);
        let first = self.slots[(draw % self.slots.len() as u64) as usize];
        let router = problem.place_of(first);
        let side = 2 * REACH as u64 + 1;
        let step = [draw >> 32, draw >> 48].map(|d| ((d & 0xffff) % side) as i64 - REACH);
        let [x, y] = [0, 1].map(|i| i64::from(router[i]) + step[i]);
        let other = [u32::try_from(x).ok()?, u32::try_from(y).ok()?];
        let there = self.at_router.get(&other).filter(|_| other != router)?;
        let n = Key::new(1).bits(counter) % there.len() as u64;
        Some([first, there[n as usize]])
    }

    /// Makes this order the best if it is better.
    fn hand_in(self, problem: &Problem<'_>, best: &mut Best) {
        if best.improves(self.traffic, problem.chip_weight) {
            best.traffic = self.traffic;
            best.order = self.order;
        }
    }

    /// Random pairs, accepted if they cost less than a threshold that falls to nothing.
    fn accept_below_threshold(&mut self, problem: &mut Problem<'_>) {
        let weight = problem.chip_weight;
        let highest = self.traffic.cost(weight) / (self.order.len() as u64 * THRESHOLD);
        let start = problem.meter.work;
        let mut counter = 0;
        loop {
            let left = RANDOM_WORK.saturating_sub(problem.meter.work - start);
            if left == 0 {
                return;
            }
            counter += 1;
            let Some(slots) = self.draw(problem, counter) else {
                problem.meter.work += TRIAL;
                continue;
            };
            let Some(traffic) = self.trial(problem, slots) else {
                continue;
            };
            // The share of the work left, squared, in 1/1024.
            let share = left * 1024 / RANDOM_WORK;
            let threshold = highest * share * share / (1024 * 1024);
            if traffic.cost(weight) <= self.traffic.cost(weight) + threshold {
                self.keep(slots, traffic);
            } else {
                self.undo(slots);
            }
        }
    }

    /// All pairs of nearby routers in turn, until none helps.
    fn descend(&mut self, problem: &mut Problem<'_>, best: &Best) {
        let routers: Vec<([u32; 2], Vec<u32>)> = self
            .at_router
            .iter()
            .map(|(r, s)| (*r, s.clone()))
            .collect();
        let end = problem.meter.work + ORDERLY_WORK;
        let mut gained = true;
        while gained {
            gained = false;
            for ([x, y], here) in &routers {
                for other in [
                    [x + 1, *y],
                    [*x, y + 1],
                    [x + 1, y + 1],
                    [x + 2, *y],
                    [*x, y + 2],
                ] {
                    let there = self.at_router.get(&other).cloned().unwrap_or_default();
                    for slots in here
                        .iter()
                        .flat_map(|&a| there.iter().map(move |&b| [a, b]))
                    {
                        if problem.meter.work > end {
                            return;
                        }
                        let Some(traffic) = self.trial(problem, slots) else {
                            continue;
                        };
                        let weight = problem.chip_weight;
                        if traffic.cost(weight) < self.traffic.cost(weight) && best.allows(traffic)
                        {
                            self.keep(slots, traffic);
                            gained = true;
                        } else {
                            self.undo(slots);
                        }
                    }
                }
            }
        }
    }
}
