//! Runs both engines on a plan and tells where they differ.

use super::engine;
use super::log::Log;
use crosscut_sim::cycle::observe::{Firing, Observer};
use crosscut_sim::cycle::{CycleError, Limits, Outcome, Plan, Silent, simulate};
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
            let end = outcome.usage.ticks;
            log.tallies = outcome.usage.stations;
            // What begins after the run has not begun.
            for tally in &mut log.tallies {
                tally.first_begin = tally.first_begin.filter(|&begin| begin < end);
            }
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
    let tallies = |log: &Log| vec![log.tallies.clone()];
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

/// Both engines on a plan, `images` images back to back; they must say the same.
pub fn both(plan: &Plan, images: u64) -> Log {
    let stepped = engine::run(plan, images);
    if let Some(difference) = difference(&event_engine(plan, images), &stepped) {
        panic!("{difference}");
    }
    stepped
}

/// What the event engine returns for `images` images, with or without skipping what is proven to repeat.
pub fn outcome(plan: &Plan, images: u64, extrapolate: bool) -> Result<Outcome, CycleError> {
    let limits = Limits {
        images,
        extrapolate,
        ..Limits::default()
    };
    simulate(plan, &limits, &mut Silent, &mut |_, _| {})
}

/// What skipping changed, and how many images it skipped.
pub fn skipping_changes(plan: &Plan, images: u64) -> Result<u64, String> {
    let (skipping, whole) = match (outcome(plan, images, true), outcome(plan, images, false)) {
        (Ok(skipping), Ok(whole)) => (skipping, whole),
        (Err(a), Err(b)) if a == b => return Ok(0),
        (a, b) => return Err(format!("ends: {:?} and {:?}", a.err(), b.err())),
    };
    let stepped = engine::run(plan, images);
    if skipping.image_ends != stepped.images {
        let (a, b) = (&skipping.image_ends, &stepped.images);
        return Err(format!("images end at\n  {a:?}, stepped\n  {b:?}"));
    }
    if skipping.usage != whole.usage {
        let (a, b) = (&skipping.usage, &whole.usage);
        return Err(format!("usage\n  {a:?}, every image simulated\n  {b:?}"));
    }
    Ok(skipping.skipped)
}

/// Whether an interval that is said to be proven holds when stepped; 1 if one is said to be.
pub fn interval_holds(plan: &Plan, images: u64) -> Result<u64, String> {
    let limits = Limits {
        images: 24,
        until_steady: Some(24),
        ..Limits::default()
    };
    let Ok(found) = simulate(plan, &limits, &mut Silent, &mut |_, _| {}) else {
        return Ok(0);
    };
    let Some(interval) = found.interval else {
        return Ok(0);
    };
    // When no image follows, the last ones meet less traffic: they are left out.
    let known = found.image_ends.len();
    let stepped = engine::run(plan, (known + 12) as u64 + images).images;
    let ends = &stepped[known - 1..known + images as usize];
    if stepped[..known] != found.image_ends || ends.windows(2).any(|w| w[1] - w[0] != interval) {
        let found = &found.image_ends;
        return Err(format!(
            "interval {interval} is proven by {found:?}, stepped\n  {stepped:?}"
        ));
    }
    Ok(1)
}
