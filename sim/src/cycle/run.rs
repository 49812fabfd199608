//! A run: one image alone for its latency, then images back to back for the interval.

use super::busiest::busiest;
use super::engine::{EdgeUse, End, Limits, Outcome, Tally, simulate};
use super::error::CycleError;
use super::observe::{Observer, Observers, Silent};
use super::plan::{EdgePlan, Plan, StationPlan};
use super::result::{CycleResult, ImageStream, StationTiming};
use crate::counts::Counts;
use crate::graph::BlockClass;
use std::sync::atomic::AtomicBool;

/// What to simulate beside one image alone.
#[derive(Debug, Clone, Copy, Default)]
pub struct RunOptions<'a> {
    /// Images back to back; without a number as many as it takes to prove the steady state, 48 at most;
    /// fewer, but 16, where an image takes packets over more than 10 million / 48 links.
    pub images: Option<u64>,
    /// Simulate every image even if its course is proven to repeat; for observers and for tests.
    pub every_image: bool,
    /// Stop before the first tick beyond this one.
    pub until: Option<u64>,
    /// Stop soon after this is set; the result is partial.
    pub interrupt: Option<&'a AtomicBool>,
}

/// Images looked at in search of the steady state: at most 48, fewer where an image takes packets over many links, but 16.
const SEARCH: u64 = 48;
const LEAST: u64 = 16;
const HOPS: u64 = 10_000_000;
/// Images that follow those looked at, so that the machine does not run empty.
const BEHIND: u64 = 16;

/// Images to simulate at most in search of the steady state.
fn search(plan: &Plan) -> u64 {
    let hops = |routes: &[usize], times: u64| -> u64 {
        let hops = routes.iter().map(|&r| plan.routes[r].hops.len() as u64);
        hops.sum::<u64>() * times
    };
    let sums = plan
        .stations
        .iter()
        .map(|s| hops(&s.reduce, s.blocks.count()));
    let blocks = |e: &EdgePlan| plan.stations[e.from].blocks.yielding();
    let values = plan.edges.iter().map(|e| hops(&e.routes, blocks(e)));
    let of_image = sums.chain(values).sum::<u64>();
    (HOPS / of_image.max(1)).clamp(LEAST, SEARCH)
}

/// Runs a plan in the engine alone. `time::run_plan` also holds the interval to what the estimate proves.
///
/// # Errors
/// [`CycleError::Deadlock`] if the machine locks up.
pub fn run_plan<A: Observer, S: Observer>(
    plan: &Plan,
    options: &RunOptions<'_>,
    observers: Observers<'_, A, S>,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<CycleResult, CycleError> {
    let limits = Limits {
        until: options.until,
        interrupt: options.interrupt,
        extrapolate: !options.every_image,
        ..Limits::default()
    };
    let alone = simulate(plan, &limits, observers.alone, progress)?;
    let searched = search(plan);
    let stopped = |o: &Outcome| matches!(o.end, End::Until | End::Interrupted);
    let limits = Limits {
        images: options.images.unwrap_or(searched + BEHIND),
        until_steady: options.images.is_none().then_some(searched),
        ..limits
    };
    let stream = if stopped(&alone) || limits.images == 1 {
        alone.clone()
    } else {
        simulate(plan, &limits, observers.stream, progress)?
    };
    let mut events = alone.events + stream.events;
    let (interval, interval_proven) = match stream.interval {
        Some(ticks) => (Some(ticks), true),
        None if stopped(&stream) => (mean_interval(&stream.image_ends), false),
        None if plan.is_free_of_contention() => (Some(plan.busiest_ticks()), true),
        None if options.images.is_none() => (mean_interval(&stream.image_ends), false),
        // One image, or a few, may not show the steady state, and the last ones leave an emptying machine.
        None => {
            let most = searched.max(limits.images);
            let limits = Limits {
                images: most + BEHIND,
                until_steady: Some(most),
                ..limits
            };
            let search = simulate(plan, &limits, &mut Silent, progress)?;
            events += search.events;
            let mean = mean_interval(&search.image_ends);
            (search.interval.or(mean), search.interval.is_some())
        }
    };
    let interval = interval.unwrap_or(alone.usage.ticks);
    let steady = Steady {
        // While buffers fill up, images may follow each other faster than the busiest part can go on.
        interval: if interval_proven || stopped(&stream) {
            interval
        } else {
            interval.max(busiest(plan).1)
        },
        interval_proven,
        events,
    };
    Ok(result(plan, alone, stream, &steady))
}

