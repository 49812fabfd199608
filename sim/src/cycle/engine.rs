//! The event loop.
//!
//! Three kinds of events: a station looks whether it can fire; a firing's result is written; a message with a firing's
//! values has arrived at a consumer. Stations fire in order of firings, images back to back. All replicas of a layer
//! fire in lock-step. Buffers between stations are unbounded.

use super::bus::Buses;
use super::noc::{Links, Route};
use super::wheel::Wheel;
use crate::graph::{Blocks, Window};
use crosscut_arch::Mesh;
use std::collections::VecDeque;

/// What the loop needs to know of a station.
pub(super) struct Spec {
    pub fetch: u64,
    pub occupancy: u64,
    pub drain: u64,
    /// Tiles whose buses a fetch takes, and for how many ticks.
    pub tiles: std::ops::Range<usize>,
    pub bus_ticks: u64,
    /// Partial sums on their way to the tile that adds them.
    pub reduce: Route,
    pub blocks: Blocks,
    /// Incoming edges.
    pub inputs: Vec<usize>,
    /// Outgoing edges.
    pub outputs: Vec<usize>,
}

/// What the loop needs to know of an edge.
pub(super) struct Edge {
    pub from: usize,
    pub to: usize,
    pub window: Window,
    pub route: Route,
}

/// What the loop found out about a station. Busy and waiting ticks are those before the end of the first image: a
/// layer may work on beyond it, on values that nothing uses (the last row before a pool that drops it).
#[derive(Debug, Clone, Default)]
pub(super) struct Trace {
    pub firings: u64,
    pub first_start: u64,
    pub busy: u64,
    pub wait_input: u64,
    pub wait_bus: u64,
    pub last_end: u64,
    /// Every tick from the first start to here is booked as busy or waiting.
    booked: u64,
    /// Firings that may reach beyond the end, oldest first: begin, and ticks of waiting for the bus before it.
    open: VecDeque<(u64, u64)>,
}

#[derive(Clone, Copy)]
enum Event {
    Look(u32),
    Written(u32),
    Arrived(u32),
}

struct State {
    /// Next firing, over all images.
    next: u64,
    /// Earliest start of the next firing.
    free: u64,
    /// Firings whose result is written, over all images.
    written: u64,
    /// Whether a look is already on the calendar.
    waiting: bool,
    trace: Trace,
}

/// Outcome of the loop.
pub(super) struct Outcome {
    /// Tick at which each image's last result is written.
    pub image_end: Vec<u64>,
    pub traces: Vec<Trace>,
    pub events: u64,
}

pub(super) struct Engine<'a> {
    pub specs: &'a [Spec],
    pub edges: &'a [Edge],
    pub sink: usize,
    /// Delays of the network; `None` where it has none.
    pub mesh: Option<Mesh>,
    pub images: u64,
}

impl Engine<'_> {
    /// Runs until every image is done. `progress` is told of finished firings of the sink now and then.
    pub fn run(
        &self,
        links: &mut Links,
        buses: &mut Buses,
        progress: &mut dyn FnMut(u64, u64),
    ) -> Outcome {
        let mut run = Run {
            engine: self,
            links,
            buses,
            wheel: Wheel::default(),
            arrived: vec![0; self.edges.len()],
            states: self
                .specs
                .iter()
                .map(|_| State {
                    next: 0,
                    free: 0,
                    written: 0,
                    waiting: true,
                    trace: Trace::default(),
                })
                .collect(),
            image_end: Vec::new(),
            heads: Vec::new(),
        };
        for station in 0..self.specs.len() {
            run.wheel.push(0, Event::Look(station as u32));
        }
        let total: u64 = self.specs.iter().map(|s| s.blocks.count()).sum::<u64>() * self.images;
        let (mut events, mut done) = (0u64, 0u64);
        while let Some((now, event)) = run.wheel.pop() {
            events += 1;
            match event {
                Event::Look(s) => {
                    run.states[s as usize].waiting = false;
                    run.look(s as usize, now);
                }
                Event::Written(s) => {
                    run.written(s as usize, now);
                    done += 1;
                    if done.is_multiple_of(65536) {
                        progress(done, total);
                    }
                }
                Event::Arrived(e) => {
                    run.arrived[e as usize] += 1;
                    run.look(self.edges[e as usize].to, now);
                }
            }
        }
        progress(total, total);
        let end = run.image_end.first().copied().unwrap_or(u64::MAX);
        let traces = run
            .states
            .into_iter()
            .zip(self.specs)
            .map(|(mut state, spec)| {
                state.trace.close(spec.occupancy, end);
                state.trace
            })
            .collect();
        Outcome {
            image_end: run.image_end,
            traces,
            events,
        }
    }
}

struct Run<'a> {
    engine: &'a Engine<'a>,
    links: &'a mut Links,
    buses: &'a mut Buses,
    wheel: Wheel<Event>,
    /// Producer firings that have arrived over each edge.
    arrived: Vec<u64>,
    states: Vec<State>,
    image_end: Vec<u64>,
    heads: Vec<u64>,
}

