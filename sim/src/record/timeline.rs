//! Every firing, message and buffer fill of a run as a trace for the Perfetto viewer.
//!
//! One group of tracks per station: its crossbars (or unit) with work and waits by cause, fetches, drains, and the fill
//! of the buffers in front of it; one track per link; one for the images; where weights are written first, one per tile for
//! that. Timestamps are ticks; those of a run after a start-up phase count from its beginning. Replicas and tiles of a layer
//! work in lock-step and share one group, which names them.

use super::perfetto::Writer;
use super::profile::pieces;
use crate::cycle::Startup;
use crate::cycle::observe::{Firing, Observer};
use crate::cycle::plan::{Plan, StationPlan};
use crate::graph::StationKind;

/// Which part of a run is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TimelineWindow {
    /// First tick.
    pub from: u64,
    /// First tick after it.
    pub until: u64,
    /// Packets after which the rest is left out; a slice takes two.
    pub packets: u64,
}

impl Default for TimelineWindow {
    fn default() -> TimelineWindow {
        TimelineWindow {
            from: 0,
            until: u64::MAX,
            packets: 2_000_000,
        }
    }
}

/// Tracks of one station.
const PER_STATION: u64 = 3;
/// Rows in which drains that overlap are drawn.
const DRAIN_ROWS: usize = 16;

/// The trace of a run.
pub struct Timeline<'a> {
    plan: &'a Plan,
    window: TimelineWindow,
    writer: Writer,
    /// By station: end of the last fetch, and of the last drain in each row.
    fetched: Vec<u64>,
    drains: Vec<Vec<u64>>,
    /// What travels on each route.
    messages: Vec<String>,
    /// Links that have a track.
    links: Vec<bool>,
    /// Last value written, by edge.
    fills: Vec<Option<u64>>,
    image_end: u64,
    left_out: Option<u64>,
    /// Ticks before the run's tick 0.
    origin: u64,
}

