//! Images back to back until each station repeats itself.
//!
//! An image depends on those before it through free times and releases alone. If every station has moved by a constant
//! (its own) from image to image, as often as the deepest buffer reaches back, nothing a firing waits for can come later
//! than that constant allows, and the rest repeats: along an edge the producer must not fall behind the consumer, and
//! against a bounded edge the consumer not behind the producer.

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

/// Evaluates so many images; returns the tick at which each was done.
///
/// # Errors
/// As [`times`].
pub fn images(plan: &Plan, images: u64, seen: &mut impl Observer) -> Result<Vec<u64>, CycleError> {
    let mut machine = Recurrence::new(plan);
    (0..images).map(|_| machine.image(seen)).collect()
}

struct Steady {
    /// Begins of the image before, by station.
    begins: Vec<Vec<u64>>,
    /// By how much each station moved; nothing if not all of its firings by the same.
    shifts: Vec<Option<u64>>,
    /// Images in a row that moved by the same.
    same: u64,
    /// How many are enough.
    enough: u64,
}

impl Steady {
    fn new(plan: &Plan, machine: &Recurrence<'_>) -> Steady {
        let stations = plan.stations.len();
        let reach = plan.edges.iter().map(|e| {
            let blocks = plan.stations[e.from].blocks.yielding();
            e.capacity.unwrap_or(0).div_ceil(blocks)
        });
        Steady {
            begins: (0..stations).map(|s| machine.begins(s).to_vec()).collect(),
            shifts: vec![None; stations],
            same: 0,
            enough: reach.max().unwrap_or(0) + 1,
        }
    }

    /// Takes in one more image; whether the rest is known.
    fn seen(&mut self, plan: &Plan, machine: &Recurrence<'_>) -> bool {
        let mut all = true;
        for (s, before) in self.begins.iter_mut().enumerate() {
            let begins = machine.begins(s);
            let shift = begins[0] - before[0];
            let uniform = begins
                .iter()
                .zip(before.iter())
                .all(|(b, a)| b - a == shift);
            let shift = uniform.then_some(shift);
            all &= uniform && self.shifts[s] == shift;
            self.shifts[s] = shift;
            before.copy_from_slice(begins);
        }
        let follows = |from: usize, to: usize| self.shifts[from] <= self.shifts[to];
        let stable = plan
            .edges
            .iter()
            .all(|e| follows(e.from, e.to) && (e.capacity.is_none() || follows(e.to, e.from)));
        self.same = if all && stable { self.same + 1 } else { 0 };
        self.same >= self.enough
    }
}
