//! The event engine: moves a plan through time by the rules of `docs/timing.md`.
//!
//! A tick is worked off in rounds: what is due takes effect, links start, stations start. Only what changed is looked at.

mod deadlock;
mod dirty;
mod event;
mod gate;
mod network;
mod servers;
mod station;
mod steady;
mod tally;
mod usage;

pub use network::LinkTally;
pub use tally::Tally;
pub use usage::{EdgeUse, TileUse, Usage};

use super::CycleError;
use super::observe::Observer;
use super::plan::Plan;
use dirty::Dirty;
use event::{Calendar, Event};
use network::Network;
use servers::Servers;
use station::{EdgeState, StationState};
use std::sync::atomic::{AtomicBool, Ordering};
use steady::Watch;

/// How far a simulation goes.
#[derive(Debug, Clone, Copy)]
pub struct Limits<'a> {
    /// Images, back to back.
    pub images: u64,
    /// Stop as soon as the steady state is proven.
    pub until_steady: bool,
    /// Skip images whose course is proven to repeat; the result is the same.
    pub extrapolate: bool,
    /// Stop before the first tick beyond this one.
    pub until: Option<u64>,
    /// Stop soon after this is set.
    pub interrupt: Option<&'a AtomicBool>,
}

impl Default for Limits<'_> {
    /// One image to its end.
    fn default() -> Self {
        Limits {
            images: 1,
            until_steady: false,
            extrapolate: true,
            until: None,
            interrupt: None,
        }
    }
}

/// Why a simulation ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// Every image is done.
    Done,
    /// The steady state is proven, as asked.
    Steady,
    /// The last tick asked for is reached.
    Until,
    /// It was interrupted.
    Interrupted,
}

/// What a simulation found.
#[derive(Debug, Clone, PartialEq)]
pub struct Outcome {
    /// Tick at which each image's last result was finished.
    pub image_ends: Vec<u64>,
    /// Ticks between images, if states one image apart were equal.
    pub interval: Option<u64>,
    /// Where time went, until the last image was done (or the simulation stopped).
    pub usage: Usage,
    /// Firing starts, results, arrivals and hops.
    pub events: u64,
    /// Images that were skipped because their course was proven.
    pub skipped: u64,
    /// Why it ended.
    pub end: End,
}