impl<'a> Timeline<'a> {
    /// A trace of a run of `plan`.
    pub fn new(plan: &'a Plan, window: TimelineWindow) -> Timeline<'a> {
        let mut t = Timeline {
            plan,
            window,
            writer: Writer::default(),
            fetched: vec![0; plan.stations.len()],
            drains: vec![Vec::new(); plan.stations.len()],
            messages: messages(plan),
            links: vec![false; plan.links.len()],
            fills: vec![None; plan.edges.len()],
            image_end: 0,
            left_out: None,
            origin: 0,
        };
        t.writer.track(t.images(), None, "images", 0, None);
        for (s, station) in plan.stations.iter().enumerate() {
            t.describe(s, station);
        }
        t.writer.track(
            t.network(),
            None,
            "links",
            plan.stations.len() as i32 + 1,
            None,
        );
        t
    }

    /// A trace of a run of `plan` that begins when the weights are written.
    pub fn after(plan: &'a Plan, window: TimelineWindow, startup: &Startup) -> Timeline<'a> {
        let mut t = Timeline::new(plan, window);
        let written = t.drain_track(plan.stations.len(), 0);
        let rank = plan.stations.len() as i32 + 2;
        t.writer.track(written, None, "weights", rank, None);
        for (tile, &ticks) in startup.tiles.iter().enumerate() {
            if ticks == 0 || !t.room(0) {
                continue;
            }
            let (track, name) = (written + 1 + tile as u64, format!("tile {tile}"));
            t.writer
                .track(track, Some(written), &name, tile as i32, None);
            t.slice(track, "write", 0, ticks);
        }
        t.origin = startup.ticks;
        t
    }

    /// The file's bytes, and the tick from which on the trace is not whole because the limit of packets was met.
    pub fn finish(self) -> (Vec<u8>, Option<u64>) {
        (self.writer.finish(), self.left_out)
    }

    fn describe(&mut self, s: usize, station: &StationPlan) {
        let tiles = match &station.tiles {
            t if t.end - t.start < 2 => format!("tile {}", t.start),
            t => format!("tiles {} to {}", t.start, t.end - 1),
        };
        let name = format!("{} ({}, {tiles})", station.name, station.kind.name());
        let group = self.group(s);
        self.writer.track(group, None, &name, s as i32 + 1, None);
        let worker = match station.kind {
            StationKind::Compute => "crossbars",
            StationKind::Source => "host",
            _ => "digital unit",
        };
        self.writer.track(group + 1, Some(group), worker, 0, None);
        if station.fetch + station.bus_ticks + station.port_ticks > 0 {
            self.writer.track(group + 2, Some(group), "fetch", 1, None);
        }
        for (i, &e) in station.inputs.iter().enumerate() {
            let from = &self.plan.stations[self.plan.edges[e].from].name;
            let name = format!("buffer: blocks of {from}");
            let (uuid, rank) = (self.fill_track(e), 3 + i as i32);
            self.writer
                .track(uuid, Some(group), &name, rank, Some("blocks"));
        }
    }

    // Numbers of tracks: 1 images, 2 links, then stations, edges, links and rows of drains, one range after the other.
    fn images(&self) -> u64 {
        1
    }

    fn network(&self) -> u64 {
        2
    }

    fn group(&self, station: usize) -> u64 {
        3 + PER_STATION * station as u64
    }

    fn fill_track(&self, edge: usize) -> u64 {
        self.group(self.plan.stations.len()) + edge as u64
    }

    fn link_track(&self, link: usize) -> u64 {
        self.fill_track(self.plan.edges.len()) + link as u64
    }

    fn drain_track(&self, station: usize, row: usize) -> u64 {
        self.link_track(self.plan.links.len()) + (station * DRAIN_ROWS + row) as u64
    }

    /// Whether there is still room; remembers when there was none.
    fn room(&mut self, tick: u64) -> bool {
        let room = self.writer.packets() < self.window.packets;
        if !room && self.left_out.is_none() {
            self.left_out = Some(tick);
        }
        room
    }

    fn slice(&mut self, track: u64, name: &str, begin: u64, end: u64) {
        let (begin, end) = (begin + self.origin, end + self.origin);
        let (begin, end) = (begin.max(self.window.from), end.min(self.window.until));
        if begin < end && self.room(begin) {
            self.writer.slice(track, name, begin, end);
        }
    }

    /// Drains overlap; each goes to the first row that is free.
    fn drain(&mut self, s: usize, begin: u64, end: u64) {
        let seen = |tick: u64| tick + self.origin;
        if begin >= end || seen(end) <= self.window.from || seen(begin) >= self.window.until {
            return;
        }
        let free = self.drains[s].iter().position(|&last| last <= begin);
        let row = free.unwrap_or(self.drains[s].len());
        if row == DRAIN_ROWS {
            return;
        }
        let track = self.drain_track(s, row);
        if free.is_none() {
            if !self.room(begin) {
                return;
            }
            self.drains[s].push(0);
            // Tracks of the same name under the same parent are drawn as one with several rows.
            let parent = self.group(s);
            self.writer.track(track, Some(parent), "drain", 2, None);
        }
        self.drains[s][row] = end;
        self.slice(track, "drain", begin, end);
    }
}

/// Names of the messages of each route.
fn messages(plan: &Plan) -> Vec<String> {
    let mut names = vec![String::new(); plan.routes.len()];
    for edge in &plan.edges {
        for &route in &edge.routes {
            let ends = [edge.from, edge.to].map(|s| &plan.stations[s].name);
            names[route] = format!("{} to {}", ends[0], ends[1]);
        }
    }
    for station in &plan.stations {
        for &route in &station.reduce {
            names[route] = format!("partial sums of {}", station.name);
        }
    }
    names
}

impl Observer for Timeline<'_> {
    fn fired(&mut self, station: usize, firing: u64, times: &Firing) {
        let track = self.group(station) + 1;
        let waits = pieces(&times.waits);
        let mut at = times.begin - waits.iter().map(|w| w.1).sum::<u64>();
        for (cause, ticks) in waits {
            if firing > 0 {
                self.slice(track, cause.name(), at, at + ticks);
            }
            at += ticks;
        }
        let plan = &self.plan.stations[station];
        let adc = plan.adc_wait.min(times.end - times.begin);
        let fetch = plan.fetch + plan.bus_ticks + plan.port_ticks > 0;
        self.slice(track, "busy", times.begin, times.end - adc);
        self.slice(track, "adc", times.end - adc, times.end);
        if fetch {
            let from = times.start.max(self.fetched[station]);
            self.slice(track + 1, "fetch", from, times.begin);
            self.fetched[station] = times.begin;
        }
        self.drain(station, times.end, times.finished);
    }

    fn fill(&mut self, edge: usize, tick: u64, held: u64) {
        let tick = tick + self.origin;
        let inside = tick >= self.window.from && tick < self.window.until;
        if inside && self.fills[edge] != Some(held) && self.room(tick) {
            self.fills[edge] = Some(held);
            let track = self.fill_track(edge);
            self.writer.value(track, tick, held);
        }
    }

    fn hop(&mut self, link: usize, route: usize, start: u64, end: u64) {
        if !self.links[link] && self.room(start) {
            self.links[link] = true;
            let l = &self.plan.links[link];
            let name = format!("({}, {}) to ({}, {})", l.from.0, l.from.1, l.to.0, l.to.1);
            let (track, parent) = (self.link_track(link), self.network());
            self.writer
                .track(track, Some(parent), &name, link as i32, None);
        }
        let (track, name) = (self.link_track(link), self.messages[route].clone());
        self.slice(track, &name, start, end);
    }

    fn image(&mut self, image: u64, tick: u64) {
        let begin = std::mem::replace(&mut self.image_end, tick);
        self.slice(self.images(), &format!("image {image}"), begin, tick);
    }
}
