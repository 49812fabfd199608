//! Steady state, proven: two states of the machine one image apart are equal but for the time and the image.
//!
//! Whenever an image is done, everything that decides what happens next is written down relative to that tick and that
//! image. If it equals what was written down one image before, the machine will do the same again, and again. Images
//! that would only repeat this are skipped: the rest of the run is as if they had been simulated.
//!
//! A source that has sent everything and has held nobody up since the image before is left out: it would be further ahead
//! with every image, which changes nothing.

use super::event::Event;
use super::limits::Limits;
use super::machine::Machine;
use super::usage::Usage;

/// Images among which two equal states are looked for.
const MOST_IMAGES: u64 = 64;

/// What the proof needs to remember.
#[derive(Debug, Clone, Default)]
pub struct Watch {
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

impl Watch {
    /// Looks whether an image was done at this tick and the state is that of one image before; skips images if so.
    /// True if the interval was proven now.
    pub fn look(
        &mut self,
        machine: &mut Machine<'_>,
        image_ends: &mut Vec<u64>,
        limits: &Limits<'_>,
    ) -> bool {
        let images = image_ends.len();
        let alone = limits.images == 1 || images as u64 > MOST_IMAGES;
        if images == self.seen || self.interval.is_some() || alone {
            return false;
        }
        self.seen = images;
        let before = self.last.take();
        let since = before.as_ref().map_or(0, |b| b.sums.ticks);
        let seen = write_down(machine, images as u64, since);
        let proof = before.filter(|b| b.state == seen.state);
        let found = proof.is_some();
        if let Some(before) = proof {
            let interval = seen.sums.ticks - before.sums.ticks;
            self.interval = Some(interval);
            if limits.extrapolate && limits.until_steady.is_none() {
                let ends = self.skip(machine, &before.sums, &seen.sums);
                image_ends.extend(ends);
            }
        }
        self.last = Some(seen);
        found
    }

    /// Skips as many images as leave those begun now, and one more, to be simulated to the end. Returns when the images
    /// skipped would have ended.
    fn skip(&mut self, machine: &mut Machine<'_>, before: &Usage, after: &Usage) -> Vec<u64> {
        let interval = after.ticks - before.ticks;
        // A branch that leads nowhere may lag behind a network that is done: then nothing is left to skip.
        let begun = (0..machine.stations.len()).filter(|&s| !is_ahead(machine, s, before.ticks));
        let newest = begun.map(|s| machine.stations[s].next.image).max();
        let skipped = newest.map_or(0, |n| (machine.images - 1).saturating_sub(n));
        if skipped == 0 {
            return Vec::new();
        }
        machine.images -= skipped;
        self.skipped = skipped;
        self.shift = skipped * interval;
        let mut before = before.clone();
        // A source that is left out is done with all images; nothing of it repeats.
        for s in (0..machine.stations.len()).filter(|&s| is_ahead(machine, s, before.ticks)) {
            before.stations[s] = after.stations[s];
            for &e in &machine.plan.stations[s].outputs {
                before.edges[e] = after.edges[e];
            }
        }
        self.period = Some((before, after.clone()));
        (1..=skipped).map(|i| machine.now + i * interval).collect()
    }
}

fn write_down(machine: &Machine<'_>, images: u64, since: u64) -> Seen {
    let left_out: Vec<bool> = (0..machine.stations.len())
        .map(|s| is_ahead(machine, s, since))
        .collect();
    let mut state = Vec::new();
    for (s, &out) in left_out.iter().enumerate() {
        if !out {
            station_state(machine, s, images, &mut state);
        }
    }
    for (e, plan) in machine.plan.edges.iter().enumerate() {
        edge_state(machine, e, images, left_out[plan.from], &mut state);
    }
    let write = machine.plan.edges.iter().map(|e| e.write_ticks).max();
    let horizon = machine.now.saturating_sub(write.unwrap_or(0));
    state.extend(machine.buses.state(machine.now));
    state.extend(machine.ports.state(horizon));
    state.extend(machine.units.state(machine.now));
    let first = |route: usize| images * machine.plan.stations[machine.owner(route)].blocks.count();
    machine.network.state(machine.now, &first, &mut state);
    calendar_state(machine, &left_out, &first, &mut state);
    Seen {
        state,
        sums: machine.sums(),
    }
}

/// A source that is done and has held up no consumer since a tick. One that shares links with the results would not be: what it
/// goes on to send holds these up.
fn is_ahead(machine: &Machine<'_>, s: usize, since: u64) -> bool {
    if machine.plan.off_chip.is_some() {
        return false;
    }
    let plan = &machine.plan.stations[s];
    let mut outputs = plan.outputs.iter();
    plan.outside && machine.is_done(s) && outputs.all(|&e| machine.edges[e].gated <= since)
}

fn station_state(machine: &Machine<'_>, s: usize, images: u64, out: &mut Vec<u64>) {
    let (now, state) = (machine.now, &machine.stations[s]);
    let plan = &machine.plan.stations[s];
    let firings = images * plan.blocks.count();
    // Nothing is released by a station without inputs: its begins are not followed.
    let begins = match plan.inputs.is_empty() {
        true => [0, 0],
        false => [state.begins.index, state.begins.image.wrapping_sub(images)],
    };
    let mark = [u64::from(state.room > 0), state.room.wrapping_sub(now)];
    out.extend([
        // The first firing has no gap before it.
        u64::from(state.started > 0),
        state.started.wrapping_sub(firings),
        begins[0],
        begins[1],
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

fn edge_state(
    machine: &Machine<'_>,
    e: usize,
    images: u64,
    producer_left_out: bool,
    out: &mut Vec<u64>,
) {
    let (now, edge) = (machine.now, &machine.edges[e]);
    let blocks = images
        * machine.plan.stations[machine.plan.edges[e].from]
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

fn calendar_state(
    machine: &Machine<'_>,
    left_out: &[bool],
    first: &dyn Fn(usize) -> u64,
    out: &mut Vec<u64>,
) {
    let packet = |tag: u64, p: u32, hop: u32| {
        let (route, firing) = machine.network.packet(p);
        [
            tag,
            route as u64,
            firing.wrapping_sub(first(route)),
            u64::from(hop),
        ]
    };
    let station = |tag: u64, s: u32| (!left_out[s as usize]).then_some([tag, u64::from(s), 0, 0]);
    let mut events: Vec<(u64, [u64; 4])> = Vec::new();
    for (time, &event) in machine.calendar.events() {
        let name = match event {
            Event::Begin(s) => station(0, s),
            Event::Written(s) => station(1, s),
            Event::Wake(s) => station(2, s),
            Event::Turned(route) => Some([3, u64::from(route), 0, 0]),
            Event::Arrived(e) => {
                let out = left_out[machine.plan.edges[e as usize].from];
                (!out).then_some([4, u64::from(e), 0, 0])
            }
            Event::Head(p, hop) => Some(packet(5, p, hop)),
            Event::Left(p, hop) => Some(packet(6, p, hop)),
            Event::Tail(p, hop) => Some(packet(7, p, hop)),
            Event::Freed(link) => Some([8, u64::from(link), 0, 0]),
        };
        events.extend(name.map(|n| (time - machine.now, n)));
    }
    events.sort_unstable();
    for (time, name) in events {
        out.push(time);
        out.extend(name);
    }
}
