//! What a firing does from start to finish (`docs/timing.md`, one firing).

use super::event::Event;
use super::simulation::Simulation;
use super::tally::{Gap, Pending};
use crate::cycle::observe::{Firing, Observer};
use crate::cycle::waits::Waits;

impl<O: Observer> Simulation<'_, '_, O> {
    /// Window, room and array are there: bus, port and units are taken, and it is known when crossbars or unit begin.
    pub fn start(&mut self, s: usize) {
        let m = &mut self.machine;
        let plan = &m.plan.stations[s];
        let (now, tiles) = (m.now, plan.tiles.clone());
        let bus = m.buses.take(tiles.clone(), plan.bus_ticks, now);
        let port = m.ports.take(tiles.clone(), plan.port_ticks, now);
        // A digital station reads while it works.
        let port = if plan.digital {
            port.saturating_sub(plan.occupancy)
        } else {
            port
        };
        let fetched = now + plan.fetch;
        let mut begin = fetched.max(bus).max(port);
        if plan.digital {
            begin = m.units.take_together(tiles, plan.occupancy, begin);
        }
        let end = begin + plan.occupancy;
        let state = &mut m.stations[s];
        let before = match state.started {
            0 => begin,
            _ => state.free,
        };
        let mut gap = Gap::new(before, begin);
        let inputs = || plan.inputs.iter().map(|&e| &m.edges[e]);
        let waits = Waits {
            upstream: gap.until(inputs().map(|e| e.finished_at).max().unwrap_or(0)),
            link: gap.until(inputs().map(|e| e.arrived_at).max().unwrap_or(0)),
            output: gap.until(state.room),
            fetch: gap.until(fetched),
            bus: gap.until(bus),
            port: gap.until(port),
            unit: gap.until(begin),
        };
        let yields = state.next.yields(&state.raster);
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
        state.next.advance(&state.raster);
        state.tally.first_begin.get_or_insert(begin);
        if yields {
            for &e in &plan.outputs {
                let edge = &mut m.edges[e];
                edge.reserved += 1;
                let held = edge.held();
                edge.peak = edge.peak.max(held);
                self.observer.fill(e, now, held);
            }
        }
        self.events += 1;
        if !plan.inputs.is_empty() {
            m.calendar.push(begin, Event::Begin(s as u32));
        }
        m.calendar.push(end + plan.drain, Event::Written(s as u32));
        m.set_gates(s);
        m.ready(s);
    }

    /// Crossbars or unit begin: blocks that no later firing needs are released.
    pub fn begin(&mut self, s: usize) {
        let m = &mut self.machine;
        let plan = &m.plan.stations[s];
        let state = &mut m.stations[s];
        let at = state.begins;
        state.begins.advance(&state.raster);
        for &e in &plan.inputs {
            let edge = &mut m.edges[e];
            let released = edge.gate.free(&at);
            if released == edge.released {
                continue;
            }
            edge.released = released;
            let held = edge.held();
            self.observer.fill(e, m.now, held);
            if edge.full && held < edge.capacity {
                edge.full = false;
                let from = m.plan.edges[e].from;
                let producer = &mut m.stations[from];
                producer.full -= 1;
                producer.room = m.now;
                m.ready(from);
            }
        }
    }

    /// A result leaves the pipeline; partial sums of other tiles may still be on their way.
    pub fn written(&mut self, s: usize) {
        let m = &mut self.machine;
        self.events += 1;
        let routes = &m.plan.stations[s].reduce;
        if routes.is_empty() {
            self.finish(s);
            return;
        }
        let state = &mut m.stations[s];
        let firing = state.tally.firings + state.written as u64;
        state.written += 1;
        for &route in routes {
            self.send(route, firing);
        }
    }

    /// The oldest firing under way is finished: its block goes to the consumers.
    pub fn finish(&mut self, s: usize) {
        let m = &mut self.machine;
        let plan = &m.plan.stations[s];
        let state = &mut m.stations[s];
        let Some(p) = state.pending.pop_front() else {
            return;
        };
        state.written = state.written.saturating_sub(1);
        let firing = state.tally.firings;
        state.tally.firings += 1;
        let at = state.ends;
        state.ends.advance(&state.raster);
        state.tally.fired[at.class(&state.raster) as usize] += 1;
        let image_done = s == m.plan.sink && at.is_last(&state.raster);
        state.tally.last_finish = m.now;
        state.tally.book(&p, plan.adc_wait, u64::MAX);
        self.finished += 1;
        let times = Firing {
            start: p.start,
            begin: p.begin,
            end: p.end,
            written: p.written,
            finished: m.now,
            waits: p.waits,
        };
        self.observer.fired(s, firing, &times);
        if p.yields {
            for &e in &plan.outputs {
                let m = &mut self.machine;
                let edge = &mut m.edges[e];
                edge.under_way.push_back(m.now);
                edge.sent += 1;
                let routes = &m.plan.edges[e].routes;
                if routes.is_empty() {
                    self.deliveries.push(e as u32);
                }
                for &route in routes {
                    self.send(route, firing);
                }
            }
        }
        if image_done {
            self.image_done();
        }
    }

    /// A block is in the buffers of an edge.
    pub fn arrived(&mut self, e: usize) {
        let m = &mut self.machine;
        self.events += 1;
        let edge = &mut m.edges[e];
        let finished = edge.under_way.pop_front().unwrap_or(m.now);
        edge.arrived += 1;
        self.observer.arrived(e, m.now);
        if edge.lacks && edge.arrived >= edge.need {
            edge.lacks = false;
            (edge.finished_at, edge.arrived_at) = (finished, m.now);
            edge.gated = m.now;
            let to = m.plan.edges[e].to;
            m.stations[to].missing -= 1;
            m.ready(to);
        }
    }

    fn image_done(&mut self) {
        let m = &mut self.machine;
        let image = self.image_ends.len() as u64;
        let tick = m.now + self.watch.shift;
        self.image_ends.push(tick);
        self.observer.image(image, tick);
        if image + 1 == m.images + self.watch.skipped {
            self.usage = Some(m.usage_until(m.now));
        }
    }
}
