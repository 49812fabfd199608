//! Steady state, proven: two states of the machine one image apart are equal but for the time and the image.
//!
//! Whenever an image is done, everything that decides what happens next is written down relative to that tick and that
//! image. If it equals what was written down one image before, the machine will do the same again, and again. Images
//! that would only repeat this are skipped: the rest of the run is as if they had been simulated.
//!
//! A source that has sent everything and has held nobody up since the image before is left out: it would be further ahead
//! with every image, which changes nothing.

use super::event::Event;
use super::{Cargo, Simulation, Usage};
use crate::cycle::observe::Observer;

/// Images among which two equal states are looked for.
pub const MOST_IMAGES: u64 = 64;

/// What the proof needs to remember.
#[derive(Debug, Clone, Default)]
pub(super) struct Watch {
    last: Option<Seen>,
    /// Images looked at.
    seen: usize,
    /// Ticks between images, once proven.
    pub interval: Option<u64>,
    /// Images skipped, and the ticks they would have taken.
    pub skipped: u64,
    pub shift: u64,
    /// Sums at both ends of the period that is repeated.
    pub period: Option<(Usage, Usage)>,
}

#[derive(Debug, Clone)]
struct Seen {
    state: Vec<u64>,
    sums: Usage,
}

impl<O: Observer> Simulation<'_, '_, O> {
    /// Looks whether an image was done at this tick and the state is that of one image before; skips images if so.
    /// True if the interval was proven now.
    pub(super) fn look_for_repetition(&mut self) -> bool {
        let images = self.image_ends.len();
        let alone = self.limits.images == 1 || images as u64 > MOST_IMAGES;
        if images == self.watch.seen || self.watch.interval.is_some() || alone {
            return false;
        }
        self.watch.seen = images;
        let before = self.watch.last.take();
        let since = before.as_ref().map_or(0, |b| b.sums.ticks);
        let seen = self.write_down(images as u64, since);
        let proof = before.filter(|b| b.state == seen.state);
        let found = proof.is_some();
        if let Some(before) = proof {
            let interval = seen.sums.ticks - before.sums.ticks;
            self.watch.interval = Some(interval);
            if self.limits.extrapolate && !self.limits.until_steady {
                self.skip(interval, &before.sums, &seen.sums);
            }
        }
        self.watch.last = Some(seen);
        found
    }

    /// Skips as many images as leave those begun now, and one more, to be simulated to the end.
    fn skip(&mut self, interval: u64, before: &Usage, after: &Usage) {
        let begun = (0..self.stations.len()).filter(|&s| !self.is_done(s));
        let newest = begun.map(|s| self.stations[s].next.image).max();
        let skipped = newest.map_or(0, |n| (self.images - 1).saturating_sub(n));
        if skipped == 0 {
            return;
        }
        self.images -= skipped;
        self.watch.skipped = skipped;
        self.watch.shift = skipped * interval;
        self.image_ends
            .extend((1..=skipped).map(|i| self.now + i * interval));
        let mut before = before.clone();
        // A source that is left out is done with all images; nothing of it repeats.
        for s in (0..self.stations.len()).filter(|&s| self.is_ahead(s, before.ticks)) {
            before.stations[s] = after.stations[s];
            for &e in &self.plan.stations[s].outputs {
                before.edges[e] = after.edges[e];
            }
        }
        self.watch.period = Some((before, after.clone()));
    }

    fn write_down(&self, images: u64, since: u64) -> Seen {
        let left_out: Vec<bool> = (0..self.stations.len())
            .map(|s| self.is_ahead(s, since))
            .collect();
        let mut state = Vec::new();
        for (s, &out) in left_out.iter().enumerate() {
            if !out {
                self.station_state(s, images, &mut state);
            }
        }
        for (e, plan) in self.plan.edges.iter().enumerate() {
            self.edge_state(e, images, left_out[plan.from], &mut state);
        }
        let write = self.plan.edges.iter().map(|e| e.write_ticks).max();
        let horizon = self.now.saturating_sub(write.unwrap_or(0));
        state.extend(self.buses.state(self.now));
        state.extend(self.ports.state(horizon));
        state.extend(self.units.state(self.now));
        let first = |route: usize| images * self.plan.stations[self.owner(route)].blocks.count();
        self.network.state(self.now, &first, &mut state);
        self.calendar_state(&left_out, &first, &mut state);
        Seen {
            state,
            sums: self.sums(),
        }
    }

