//! Looks for an order of tiles with less traffic: which snake, which order of layers, which tiles change places.
//!
//! Every step starts from the best so far and takes only what lowers the cost and raises neither hops, nor traffic
//! between chips, nor the number of routers above those of the in-order placement. All orders of trial are fixed, so the
//! result is a function of its input.

use super::curve::Snake;
use super::problem::{Best, Piece, Problem};
use super::relief::{self, Pace};
use super::swaps;

/// Destinations the search over layers may look at: a bound on time that is the same on every computer.
const WORK_ON_LAYERS: u64 = 12_000_000;
/// Orders of tiles that are all tried; above that the steps are taken.
const EXHAUSTIVE: u64 = 6_000;

/// Slots with less traffic than the in-order ones, or those. `pieces` are runs of tiles that stay together at first. With
/// a pace, links are not to take longer for an image.
pub(super) fn optimise(
    problem: &mut Problem<'_>,
    in_order: Vec<u32>,
    pieces: &[Piece],
    pace: Option<Pace>,
) -> Vec<u32> {
    let traffic = problem.measure(&in_order);
    let mut best = Best {
        routers: problem.routers(&in_order),
        order: in_order,
        traffic,
        limit: traffic,
    };
    if traffic.flit_hops > 0 {
        if few(best.order.len() as u64, problem.slots) {
            try_all(problem, &mut best);
        } else {
            by_layer(problem, &mut best, pieces);
            swaps::improve(problem, &mut best);
            if let Some(pace) = pace {
                relief::relieve(problem, &mut best, pace);
            }
        }
    }
    best.order
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

/// Layers laid along a snake.
struct Laid {
    order: Vec<u32>,
    /// Chips that layers sit on beyond the fewest they fit on.
    cuts: u64,
    /// Routers in use.
    routers: u64,
}

/// The in-order cost over the cost of a cut: a layer that is spread over more chips than it needs has to gain more.
const CUT: u64 = 256;

/// Every snake, then every layer at every other place of the order, until nothing is gained.
fn by_layer(problem: &mut Problem<'_>, best: &mut Best, pieces: &[Piece]) {
    let tiles = best.order.len() as u64;
    let snakes = Snake::all(problem.grid, tiles);
    let cut = best.limit.cost(problem.chip_weight) / CUT;
    let as_numbered: Vec<usize> = (0..pieces.len()).collect();
    let mut as_declared = as_numbered.clone();
    as_declared.sort_by_key(|&n| pieces[n].layer);
    let mut least = u64::MAX;
    // The first is the in-order placement, so there is always one to start from.
    let mut chosen = (snakes[0].slots(problem.grid, tiles), false, &as_numbered);
    for snake in &snakes {
        for sequence in [&as_numbered, &as_declared] {
            for whole in [false, true] {
                let curve = snake.slots(problem.grid, tiles);
                let laid = lay(problem, pieces, sequence, &curve, whole);
                if take(problem, best, laid, cut, &mut least) {
                    chosen = (curve, whole, sequence);
                }
            }
        }
    }
    let (curve, whole, sequence) = chosen;
    let mut sequence = sequence.clone();
    let end = problem.meter.work + WORK_ON_LAYERS;
    let mut gained = true;
    while gained {
        gained = false;
        for from in 0..pieces.len() {
            for to in (0..pieces.len()).filter(|&to| to != from) {
                if problem.meter.work > end {
                    return;
                }
                let mut moved = sequence.clone();
                let piece = moved.remove(from);
                moved.insert(to, piece);
                // Laying out looks at every tile once.
                problem.meter.work += best.order.len() as u64;
                let laid = lay(problem, pieces, &moved, &curve, whole);
                if take(problem, best, laid, cut, &mut least) {
                    sequence = moved;
                    gained = true;
                }
            }
        }
    }
}

/// Makes an order the best if it and its cuts cost less than the least so far.
fn take(problem: &mut Problem<'_>, best: &mut Best, laid: Laid, cut: u64, least: &mut u64) -> bool {
    let traffic = problem.measure(&laid.order);
    let cost = traffic.cost(problem.chip_weight) + cut * laid.cuts;
    let better = best.allows(traffic) && laid.routers <= best.routers && cost < *least;
    if better {
        *least = cost;
        best.order = laid.order;
        best.traffic = traffic;
    }
    better
}

/// Pieces one after another along the curve. `whole` moves a piece to the next chip rather than cutting it once more
/// than needed, as far as the chips have slots to spare.
fn lay(
    problem: &Problem<'_>,
    pieces: &[Piece],
    sequence: &[usize],
    curve: &[Vec<u32>; 2],
    whole: bool,
) -> Laid {
    let per_chip = problem.grid.tiles_per_chip();
    let tiles: u64 = pieces.iter().map(|p| p.tiles.len() as u64).sum();
    let mut spare = problem.slots - tiles;
    let mut order = vec![0; tiles as usize];
    let (mut at, mut cuts, mut routers) = (0, 0, 0);
    let per_router = problem.grid.tiles_per_router();
    for &n in sequence {
        let piece = pieces[n].tiles.clone();
        let length = piece.len() as u64;
        let left = per_chip - at % per_chip;
        let extra = (at % per_chip + length - 1) / per_chip - (length - 1) / per_chip;
        if whole && extra > 0 && left <= spare {
            spare -= left;
            at += left;
        } else {
            cuts += extra;
        }
        for tile in piece {
            let (chip, local) = (at / per_chip, at % per_chip);
            let slot = curve[chip as usize % 2][local as usize];
            order[tile as usize] = chip as u32 * per_chip as u32 + slot;
            // A curve fills router after router.
            routers += u64::from(u64::from(slot) % per_router == 0);
            at += 1;
        }
    }
    Laid {
        order,
        cuts,
        routers,
    }
}
