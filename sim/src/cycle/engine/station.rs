//! Stations: when they may start, and what a firing does (`docs/timing.md`, one firing).

use super::Simulation;
use super::event::Event;
use super::gate::{Cursor, Frame, Gate};
use super::tally::{Gap, Pending, Tally};
use crate::cycle::Waits;
use crate::cycle::observe::{Firing, Observer};
use crate::cycle::plan::{EdgePlan, Plan, StationPlan};
use std::collections::VecDeque;

/// Where a station stands.
#[derive(Debug, Clone, Default)]
pub(super) struct StationState {
    /// Firings started, over all images.
    pub started: u64,
    /// The grid of its blocks.
    pub frame: Frame,
    /// The next firing to start, the next to begin, the next to be finished.
    pub next: Cursor,
    pub begins: Cursor,
    pub ends: Cursor,
    /// End of the last occupancy.
    pub free: u64,
    /// Input edges that lack blocks for the next firing, output edges that have no room for its result.
    pub missing: u32,
    pub full: u32,
    /// When room was made for the next firing's result.
    pub room: u64,
    /// Whether it is on the calendar to be woken.
    pub waking: bool,
    /// Firings started and not yet finished; the first `written` of them wait for their partial sums.
    pub pending: VecDeque<Pending>,
    pub written: usize,
    pub tally: Tally,
}

impl StationState {
    pub fn new(plan: &StationPlan) -> StationState {
        StationState {
            frame: Frame::of(&plan.blocks),
            ..StationState::default()
        }
    }
}

/// Where an edge stands. Blocks are counted over all images.
#[derive(Debug, Clone)]
pub(super) struct EdgeState {
    pub gate: Gate,
    pub capacity: u64,
    /// Reserved, sent, arrived, not needed any more.
    pub reserved: u64,
    pub sent: u64,
    pub arrived: u64,
    pub released: u64,
    /// Blocks the consumer's next firing needs.
    pub need: u64,
    /// Whether the consumer, the producer waits for it.
    pub lacks: bool,
    pub full: bool,
    /// When the last block the next firing was waiting for was finished and arrived; 0 if it was there in time.
    pub finished_at: u64,
    pub arrived_at: u64,
    /// When the blocks under way were finished.
    pub under_way: VecDeque<u64>,
    pub peak: u64,
    /// Last tick at which an arrival let the consumer go on.
    pub gated: u64,
}

impl EdgeState {
    pub fn new(plan: &Plan, edge: &EdgePlan) -> EdgeState {
        let (from, to) = (&plan.stations[edge.from], &plan.stations[edge.to]);
        EdgeState {
            gate: Gate::new(edge.window, &from.blocks, &to.blocks),
            capacity: edge.capacity.unwrap_or(u64::MAX),
            reserved: 0,
            sent: 0,
            arrived: 0,
            released: 0,
            need: 0,
            lacks: false,
            full: false,
            finished_at: 0,
            arrived_at: 0,
            under_way: VecDeque::new(),
            peak: 0,
            gated: 0,
        }
    }

    pub fn held(&self) -> u64 {
        self.reserved.saturating_sub(self.released)
    }
}

impl<O: Observer> Simulation<'_, '_, O> {
    /// Whether a station has started all its firings.
    pub(super) fn is_done(&self, s: usize) -> bool {
        self.stations[s].next.image >= self.images
    }

    /// What the next firing waits for.
    pub(super) fn set_gates(&mut self, s: usize) {
        let plan = &self.plan.stations[s];
        let state = &mut self.stations[s];
        (state.missing, state.full, state.room) = (0, 0, 0);
        for &e in &plan.inputs {
            let edge = &mut self.edges[e];
            edge.need = edge.gate.need(&state.next);
            edge.lacks = edge.arrived < edge.need;
            (edge.finished_at, edge.arrived_at) = (0, 0);
            state.missing += u32::from(edge.lacks);
        }
        let yields = state.next.yields(&state.frame);
        for &e in &plan.outputs {
            let edge = &mut self.edges[e];
            edge.full = yields && edge.held() >= edge.capacity;
            state.full += u32::from(edge.full);
        }
    }

    /// Looks at a station as soon as its next firing may start, if nothing is missing.
    pub(super) fn ready(&mut self, s: usize) {
        if self.is_done(s) {
            return;
        }
        let state = &mut self.stations[s];
        if state.missing > 0 || state.full > 0 || state.waking {
            return;
        }
        let at = state.free.saturating_sub(self.plan.stations[s].fetch);
        if at <= self.now {
            self.dirty.insert(s);
        } else {
            state.waking = true;
            self.calendar.push(at, Event::Wake(s as u32));
        }
    }