impl Run<'_> {
    /// Fires the station if its window is there and its crossbars are free.
    fn look(&mut self, s: usize, now: u64) {
        let spec = &self.engine.specs[s];
        let per_image = spec.blocks.count();
        let state = &self.states[s];
        if state.next == per_image * self.engine.images || !self.window_is_there(s, state.next) {
            return;
        }
        if state.free > now {
            self.look_at(s, state.free);
            return;
        }
        let on_bus = if spec.bus_ticks > 0 {
            self.buses.transfer(spec.tiles.clone(), spec.bus_ticks, now)
        } else {
            now
        };
        let begin = (now + spec.fetch).max(on_bus);
        let written = begin + spec.occupancy + spec.drain;
        let state = &mut self.states[s];
        let certain = self.image_end.first().map_or(now, |&end| end.min(now));
        let bus = begin - (now + spec.fetch);
        state.trace.fire(begin, bus, spec.occupancy, certain);
        state.next += 1;
        state.free = (begin + spec.occupancy).saturating_sub(spec.fetch).max(now);
        let free = state.free;
        self.wheel.push(written, Event::Written(s as u32));
        if self.states[s].next < per_image * self.engine.images {
            self.look_at(s, free);
        }
    }

    fn look_at(&mut self, s: usize, time: u64) {
        if !self.states[s].waiting {
            self.states[s].waiting = true;
            self.wheel.push(time, Event::Look(s as u32));
        }
    }

    fn window_is_there(&self, s: usize, firing: u64) -> bool {
        let spec = &self.engine.specs[s];
        let per_image = spec.blocks.count();
        let (image, n) = (firing / per_image, firing % per_image);
        spec.inputs.iter().all(|&e| {
            let edge = &self.engine.edges[e];
            let producer = &self.engine.specs[edge.from].blocks;
            self.arrived[e]
                >= image * producer.count() + edge.window.need(producer, &spec.blocks, n)
        })
    }

    /// The result of a firing leaves the pipeline: partial sums meet, values go to the consumers.
    fn written(&mut self, s: usize, now: u64) {
        let spec = &self.engine.specs[s];
        let now = match &self.engine.mesh {
            Some(mesh) => spec.reduce.send(mesh, self.links, now, &mut self.heads),
            None => now,
        };
        let state = &mut self.states[s];
        state.written += 1;
        state.trace.last_end = state.trace.last_end.max(now);
        if s == self.engine.sink && state.written.is_multiple_of(spec.blocks.count()) {
            self.image_end.push(now);
        }
        for &e in &spec.outputs {
            let arrival = match &self.engine.mesh {
                Some(mesh) => {
                    self.engine.edges[e]
                        .route
                        .send(mesh, self.links, now, &mut self.heads)
                }
                None => now,
            };
            self.wheel.push(arrival, Event::Arrived(e as u32));
        }
    }
}

impl Trace {
    /// Notes a firing whose crossbars begin at `begin` after `bus` ticks of waiting for the bus. The image ends at
    /// `certain` or later.
    fn fire(&mut self, begin: u64, bus: u64, occupancy: u64, certain: u64) {
        if self.firings == 0 {
            self.first_start = begin;
            self.booked = begin;
        }
        self.firings += 1;
        self.open.push_back((begin, bus));
        while let Some(&(begin, bus)) = self.open.front()
            && begin + occupancy <= certain
        {
            self.open.pop_front();
            self.book(begin, bus, occupancy, certain);
        }
    }

    /// Books the firings still open, up to the end of the image.
    fn close(&mut self, occupancy: u64, end: u64) {
        self.booked = self.booked.min(end);
        while let Some((begin, bus)) = self.open.pop_front() {
            self.book(begin, bus, occupancy, end);
        }
    }

    /// Books one firing and the wait before it as far as they lie before `end`.
    fn book(&mut self, begin: u64, bus: u64, occupancy: u64, end: u64) {
        let start = begin.min(end);
        let gap = start - self.booked;
        // The bus is what was waited for last.
        let bus = bus.saturating_sub(begin - start).min(gap);
        let until = (begin + occupancy).min(end);
        self.wait_bus += bus;
        self.wait_input += gap - bus;
        self.busy += until - start;
        self.booked = until;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_lies_before_the_end_is_booked() {
        let mut trace = Trace::default();
        // Busy 10..14; the next waits 3 for input and 2 for the bus; the third lies beyond the end.
        trace.fire(10, 0, 4, 0);
        trace.fire(19, 2, 4, 14);
        trace.fire(40, 5, 4, 15);
        let mut cut = trace.clone();
        trace.close(4, 37);
        // From 23 on it waits for input until 35, then for the bus until the end at 37.
        assert_eq!((trace.busy, trace.wait_bus, trace.wait_input), (8, 4, 15));
        assert_eq!(trace.first_start + 8 + 4 + 15, 37);
        cut.close(4, 21);
        assert_eq!((cut.busy, cut.wait_bus, cut.wait_input), (6, 2, 3));
    }
}
