//! What an engine is compared by: everything that happened, and what each station did tick by tick.

use super::engine::Machine;
use crosscut_sim::cycle::observe::Firing;
use crosscut_sim::cycle::{EdgeUse, Tally, Waits};

/// A tick of a station.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Before its first begin or after its last end.
    Idle,
    Busy,
    /// Occupied, crossbars wait for converters.
    Adc,
    Upstream,
    Link,
    Output,
    Fetch,
    Bus,
    Port,
    Unit,
}

/// Everything that happened.
#[derive(Debug, Default, PartialEq)]
pub struct Log {
    /// By station and firing.
    pub firings: Vec<Vec<Firing>>,
    /// By edge and block.
    pub arrivals: Vec<Vec<u64>>,
    /// (link, route, start, end) of each hop, in order of start, then link.
    pub hops: Vec<(usize, usize, u64, u64)>,
    /// By edge: (tick, blocks held from then on).
    pub fills: Vec<Vec<(u64, u64)>>,
    /// End of each image.
    pub images: Vec<u64>,
    /// Tick after which nothing could happen any more although firings were left.
    pub stuck: Option<u64>,
    /// By station, sums until the last image was done; of a run that got there.
    pub tallies: Vec<Tally>,
    /// By edge.
    pub edges: Vec<EdgeUse>,
}

impl Machine<'_> {
    /// Notes what every station does in the tick that begins now, and what the edges hold.
    pub fn note(&mut self) {
        for s in 0..self.states.len() {
            let state = self.state(s);
            self.states[s].push(state);
        }
        for e in 0..self.fills.len() {
            let held = self.held(e);
            if self.fills[e].last().map_or(0, |f| f.1) != held {
                self.fills[e].push((self.now, held));
            }
        }
    }

    fn state(&self, s: usize) -> State {
        let (station, now) = (self.station(s), self.now);
        let mut begun = self.begun[s].iter().filter(|b| b.begin <= now);
        let Some(last) = begun.next_back() else {
            return State::Idle;
        };
        let end = last.begin + station.occupancy;
        if now < end {
            // The converters drain at the end of the occupancy.
            return match now < end - station.adc_wait {
                true => State::Busy,
                false => State::Adc,
            };
        }
        if let Some(next) = self.begun[s].iter().find(|b| b.begin > now) {
            // A digital station reads while it works: its port may be busy until the end of the occupancy.
            let ports = match station.digital {
                true => next.ports.saturating_sub(station.occupancy),
                false => next.ports,
            };
            return match now {
                _ if now < next.start + station.fetch => State::Fetch,
                _ if now < next.buses => State::Bus,
                _ if now < ports => State::Port,
                _ => State::Unit,
            };
        }
        if self.begun[s].len() as u64 == self.firings(s) {
            return State::Idle;
        }
        let needs = self.needs(s);
        let made = |&(e, blocks): &(usize, u64)| {
            let from = self.plan.edges[e].from;
            self.block(from, self.finished[from].len() as u64).1 >= blocks
        };
        if !needs.iter().all(made) {
            State::Upstream
        } else if needs
            .iter()
            .any(|&(e, n)| (self.arrivals[e].len() as u64) < n)
        {
            State::Link
        } else {
            assert!(!self.has_room(s), "nothing holds up station {s} at {now}");
            State::Output
        }
    }

    fn firing(&self, s: usize, f: usize) -> Firing {
        let b = self.begun[s][f];
        let station = self.station(s);
        let end = b.begin + station.occupancy;
        let before = match f {
            0 => b.begin,
            _ => self.begun[s][f - 1].begin + station.occupancy,
        };
        Firing {
            start: b.start,
            begin: b.begin,
            end,
            written: end + station.drain,
            finished: self.finished[s][f],
            waits: waits(&self.states[s][before as usize..b.begin as usize]),
        }
    }

    fn tally(&self, s: usize, until: u64) -> Tally {
        let finished = self.finished[s].len() as u64;
        let states = &self.states[s][..until as usize];
        Tally {
            firings: finished,
            fired: self.fired(s),
            busy: count(states, State::Busy),
            adc: count(states, State::Adc),
            waits: waits(states),
            first_begin: self.begun[s]
                .first()
                .map(|b| b.begin)
                .filter(|&b| b < until),
            last_end: self.last_end(s, until),
            last_finish: self.finished[s].last().copied().unwrap_or(0),
        }
    }
}

impl Machine<'_> {
    /// Firings by class of block: neither in the last column nor in the last row, in the last column only, in the last
    /// row only, in both; without positions.
    fn fired(&self, s: usize) -> [u64; 5] {
        let b = &self.station(s).blocks;
        let (across, down) = (b.width.div_ceil(b.columns), b.height.div_ceil(b.rows));
        let mut fired = [0; 5];
        for f in 0..self.finished[s].len() as u64 {
            let n = (f % b.count()) as usize;
            let class = match n.checked_sub(b.lead) {
                Some(at) if at < across * down => {
                    usize::from(at % across == across - 1)
                        + 2 * usize::from(at / across == down - 1)
                }
                _ => 4,
            };
            fired[class] += 1;
        }
        fired
    }

    /// End of the last occupancy until a tick; that tick if a firing follows.
    fn last_end(&self, s: usize, until: u64) -> u64 {
        let ends = self.begun[s]
            .iter()
            .map(|b| (b.begin + self.station(s).occupancy).min(until));
        ends.max().unwrap_or(0)
    }
}

fn count(states: &[State], what: State) -> u64 {
    states.iter().filter(|&&s| s == what).count() as u64
}

fn waits(states: &[State]) -> Waits {
    Waits {
        upstream: count(states, State::Upstream),
        link: count(states, State::Link),
        output: count(states, State::Output),
        fetch: count(states, State::Fetch),
        bus: count(states, State::Bus),
        port: count(states, State::Port),
        unit: count(states, State::Unit),
    }
}

impl Log {
    /// Of a machine that has come to its end or is stuck.
    pub fn of(mut m: Machine<'_>, stuck: Option<u64>) -> Log {
        m.note();
        let stations = 0..m.plan.stations.len();
        // Firings that never finished are left out.
        let firings = |s: usize| (0..m.finished[s].len()).map(|f| m.firing(s, f)).collect();
        let mut hops = m.network.hops.clone();
        hops.sort_unstable_by_key(|&(link, route, start, end)| (start, link, route, end));
        let edge = |e: usize| EdgeUse {
            sent: m.sent(e),
            arrived: m.arrivals[e].len() as u64,
            peak: m.peak[e],
        };
        let tallies = match (stuck, m.ends.last()) {
            (None, Some(&end)) => stations.clone().map(|s| m.tally(s, end)).collect(),
            _ => Vec::new(),
        };
        Log {
            firings: stations.map(firings).collect(),
            hops,
            edges: (0..m.plan.edges.len()).map(edge).collect(),
            tallies,
            images: m.ends.clone(),
            stuck,
            fills: m.fills,
            arrivals: m.arrivals,
        }
    }
}

impl Machine<'_> {
    /// Blocks that have left over an edge.
    fn sent(&self, e: usize) -> u64 {
        let from = self.plan.edges[e].from;
        self.block(from, self.finished[from].len() as u64).1
    }
}