    pub(super) fn start(&mut self, s: usize) {
        let plan = &self.plan.stations[s];
        let (now, tiles) = (self.now, plan.tiles.clone());
        let bus = self.buses.take(tiles.clone(), plan.bus_ticks, now);
        let port = self.ports.take(tiles.clone(), plan.port_ticks, now);
        // A digital station reads while it works.
        let port = match plan.digital {
            true => port.saturating_sub(plan.occupancy),
            false => port,
        };
        let fetched = now + plan.fetch;
        let mut begin = fetched.max(bus).max(port);
        if plan.digital {
            begin = self.units.take_together(tiles, plan.occupancy, begin);
        }
        let end = begin + plan.occupancy;
        let state = &mut self.stations[s];
        let before = match state.started {
            0 => begin,
            _ => state.free,
        };
        let mut gap = Gap::new(before, begin);
        let inputs = || plan.inputs.iter().map(|&e| &self.edges[e]);
        let waits = Waits {
            upstream: gap.until(inputs().map(|e| e.finished_at).max().unwrap_or(0)),
            link: gap.until(inputs().map(|e| e.arrived_at).max().unwrap_or(0)),
            output: gap.until(state.room),
            fetch: gap.until(fetched),
            bus: gap.until(bus),
            port: gap.until(port),
            unit: gap.until(begin),
        };
        let yields = state.next.yields(&state.frame);
        let pending = Pending {
            start: now,
            begin,
            end,
            written: end + plan.drain,
            before,
            waits,
            yields,
        };
        state.pending.push_back(pending);
        // After the last image: what of the gap lies before its end is not idle.
        if let Some(usage) = &mut self.usage {
            usage.stations[s].book(&pending, plan.adc_wait, usage.ticks);
        }
        state.started += 1;
        state.free = end;
        state.waking = false;
        state.next.advance(&state.frame);
        state.tally.first_begin.get_or_insert(begin);
        if yields {
            for &e in &plan.outputs {
                let edge = &mut self.edges[e];
                edge.reserved += 1;
                let held = edge.held();
                edge.peak = edge.peak.max(held);
                self.observer.fill(e, now, held);
            }
        }
        self.events += 1;
        if !plan.inputs.is_empty() {
            self.calendar.push(begin, Event::Begin(s as u32));
        }
        self.calendar
            .push(end + plan.drain, Event::Written(s as u32));
        self.set_gates(s);
        self.ready(s);
    }

    /// Crossbars or unit begin: blocks that no later firing needs are released.
    pub(super) fn begin(&mut self, s: usize) {
        let plan = &self.plan.stations[s];
        let state = &mut self.stations[s];
        let at = state.begins;
        state.begins.advance(&state.frame);
        for &e in &plan.inputs {
            let edge = &mut self.edges[e];
            let released = edge.gate.free(&at);
            if released == edge.released {
                continue;
            }
            edge.released = released;
            let held = edge.held();
            self.observer.fill(e, self.now, held);
            if edge.full && held < edge.capacity {
                edge.full = false;
                let from = self.plan.edges[e].from;
                let producer = &mut self.stations[from];
                producer.full -= 1;
                producer.room = self.now;
                self.ready(from);
            }
        }
    }

    /// A result leaves the pipeline; partial sums of other tiles may still be on their way.
    pub(super) fn written(&mut self, s: usize) {
        self.events += 1;
        match self.plan.stations[s].reduce {
            Some(route) => {
                let state = &mut self.stations[s];
                let firing = state.tally.firings + state.written as u64;
                state.written += 1;
                self.send(route, firing);
            }
            None => self.finish(s),
        }
    }

    /// The oldest firing under way is finished: its block goes to the consumers.
    pub(super) fn finish(&mut self, s: usize) {
        let plan = &self.plan.stations[s];
        let state = &mut self.stations[s];
        let Some(p) = state.pending.pop_front() else {
            return;
        };
        state.written = state.written.saturating_sub(1);
        let firing = state.tally.firings;
        state.tally.firings += 1;
        let at = state.ends;
        state.ends.advance(&state.frame);
        state.tally.fired[at.class(&state.frame) as usize] += 1;
        let image_done = s == self.plan.sink && at.is_last(&state.frame);
        state.tally.last_finish = self.now;
        state.tally.book(&p, plan.adc_wait, u64::MAX);
        self.finished += 1;
        let times = Firing {
            start: p.start,
            begin: p.begin,
            end: p.end,
            written: p.written,
            finished: self.now,
            waits: p.waits,
        };
        self.observer.fired(s, firing, &times);
        if p.yields {
            for &e in &plan.outputs {
                let edge = &mut self.edges[e];
                edge.under_way.push_back(self.now);
                edge.sent += 1;
                match self.plan.edges[e].route {
                    Some(route) => self.send(route, firing),
                    None => self.deliveries.push(e as u32),
                }
            }
        }
        if image_done {
            self.image_done();
        }
    }

    /// A block is in the buffers of an edge.
    pub(super) fn arrived(&mut self, e: usize) {
        self.events += 1;
        let edge = &mut self.edges[e];
        let finished = edge.under_way.pop_front().unwrap_or(self.now);
        edge.arrived += 1;
        self.observer.arrived(e, self.now);
        if edge.lacks && edge.arrived >= edge.need {
            edge.lacks = false;
            (edge.finished_at, edge.arrived_at) = (finished, self.now);
            edge.gated = self.now;
            let to = self.plan.edges[e].to;
            self.stations[to].missing -= 1;
            self.ready(to);
        }
    }

    fn image_done(&mut self) {
        let image = self.image_ends.len() as u64;
        let tick = self.now + self.watch.shift;
        self.image_ends.push(tick);
        self.observer.image(image, tick);
        if image + 1 == self.images + self.watch.skipped {
            self.usage = Some(self.usage_until(self.now));
        }
    }
}
