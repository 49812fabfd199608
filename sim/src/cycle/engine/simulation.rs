//! The loop: a tick is worked off in rounds. What is due takes effect, messages are delivered, links start, stations start.
//! Only what changed is looked at.

use super::event::Event;
use super::limits::{End, Limits};
use super::machine::{Cargo, Machine};
use super::steady::Watch;
use super::usage::Usage;
use crate::cycle::error::CycleError;
use crate::cycle::observe::Observer;
use crate::cycle::plan::Plan;

/// What a simulation found.
#[derive(Debug, Clone, PartialEq)]
pub struct Outcome {
    /// Tick at which each image's last result was finished.
    pub image_ends: Vec<u64>,
    /// Ticks between images, if states one image apart were equal.
    pub interval: Option<u64>,
    /// Where time went, until the last image was done (or the simulation stopped).
    pub usage: Usage,
    /// Firing starts, results and arrivals.
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
    let simulation = Simulation {
        machine: Machine::new(plan, limits.images),
        limits,
        observer,
        deliveries: Vec::new(),
        image_ends: Vec::new(),
        finished: 0,
        events: 0,
        watch: Watch::default(),
        usage: None,
    };
    simulation.run(progress)
}

/// A machine that is moved through time, who watches it, and what was found so far.
pub struct Simulation<'p, 'o, O> {
    pub machine: Machine<'p>,
    pub limits: &'p Limits<'p>,
    pub observer: &'o mut O,
    /// Edges over which a message was delivered in this round.
    pub deliveries: Vec<u32>,
    pub image_ends: Vec<u64>,
    /// Firings finished.
    pub finished: u64,
    /// Firing starts, results and arrivals.
    pub events: u64,
    pub watch: Watch,
    /// Where time went until the last image was done.
    pub usage: Option<Usage>,
}

impl<O: Observer> Simulation<'_, '_, O> {
    fn run(mut self, progress: &mut dyn FnMut(u64, u64)) -> Result<Outcome, CycleError> {
        let (mut due, mut list) = (Vec::new(), Vec::new());
        let mut told = 0;
        let end = loop {
            // Tick 0 has a round even if nothing is on the calendar yet.
            if self.machine.dirty.any() {
                due.clear();
                if self.machine.calendar.due_now() {
                    self.machine.calendar.take(&mut due);
                }
            } else {
                match self.machine.calendar.next_time() {
                    None => break End::Done,
                    Some(next) if next > self.machine.now => {
                        if let Some(stop) = self.between_ticks(next) {
                            break stop;
                        }
                    }
                    Some(_) => {}
                }
                let now = self.machine.calendar.take(&mut due);
                self.machine.now = now.unwrap_or(self.machine.now);
            }
            self.round(&due, &mut list);
            if self.finished >= told + 65536 {
                told = self.finished;
                let firings = self.machine.plan.firings() * self.machine.images;
                progress(told, firings);
            }
        };
        if end == End::Done && (0..self.machine.stations.len()).any(|s| self.machine.has_work(s)) {
            let tick = self.machine.now + self.watch.shift;
            return Err(self.machine.deadlock(tick));
        }
        Ok(self.outcome(end))
    }

    /// What is to be seen to when a tick is over: whether to stop, and whether the state repeats.
    fn between_ticks(&mut self, next: u64) -> Option<End> {
        if let Some(stop) = self.limits.stop(next) {
            return Some(stop);
        }
        let proven = self
            .watch
            .look(&mut self.machine, &mut self.image_ends, self.limits);
        let most = self.limits.until_steady?;
        (proven || self.image_ends.len() as u64 >= most).then_some(End::Steady)
    }

    /// One round of a tick.
    fn round(&mut self, due: &[Event], list: &mut Vec<usize>) {
        for &event in due {
            self.take_effect(event);
        }
        self.deliver();
        self.start_links();
        self.machine.dirty.drain(list);
        for &s in list.iter() {
            self.start(s);
        }
    }

    fn take_effect(&mut self, event: Event) {
        match event {
            Event::Begin(s) => self.begin(s as usize),
            Event::Written(s) => self.written(s as usize),
            Event::Wake(s) => self.machine.dirty.insert(s as usize),
            Event::Turned(route) => self.reached(route as usize),
            Event::Arrived(e) => self.arrived(e as usize),
            Event::Head(packet, hop) => self.machine.network.head(packet, hop),
            Event::Freed(link) => self.machine.network.freed(link as usize),
            Event::Left(packet, hop) => self.machine.network.left(packet, hop),
            Event::Tail(packet, hop) => {
                if let Some((route, _)) = self.machine.network.tail(packet, hop) {
                    self.reached(route);
                }
            }
        }
    }

    /// Sends what a route carries; messages of a route arrive in the order they were sent in.
    pub fn send(&mut self, route: usize, firing: u64) {
        let m = &mut self.machine;
        let plan = &m.plan.routes[route];
        if plan.hops.is_empty() {
            let at = m.now + plan.turn_ticks;
            m.calendar.push(at, Event::Turned(route as u32));
        } else {
            m.network.send(route, firing);
        }
    }

    /// The message of a route has reached every destination.
    fn reached(&mut self, route: usize) {
        match self.machine.reach(route) {
            Some(Cargo::Blocks(e)) => self.deliveries.push(e as u32),
            Some(Cargo::Sums(s)) => self.finish(s),
            None => {}
        }
    }

    /// Deliveries of this round are written to the buffers, in order of edge.
    fn deliver(&mut self) {
        if self.deliveries.is_empty() {
            return;
        }
        let mut deliveries = std::mem::take(&mut self.deliveries);
        deliveries.sort_unstable();
        for &e in &deliveries {
            let m = &mut self.machine;
            let edge = &m.plan.edges[e as usize];
            let done = m.ports.stream(edge.tiles.clone(), edge.write_ticks, m.now);
            if done > m.now {
                m.calendar.push(done, Event::Arrived(e));
            } else {
                self.arrived(e as usize);
            }
        }
        deliveries.clear();
        self.deliveries = deliveries;
    }

    /// Packets of this round join their waiting lists, and links start what they can.
    fn start_links(&mut self) {
        let m = &mut self.machine;
        m.network.join();
        m.network.start(m.now, &mut m.calendar, self.observer);
    }

    /// Station times end with the last image; counts include what followed it.
    fn outcome(self, end: End) -> Outcome {
        let m = &self.machine;
        let last = m.sums();
        let mut usage = match (self.usage, end) {
            (Some(usage), _) => usage,
            (None, End::Until) => m.usage_until(self.limits.until.unwrap_or(m.now)),
            (None, _) => m.usage_until(m.now),
        };
        for (s, l) in usage.stations.iter_mut().zip(&last.stations) {
            (s.firings, s.fired, s.last_finish) = (l.firings, l.fired, l.last_finish);
        }
        (usage.edges, usage.links, usage.tiles) = (last.edges, last.links, last.tiles);
        if let Some((before, after)) = &self.watch.period {
            usage.repeat(before, after, self.watch.skipped);
        }
        Outcome {
            image_ends: self.image_ends,
            interval: self.watch.interval,
            usage,
            events: self.events,
            skipped: self.watch.skipped,
            end,
        }
    }
}
