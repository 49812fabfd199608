//! Runs both engines on a plan and tells where they differ.

use super::engine;
use super::log::Log;
use crosscut_sim::cycle::observe::{Firing, Observer};
use crosscut_sim::cycle::{CycleError, Limits, Outcome, Plan, simulate};
use std::fmt::Debug;

/// Writes down what the event engine tells.
struct Recorder {
    log: Log,
}

impl Observer for Recorder {
    fn fired(&mut self, station: usize, firing: u64, times: &Firing) {
        let firings = &mut self.log.firings[station];
        assert_eq!(firings.len() as u64, firing, "firings of station {station}");
        firings.push(*times);
    }

    fn fill(&mut self, edge: usize, tick: u64, held: u64) {
        self.log.fills[edge].push((tick, held));
    }

    fn hop(&mut self, link: usize, route: usize, start: u64, end: u64) {
        self.log.hops.push((link, route, start, end));
    }

    fn arrived(&mut self, edge: usize, tick: u64) {
        self.log.arrivals[edge].push(tick);
    }

    fn image(&mut self, image: u64, tick: u64) {
        assert_eq!(self.log.images.len() as u64, image, "images");
        self.log.images.push(tick);
    }
}

/// The last of each tick, without those that change nothing.
fn by_tick(fills: &[(u64, u64)]) -> Vec<(u64, u64)> {
    let mut out: Vec<(u64, u64)> = Vec::new();
    for (i, &(tick, held)) in fills.iter().enumerate() {
        let last_of_tick = fills.get(i + 1).is_none_or(|next| next.0 > tick);
        if last_of_tick && out.last().map_or(0, |f| f.1) != held {
            out.push((tick, held));
        }
    }
    out
}

/// Every image simulated, everything recorded.
pub fn event_engine(plan: &Plan, images: u64) -> Log {
    let mut recorder = Recorder {
        log: Log {
            firings: vec![Vec::new(); plan.stations.len()],
            arrivals: vec![Vec::new(); plan.edges.len()],
            fills: vec![Vec::new(); plan.edges.len()],
            ..Log::default()
        },
    };
    let limits = Limits {
        images,
        extrapolate: false,
        ..Limits::default()
    };
    let outcome = simulate(plan, &limits, &mut recorder, &mut |_, _| {});
    let mut log = recorder.log;
    log.hops
        .sort_unstable_by_key(|&(link, route, start, end)| (start, link, route, end));
    log.fills = log.fills.iter().map(|f| by_tick(f)).collect();
    match outcome {
        Ok(outcome) => {
            assert_eq!(
                outcome.image_ends, log.images,
                "images as told and returned"
            );
            log.tallies = outcome.usage.stations;
            log.edges = outcome.usage.edges;
        }
        Err(CycleError::Deadlock { tick, .. }) => log.stuck = Some(tick),
        Err(e) => panic!("{e}"),
    }
    log
}

/// The first difference of two lists of lists, told in words.
fn first<T: PartialEq + Debug>(what: &str, event: &[Vec<T>], stepped: &[Vec<T>]) -> Option<String> {
    event
        .iter()
        .zip(stepped)
        .enumerate()
        .find_map(|(i, (a, b))| {
            let at = (0..a.len().max(b.len())).find(|&k| a.get(k) != b.get(k))?;
            Some(format!(
                "{what} {i}, number {at}:\n  event engine {:?}\n  stepped      {:?}",
                a.get(at),
                b.get(at)
            ))
        })
}

/// What the engines disagree on.
pub fn difference(event: &Log, stepped: &Log) -> Option<String> {
    let hops = |log: &Log| vec![log.hops.clone()];
    let images = |log: &Log| vec![log.images.clone()];
    let edges = |log: &Log| vec![log.edges.clone()];
    let closed = |s: usize| {
        stepped.firings[s]
            .iter()
            .all(|f| Some(&f.begin) < stepped.images.last())
    };
    let tallies = |log: &Log| {
        vec![
            log.tallies
                .iter()
                .enumerate()
                .map(|(s, t)| closed(s).then_some(*t))
                .collect(),
        ]
    };
    let first_difference = first("firings of station", &event.firings, &stepped.firings)
        .or_else(|| first("hops", &hops(event), &hops(stepped)))
        .or_else(|| first("arrivals over edge", &event.arrivals, &stepped.arrivals))
        .or_else(|| first("images", &images(event), &images(stepped)))
        .or_else(|| first("stuck at", &[vec![event.stuck]], &[vec![stepped.stuck]]))
        .or_else(|| first("fill of edge", &event.fills, &stepped.fills));
    if first_difference.is_some() || stepped.stuck.is_some() {
        return first_difference;
    }
    first("edge use", &edges(event), &edges(stepped))
        .or_else(|| first("tally", &tallies(event), &tallies(stepped)))
}

/// Both engines on a plan, so many images back to back; they must say the same.
pub fn both(plan: &Plan, images: u64) -> Log {
    let stepped = engine::run(plan, images);
    if let Some(difference) = difference(&event_engine(plan, images), &stepped) {
        panic!("{difference}");
    }
    stepped
}

/// The event engine skipping what is proven to repeat.
pub fn extrapolated(plan: &Plan, images: u64) -> Result<Outcome, CycleError> {
    let limits = Limits {
        images,
        ..Limits::default()
    };
    simulate(
        plan,
        &limits,
        &mut crosscut_sim::cycle::Silent,
        &mut |_, _| {},
    )
}
