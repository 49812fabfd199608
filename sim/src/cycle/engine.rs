//! The event loop.
//!
//! Three kinds of events: a station looks whether it can fire; a firing's result is written; a message with a firing's
//! values has arrived at a consumer. Stations fire in order of firings, images back to back. All replicas of a layer
//! fire in lock-step. Buffers between stations are unbounded.
//!
//! A station is busy from the start of a firing to the end of its occupancy. Waiting for a value counts as waiting for
//! input wherever the value is held up: in the producer, its drain, or a link of the network. A fetch starts so early
//! that its result is there when the crossbars are free; one that the bus delays is not started earlier for it.

use super::bus::Buses;
use super::noc::{Links, Route};
use super::wheel::Wheel;
use crate::graph::{Blocks, Window};
use crosscut_arch::Mesh;

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

/// What the loop found out about a station.
#[derive(Debug, Clone, Default)]
pub(super) struct Trace {
    /// Firings done and output positions they yielded, over all images.
    pub firings: u64,
    pub positions: u64,
    pub last_end: u64,
    /// Begin of each firing and the ticks it waited for the bus; kept for a single image only.
    begins: Vec<(u64, u64)>,
}

/// Where a station's time went until a given tick.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Times {
    pub start: u64,
    pub busy: u64,
    pub wait_input: u64,
    pub wait_bus: u64,
    pub idle: u64,
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
        let traces = run.states.into_iter().map(|s| s.trace).collect();
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
        state.trace.positions += spec.blocks.positions(state.next % per_image);
        if self.engine.images == 1 {
            let bus = begin - (now + spec.fetch);
            state.trace.begins.push((begin, bus));
        }
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
                >= image * producer.yielding() + edge.window.need(producer, &spec.blocks, n)
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
        state.trace.firings += 1;
        state.trace.last_end = state.trace.last_end.max(now);
        if s == self.engine.sink && state.written.is_multiple_of(spec.blocks.count()) {
            self.image_end.push(now);
        }
        // Padding rows of a row-streaming source yield nothing.
        if spec
            .blocks
            .positions((state.written - 1) % spec.blocks.count())
            == 0
        {
            return;
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
    /// Splits the ticks up to `end`. Firings later than that serve nothing the output needs (the last column before a
    /// pool that skips it) and are left out.
    pub fn times(&self, occupancy: u64, end: u64) -> Times {
        let start = self.begins.first().map_or(end, |b| b.0.min(end));
        let mut t = Times {
            start,
            ..Times::default()
        };
        let mut at = start;
        for &(begin, bus) in self.begins.iter().take_while(|b| b.0 < end) {
            let gap = begin - at;
            let bus = bus.min(gap);
            t.wait_bus += bus;
            t.wait_input += gap - bus;
            at = (begin + occupancy).min(end);
            t.busy += at - begin;
        }
        t.idle = start + (end - at);
        t
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_is_split_up_to_the_end() {
        let trace = Trace {
            begins: vec![(10, 3), (20, 2), (25, 0)],
            ..Trace::default()
        };
        // Busy 10..15, 20..25, 25..30; of the five ticks between, two for the bus.
        let whole = trace.times(5, 40);
        assert_eq!((whole.start, whole.busy, whole.idle), (10, 15, 20));
        assert_eq!((whole.wait_input, whole.wait_bus), (3, 2));
        // The end cuts the second firing and drops the third; or comes before the first.
        let cut = trace.times(5, 22);
        assert_eq!((cut.busy, cut.idle, cut.wait_input), (7, 10, 3));
        assert_eq!(trace.times(5, 4).idle, 4);
    }
}