/// Runs a plan.
///
/// # Errors
/// [`CycleError::Deadlock`] if nothing can go on before the end.
pub fn simulate<O: Observer>(
    plan: &Plan,
    limits: &Limits<'_>,
    observer: &mut O,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<Outcome, CycleError> {
    Simulation::new(plan, limits, observer).run(progress)
}

struct Simulation<'p, 'o, O> {
    plan: &'p Plan,
    limits: &'p Limits<'p>,
    observer: &'o mut O,
    now: u64,
    calendar: Calendar,
    stations: Vec<StationState>,
    edges: Vec<EdgeState>,
    /// What a route carries: the blocks of an edge, or the partial sums of a station.
    cargo: Vec<Cargo>,
    buses: Servers,
    ports: Servers,
    units: Servers,
    network: Network<'p>,
    /// Stations to look at in this round.
    dirty: Dirty,
    /// Edges over which a message was delivered in this round.
    deliveries: Vec<u32>,
    images: u64,
    image_ends: Vec<u64>,
    finished: u64,
    events: u64,
    watch: Watch,
    usage: Option<Usage>,
}

#[derive(Debug, Clone, Copy)]
enum Cargo {
    Blocks(usize),
    Sums(usize),
}

impl<'p, 'o, O: Observer> Simulation<'p, 'o, O> {
    fn new(plan: &'p Plan, limits: &'p Limits<'p>, observer: &'o mut O) -> Self {
        let mut cargo = vec![Cargo::Blocks(0); plan.routes.len()];
        for (e, edge) in plan.edges.iter().enumerate() {
            if let Some(route) = edge.route {
                cargo[route] = Cargo::Blocks(e);
            }
        }
        for (s, station) in plan.stations.iter().enumerate() {
            if let Some(route) = station.reduce {
                cargo[route] = Cargo::Sums(s);
            }
        }
        Simulation {
            plan,
            limits,
            observer,
            now: 0,
            calendar: Calendar::default(),
            stations: plan.stations.iter().map(StationState::new).collect(),
            edges: plan.edges.iter().map(|e| EdgeState::new(plan, e)).collect(),
            cargo,
            buses: Servers::new(plan.tiles),
            ports: Servers::new(plan.tiles),
            units: Servers::new(plan.tiles),
            network: Network::new(plan),
            dirty: Dirty::new(plan.stations.len()),
            deliveries: Vec::new(),
            images: limits.images,
            image_ends: Vec::new(),
            finished: 0,
            events: 0,
            watch: Watch::default(),
            usage: None,
        }
    }

    fn run(mut self, progress: &mut dyn FnMut(u64, u64)) -> Result<Outcome, CycleError> {
        for s in 0..self.stations.len() {
            self.set_gates(s);
            self.ready(s);
        }
        let mut due = Vec::new();
        let mut list = Vec::new();
        let mut end = End::Done;
        let mut told = 0;
        loop {
            // Tick 0 has a round even if nothing is on the calendar yet.
            if self.dirty.any() {
                due.clear();
                if self.calendar.due_now() {
                    self.calendar.take(&mut due);
                }
            } else {
                match self.calendar.next_time() {
                    None => break,
                    Some(next) if next > self.now => {
                        if let Some(stop) = self.between_ticks(next) {
                            end = stop;
                            break;
                        }
                    }
                    Some(_) => {}
                }
                self.now = self.calendar.take(&mut due).unwrap_or(self.now);
            }
            self.round(&due, &mut list);
            if self.finished >= told + 65536 {
                told = self.finished;
                progress(told, self.plan.firings() * self.images);
            }
        }
        let left = |s: usize| !self.is_done(s) || !self.stations[s].pending.is_empty();
        if end == End::Done && (0..self.stations.len()).any(left) {
            return Err(self.deadlock());
        }
        Ok(self.outcome(end))
    }

    /// What is to be seen to when a tick is over: whether to stop, and whether the state repeats.
    fn between_ticks(&mut self, next: u64) -> Option<End> {
        if self.limits.until.is_some_and(|until| next > until) {
            return Some(End::Until);
        }
        let interrupted = |flag: &AtomicBool| flag.load(Ordering::Relaxed);
        if self.limits.interrupt.is_some_and(interrupted) {
            return Some(End::Interrupted);
        }
        let proven = self.look_for_repetition();
        (proven && self.limits.until_steady).then_some(End::Steady)
    }

    fn round(&mut self, due: &[Event], list: &mut Vec<usize>) {
        for &event in due {
            self.take_effect(event);
        }
        if !self.deliveries.is_empty() {
            self.deliver();
        }
        self.network.join();
        self.network
            .start(self.now, &mut self.calendar, self.observer);
        self.dirty.drain(list);
        for &s in list.iter() {
            self.start(s);
        }
    }

    fn take_effect(&mut self, event: Event) {
        match event {
            Event::Begin(s) => self.begin(s as usize),
            Event::Written(s) => self.written(s as usize),
            Event::Wake(s) => self.dirty.insert(s as usize),
            Event::Turned(route) => self.reached(route as usize),
            Event::Arrived(e) => self.arrived(e as usize),
            Event::Head(packet, hop) => self.network.head(packet, hop),
            Event::Left(packet, hop) => self.network.left(packet, hop),
            Event::Tail(packet, hop) => {
                if let Some((route, _)) = self.network.tail(packet, hop) {
                    self.reached(route);
                }
            }
        }
    }

    /// Sends what a route carries; messages of a route arrive in the order they were sent in.
    fn send(&mut self, route: usize, firing: u64) {
        let plan = &self.plan.routes[route];
        if plan.hops.is_empty() {
            let at = self.now + plan.turn_ticks;
            self.calendar.push(at, Event::Turned(route as u32));
        } else {
            self.network.send(route, firing);
        }
    }

    /// The message of a route has reached every goal.
    fn reached(&mut self, route: usize) {
        match self.cargo[route] {
            Cargo::Blocks(e) => self.deliveries.push(e as u32),
            Cargo::Sums(s) => self.finish(s),
        }
    }

    /// Deliveries of this round are written to the buffers, in order of edge.
    fn deliver(&mut self) {
        let mut deliveries = std::mem::take(&mut self.deliveries);
        deliveries.sort_unstable();
        for &e in &deliveries {
            let edge = &self.plan.edges[e as usize];
            let done = self
                .ports
                .stream(edge.tiles.clone(), edge.write_ticks, self.now);
            if done > self.now {
                self.calendar.push(done, Event::Arrived(e));
            } else {
                self.arrived(e as usize);
            }
        }
        deliveries.clear();
        self.deliveries = deliveries;
    }
}
