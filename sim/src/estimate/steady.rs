//! Images back to back until each station repeats itself.
//!
//! An image depends on those before it through free times and releases alone. If every station has moved by a constant
//! (its own) from one image to the next, nothing a firing waits for can come later than that constant allows, and the rest
//! repeats: along an edge the producer must not fall behind the consumer, against a bounded edge the consumer not behind the
//! producer, and the blocks that make room must go on to do so in time.

use super::recurrence::Recurrence;
use crate::cycle::CycleError;
use crate::cycle::observe::Observer;
use crate::cycle::plan::Plan;
use crate::record::Both;

/// Images tried at most.
const IMAGES: u64 = 64;

/// Time without contention.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Estimate {
    /// Ticks of one image.
    pub latency_ticks: u64,
    /// Ticks between images in steady state.
    pub interval_ticks: u64,
    /// Whether the interval is proven to repeat; else it is the last one seen.
    pub interval_proven: bool,
    /// Tick at which each image evaluated was done.
    pub image_ends: Vec<u64>,
}

/// Evaluates images until the interval is found; `alone` observes the first, `stream` all of them.
///
/// # Errors
/// [`CycleError::Deadlock`] if stations wait for each other in a ring.
pub fn times(
    plan: &Plan,
    alone: &mut impl Observer,
    stream: &mut impl Observer,
) -> Result<Estimate, CycleError> {
    let mut machine = Recurrence::new(plan);
    let latency_ticks = machine.image(&mut Both(alone, &mut *stream))?;
    let mut found = Estimate {
        latency_ticks,
        interval_ticks: latency_ticks,
        interval_proven: false,
        image_ends: vec![latency_ticks],
    };
    let mut steady = Steady::new(plan, &machine);
    let mut end = latency_ticks;
    for _ in 1..IMAGES {
        let next = machine.image(stream)?;
        found.image_ends.push(next);
        found.interval_ticks = next - end;
        end = next;
        if steady.seen(plan, &machine) {
            found.interval_proven = true;
            break;
        }
    }
    Ok(found)
}

/// Evaluates `images` images; returns the tick at which each was done.
///
/// # Errors
/// As [`times`].
pub fn images(plan: &Plan, images: u64, seen: &mut impl Observer) -> Result<Vec<u64>, CycleError> {
    let mut machine = Recurrence::new(plan);
    (0..images).map(|_| machine.image(seen)).collect()
}

/// How each station moved from image to image.
struct Steady {
    /// By station: starts and begins of the image before.
    times: Vec<[Vec<u64>; 2]>,
    /// By edge: arrivals of the image before.
    arrivals: Vec<Vec<u64>>,
    /// By how much each station moved; nothing if not all of its firings, and the blocks it sent, by the same.
    shifts: Vec<Option<u64>>,
    /// Images in a row that moved by the same.
    same: u64,
}

impl Steady {
    fn new(plan: &Plan, machine: &Recurrence<'_>) -> Steady {
        let stations = 0..plan.stations.len();
        Steady {
            shifts: vec![None; stations.len()],
            times: stations
                .map(|s| machine.times(s).map(<[u64]>::to_vec))
                .collect(),
            arrivals: (0..plan.edges.len())
                .map(|e| machine.arrivals(e).to_vec())
                .collect(),
            same: 0,
        }
    }

    /// Takes in one more image; whether the rest is known.
    fn seen(&mut self, plan: &Plan, machine: &Recurrence<'_>) -> bool {
        let mut all = true;
        for (s, before) in self.times.iter_mut().enumerate() {
            let [starts, begins] = machine.times(s);
            let by = begins[0] - before[1][0];
            // Every one of them is to be noted.
            let mut uniform = moved(&mut before[0], starts, by) & moved(&mut before[1], begins, by);
            for &e in &plan.stations[s].outputs {
                uniform &= moved(&mut self.arrivals[e], machine.arrivals(e), by);
            }
            let shift = uniform.then_some(by);
            all &= shift.is_some() && self.shifts[s] == shift;
            self.shifts[s] = shift;
        }
        let follows = |from: usize, to: usize| self.shifts[from] <= self.shifts[to];
        let stable = plan
            .edges
            .iter()
            .all(|e| follows(e.from, e.to) && (e.capacity.is_none() || follows(e.to, e.from)));
        self.same = if all && stable { self.same + 1 } else { 0 };
        self.same > 0 && (0..plan.edges.len()).all(|e| self.lasts(plan, machine, e))
    }

    /// Whether the room of an edge will go on to be what it was: blocks take their places in time, and where they were
    /// waited for, all of those that made room moved by the same.
    fn lasts(&self, plan: &Plan, machine: &Recurrence<'_>, e: usize) -> bool {
        let edge = &plan.edges[e];
        let (Some(capacity), Some(shift)) = (edge.capacity, self.shifts[edge.from]) else {
            return true;
        };
        let reach = capacity.div_ceil(plan.stations[edge.from].blocks.yielding()) + 1;
        if machine.waited_for_room(e) {
            return self.same >= reach;
        }
        machine.has_room(e, shift)
    }
}

/// Whether all times moved by the same since they were noted; notes them.
fn moved(before: &mut [u64], now: &[u64], by: u64) -> bool {
    let same = before.iter().zip(now).all(|(b, n)| b + by == *n);
    before.copy_from_slice(now);
    same
}