    /// The station whose firings a route carries.
    fn owner(&self, route: usize) -> usize {
        match self.cargo[route] {
            Cargo::Blocks(e) => self.plan.edges[e].from,
            Cargo::Sums(s) => s,
        }
    }

    /// A source that is done and has held up no consumer since a tick.
    fn is_ahead(&self, s: usize, since: u64) -> bool {
        let plan = &self.plan.stations[s];
        let mut outputs = plan.outputs.iter();
        plan.outside && self.is_done(s) && outputs.all(|&e| self.edges[e].gated <= since)
    }

    fn station_state(&self, s: usize, images: u64, out: &mut Vec<u64>) {
        let (now, state) = (self.now, &self.stations[s]);
        let firings = images * self.plan.stations[s].blocks.count();
        let mark = [u64::from(state.room > 0), state.room.wrapping_sub(now)];
        out.extend([
            // The first firing has no gap before it.
            u64::from(state.started > 0),
            state.started.wrapping_sub(firings),
            state.begins.index,
            state.begins.image.wrapping_sub(images),
            state.free.wrapping_sub(now),
            mark[0],
            mark[0] * mark[1],
            u64::from(state.missing),
            u64::from(state.full),
            u64::from(state.waking),
            state.written as u64,
            state.pending.len() as u64,
        ]);
        for p in &state.pending {
            let times = [p.start, p.begin, p.end, p.written, p.before];
            out.extend(times.map(|t| t.wrapping_sub(now)));
            let w = p.waits;
            out.extend([w.upstream, w.link, w.output, w.bus, w.port, w.unit, w.fetch]);
        }
    }

    fn edge_state(&self, e: usize, images: u64, producer_left_out: bool, out: &mut Vec<u64>) {
        let (now, edge) = (self.now, &self.edges[e]);
        let blocks = images
            * self.plan.stations[self.plan.edges[e].from]
                .blocks
                .yielding();
        out.extend([
            u64::from(producer_left_out),
            edge.released.wrapping_sub(blocks),
        ]);
        if producer_left_out {
            return;
        }
        let counts = [edge.reserved, edge.sent, edge.arrived];
        out.extend(counts.map(|n| n.wrapping_sub(blocks)));
        for tick in [edge.finished_at, edge.arrived_at] {
            let set = u64::from(tick > 0);
            out.extend([set, set * tick.wrapping_sub(now)]);
        }
        out.push(edge.under_way.len() as u64);
        out.extend(edge.under_way.iter().map(|t| t.wrapping_sub(now)));
    }

    fn calendar_state(&self, left_out: &[bool], first: &dyn Fn(usize) -> u64, out: &mut Vec<u64>) {
        let packet = |tag: u64, p: u32, hop: u32| {
            let (route, firing) = self.network.packet(p);
            [
                tag,
                route as u64,
                firing.wrapping_sub(first(route)),
                u64::from(hop),
            ]
        };
        let station =
            |tag: u64, s: u32| (!left_out[s as usize]).then_some([tag, u64::from(s), 0, 0]);
        let mut events: Vec<(u64, [u64; 4])> = Vec::new();
        for (time, &event) in self.calendar.events() {
            let name = match event {
                Event::Begin(s) => station(0, s),
                Event::Written(s) => station(1, s),
                Event::Wake(s) => station(2, s),
                Event::Turned(route) => Some([3, u64::from(route), 0, 0]),
                Event::Arrived(e) => {
                    let out = left_out[self.plan.edges[e as usize].from];
                    (!out).then_some([4, u64::from(e), 0, 0])
                }
                Event::Head(p, hop) => Some(packet(5, p, hop)),
                Event::Left(p, hop) => Some(packet(6, p, hop)),
                Event::Tail(p, hop) => Some(packet(7, p, hop)),
            };
            events.extend(name.map(|n| (time - self.now, n)));
        }
        events.sort_unstable();
        for (time, name) in events {
            out.push(time);
            out.extend(name);
        }
    }
}
