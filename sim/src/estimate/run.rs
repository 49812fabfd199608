//! The estimate as a cycle run would report it: the same counts, the same split of time.

use super::recurrence::Recurrence;
use super::tally::Tallies;
use super::{Expected, Load, times};
use crate::cycle::observe::Observer;
use crate::cycle::plan::Plan;
use crate::cycle::{self, done_with_it};
use crate::cycle::{CycleError, CycleResult, EdgeUse, End, ImageStream, LinkTally, TileUse, Usage};
use crate::record::Both;

/// Estimates a mapped network; `alone` observes the first image, `stream` all that were needed for the interval.
///
/// # Errors
/// [`CycleError::Deadlock`] if stations wait for each other in a ring.
pub fn run(
    plan: &Plan,
    alone: &mut impl Observer,
    stream: &mut impl Observer,
) -> Result<CycleResult, CycleError> {
    let mut tallies = Tallies::new(plan, u64::MAX);
    let found = times(plan, &mut Both(alone, &mut tallies), stream)?;
    let expected = Expected::of(plan, &found);
    let latency = expected.latency_ticks;
    if tallies.exceeds(latency) {
        tallies = Tallies::new(plan, latency);
        Recurrence::new(plan).image(&mut tallies)?;
    }
    let begins = tallies.stations.iter().filter_map(|t| t.first_begin);
    let ends = done_with_it(plan, &tallies.stations);
    let usage = usage(plan, latency, &tallies);
    let (stations, counts) = cycle::stations(plan, &tallies.stations, &usage.edges, latency);
    Ok(CycleResult {
        latency_ticks: latency,
        fill_ticks: begins.max().unwrap_or(latency).min(latency),
        drain_ticks: latency - ends.min(latency),
        interval_ticks: expected.interval_ticks,
        interval_proven: found.interval_proven && expected.interval_ticks == found.interval_ticks,
        stations,
        edges: usage.edges.clone(),
        links: usage.links.clone(),
        tiles: usage.tiles.clone(),
        stream: ImageStream {
            images: found.image_ends.len() as u64,
            image_ends: found.image_ends,
            usage,
            skipped: 0,
        },
        counts,
        unfinished: Vec::new(),
        events: 0,
        end: End::Done,
        first_image_done: true,
    })
}

/// Work of one image in closed form; how far buffers fill is not known.
fn usage(plan: &Plan, ticks: u64, tallies: &Tallies<'_>) -> Usage {
    let load = Load::of(plan);
    let tiles = load.buses.iter().zip(&load.ports).zip(&load.units);
    let edges = plan.edges.iter().map(|e| {
        let blocks = plan.stations[e.from].blocks.yielding();
        EdgeUse {
            sent: blocks,
            arrived: blocks,
            peak: 0,
        }
    });
    let links = plan.links.iter().zip(&load.flits).zip(&load.packets);
    Usage {
        ticks,
        stations: tallies.stations.clone(),
        edges: edges.collect(),
        links: links
            .map(|((l, &flits), &packets)| LinkTally {
                busy: flits * l.flit_ticks,
                flits,
                packets,
            })
            .collect(),
        tiles: tiles
            .map(|((&bus, &port), &unit)| TileUse { bus, port, unit })
            .collect(),
    }
}
