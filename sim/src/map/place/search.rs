//! Looks for an order of tiles with less traffic: which snake, which order of layers, which tiles change places.
//!
//! Every step starts from the best so far and takes only what lowers the cost and raises neither hops nor traffic between
//! chips above those of the in-order placement. All orders of trial are fixed, so the result is a function of its input.

use super::curve::Snake;
use super::meter::{Meter, Traffic};
use super::swaps;
use crate::map::grid::Grid;
use crate::map::traffic::Message;
use std::ops::Range;

/// Goals the search over layers may look at: a bound on time that is the same on every computer.
const WORK_ON_LAYERS: u64 = 12_000_000;
/// Orders of tiles that are all tried; above that the steps are taken.
const EXHAUSTIVE: u64 = 6_000;

/// Messages between tiles on a grid of slots.
pub(super) struct Problem<'a> {
    grid: &'a Grid,
    pub messages: &'a [Message],
    pub slots: u64,
    pub chip_weight: u64,
    pub meter: Meter,
}

impl<'a> Problem<'a> {
    pub fn new(
        grid: &'a Grid,
        messages: &'a [Message],
        slots: u64,
        chip_weight: u64,
    ) -> Problem<'a> {
        Problem {
            grid,
            messages,
            slots,
            chip_weight,
            meter: Meter::new(grid, slots),
        }
    }

    /// Traffic of one image with tiles in the given slots.
    pub fn measure(&mut self, order: &[u32]) -> Traffic {
        let mut sum = Traffic::default();
        for m in self.messages {
            sum += self.meter.measure(order, m);
        }
        sum
    }
}

/// The best order found.
pub(super) struct Best {
    pub order: Vec<u32>,
    pub traffic: Traffic,
    /// In-order traffic, not to be exceeded.
    limit: Traffic,
}

impl Best {
    /// Whether neither hops nor traffic between chips exceed those of the in-order placement.
    pub fn allows(&self, traffic: Traffic) -> bool {
        traffic.within(self.limit)
    }

    pub fn improves(&self, traffic: Traffic, chip_weight: u64) -> bool {
        self.allows(traffic) && traffic.cost(chip_weight) < self.traffic.cost(chip_weight)
    }

    fn offer(&mut self, problem: &mut Problem<'_>, order: Vec<u32>) -> bool {
        let traffic = problem.measure(&order);
        let better = self.improves(traffic, problem.chip_weight);
        if better {
            self.order = order;
            self.traffic = traffic;
        }
        better
    }
}

/// Slots with less traffic than the in-order ones, or those. `pieces` are runs of tiles that stay together at first;
/// `by_tile` allows single tiles to move afterwards.
pub(super) fn optimise(
    problem: &mut Problem<'_>,
    in_order: Vec<u32>,
    pieces: &[Range<u32>],
    by_tile: bool,
) -> (Vec<u32>, Traffic) {
    let traffic = problem.measure(&in_order);
    let mut best = Best {
        order: in_order,
        traffic,
        limit: traffic,
    };
    if traffic.flit_hops > 0 {
        if by_tile && few(best.order.len() as u64, problem.slots) {
            try_all(problem, &mut best);
        } else {
            by_layer(problem, &mut best, pieces);
            if by_tile {
                swaps::improve(problem, &mut best);
            }
        }
    }
    (best.order, best.traffic)
}

/// Whether `slots! / (slots - tiles)!` orders are few enough to try.
fn few(tiles: u64, slots: u64) -> bool {
    let mut orders = 1u64;
    (0..tiles).all(|n| {
        orders = orders.saturating_mul(slots - n);
        orders <= EXHAUSTIVE
    })
}

fn try_all(problem: &mut Problem<'_>, best: &mut Best) {
    fn extend(problem: &mut Problem<'_>, best: &mut Best, order: &mut Vec<u32>, tiles: usize) {
        if order.len() == tiles {
            best.offer(problem, order.clone());
            return;
        }
        for slot in 0..problem.slots as u32 {
            if !order.contains(&slot) {
                order.push(slot);
                extend(problem, best, order, tiles);
                order.pop();
            }
        }
    }
    let tiles = best.order.len();
    extend(problem, best, &mut Vec::with_capacity(tiles), tiles);
}

/// Layers along a snake: every snake, then every layer at every other place of the order, until nothing is gained.
fn by_layer(problem: &mut Problem<'_>, best: &mut Best, pieces: &[Range<u32>]) {
    let per_chip = problem.grid.tiles_per_chip();
    let mut sequence: Vec<usize> = (0..pieces.len()).collect();
    let mut chosen = None;
    let snakes = Snake::all(problem.grid);
    for (snake, whole) in snakes.iter().flat_map(|s| [(s, false), (s, true)]) {
        let curve = snake.slots(problem.grid, per_chip);
        let order = lay(problem, pieces, &sequence, &curve, whole);
        if best.offer(problem, order) {
            chosen = Some((curve, whole));
        }
    }
    let (curve, whole) = chosen.unwrap_or_else(|| (snakes[0].slots(problem.grid, per_chip), false));
    let end = problem.meter.work + WORK_ON_LAYERS;
    let mut gained = true;
    while gained {
        gained = false;
        for from in 0..pieces.len() {
            for to in 0..pieces.len() {
                if problem.meter.work > end {
                    return;
                }
                let mut moved = sequence.clone();
                let piece = moved.remove(from);
                moved.insert(to, piece);
                // Laying out looks at every tile once.
                problem.meter.work += best.order.len() as u64;
                let order = lay(problem, pieces, &moved, &curve, whole);
                if from != to && best.offer(problem, order) {
                    sequence = moved;
                    gained = true;
                }
            }
        }
    }
}

/// Pieces one after another along the curve. `whole` moves a piece to the next chip rather than cutting it once more
/// than needed, as far as the chips have slots to spare.
fn lay(
    problem: &Problem<'_>,
    pieces: &[Range<u32>],
    sequence: &[usize],
    curve: &[Vec<u32>; 2],
    whole: bool,
) -> Vec<u32> {
    let per_chip = problem.grid.tiles_per_chip();
    let tiles: u64 = pieces.iter().map(|p| p.len() as u64).sum();
    let mut spare = problem.slots - tiles;
    let mut order = vec![0; tiles as usize];
    let mut at = 0;
    for &n in sequence {
        let piece = pieces[n].clone();
        let length = piece.len() as u64;
        let left = per_chip - at % per_chip;
        let cuts = (at % per_chip + length - 1) / per_chip;
        if whole && cuts > (length - 1) / per_chip && left <= spare {
            spare -= left;
            at += left;
        }
        for tile in piece {
            let (chip, local) = (at / per_chip, at % per_chip);
            let slot = curve[chip as usize % 2][local as usize];
            order[tile as usize] = chip as u32 * per_chip as u32 + slot;
            at += 1;
        }
    }
    order
}