/// Every station of a run of `ticks` ticks, and the actions of all of them.
pub(crate) fn stations(
    plan: &Plan,
    tallies: &[Tally],
    edges: &[EdgeUse],
    ticks: u64,
) -> (Vec<StationTiming>, Counts) {
    let each = tallies.iter().enumerate();
    let stations: Vec<StationTiming> = each
        .map(|(s, tally)| StationTiming::new(plan, s, tally, edges, ticks))
        .collect();
    let mut counts = Counts::default();
    stations.iter().for_each(|s| counts += &s.counts);
    (stations, counts)
}

/// When the first station of the machine is done with an image; the source belongs to the host.
pub(crate) fn done_with_it(plan: &Plan, stations: &[Tally]) -> u64 {
    let all = plan.stations.iter().zip(stations);
    let inside = all.filter(|(s, _)| !s.outside);
    inside.map(|(_, t)| t.last_finish).min().unwrap_or(u64::MAX)
}

struct Steady {
    interval: u64,
    interval_proven: bool,
    events: u64,
}

/// Mean distance of images over the second half of them, rounded up.
fn mean_interval(ends: &[u64]) -> Option<u64> {
    let first = ends.len() / 2;
    let (from, to) = (ends.get(first)?, ends.last()?);
    let images = (ends.len() - 1 - first) as u64;
    (images > 0).then(|| (to - from).div_ceil(images))
}

fn result(plan: &Plan, alone: Outcome, stream: Outcome, steady: &Steady) -> CycleResult {
    let end = match (alone.end, stream.end) {
        (End::Done, End::Steady) => End::Done,
        (End::Done, other) => other,
        (other, _) => other,
    };
    let latency = alone.usage.ticks;
    let (stations, counts) = stations(plan, &alone.usage.stations, &alone.usage.edges, latency);
    let ends = done_with_it(plan, &alone.usage.stations);
    let begins = alone.usage.stations.iter().filter_map(|t| t.first_begin);
    let mut unfinished = unfinished(plan, &alone, 1);
    if !matches!(stream.end, End::Steady) {
        unfinished.extend(self::unfinished(
            plan,
            &stream,
            stream.image_ends.len() as u64,
        ));
    }
    CycleResult {
        latency_ticks: latency,
        fill_ticks: begins.max().unwrap_or(latency).min(latency),
        drain_ticks: latency - ends.min(latency),
        interval_ticks: steady.interval,
        interval_proven: steady.interval_proven,
        edges: alone.usage.edges.clone(),
        links: alone.usage.links.clone(),
        tiles: alone.usage.tiles.clone(),
        stations,
        stream: ImageStream {
            images: stream.image_ends.len() as u64,
            image_ends: stream.image_ends,
            usage: stream.usage,
            skipped: stream.skipped,
        },
        counts,
        unfinished,
        events: steady.events,
        first_image_done: !alone.image_ends.is_empty(),
        end,
    }
}

/// Stations that did not fire once per block of every image, did not yield every output position, or whose blocks did
/// not all arrive: none, unless the engine is at fault.
fn unfinished(plan: &Plan, outcome: &Outcome, images: u64) -> Vec<String> {
    let whole = |(s, t): &(&StationPlan, &Tally)| {
        let positions = (s.blocks.height * s.blocks.width) as u64;
        let classes = BlockClass::ALL.into_iter().zip(t.fired);
        let yielded = classes.map(|(class, n)| {
            let [rows, columns] = s.blocks.extent(class);
            n * (rows * columns) as u64
        });
        let arrived = s.outputs.iter().all(|&e| {
            let edge = outcome.usage.edges[e];
            (edge.sent, edge.arrived) == (s.blocks.yielding() * images, edge.sent)
        });
        arrived && (t.firings, yielded.sum()) == (s.blocks.count() * images, positions * images)
    };
    let stations = plan.stations.iter().zip(&outcome.usage.stations);
    stations
        .filter(|s| !whole(s))
        .map(|(s, _)| s.name.clone())
        .collect()
}

/// Steady interval without contention: the station that is busy longest.
pub fn bottleneck_ticks(result: &CycleResult) -> u64 {
    let ticks = |s: &StationTiming| s.firings * s.firing_interval_ticks;
    result.stations.iter().map(ticks).max().unwrap_or(0)
}
