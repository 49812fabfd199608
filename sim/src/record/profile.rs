//! Where each station's time went, along time: a histogram of ticks by cause.

use crate::cycle::Waits;
use crate::cycle::observe::{Firing, Observer};
use crate::cycle::plan::Plan;
use serde::{Deserialize, Serialize};

/// What a station does with a tick, in the order in which reports list it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Cause {
    /// Works.
    Busy,
    /// Crossbars wait for converters.
    Adc,
    /// Waits for a producer.
    Upstream,
    /// Waits for a message on its way.
    Link,
    /// Waits for room at a consumer.
    Output,
    /// Waits for a tile's bus.
    Bus,
    /// Waits for a buffer's port.
    Port,
    /// Waits for digital units.
    Unit,
    /// Waits for its fetch.
    Fetch,
}

impl Cause {
    /// All, in order.
    pub const ALL: [Cause; 9] = [
        Cause::Busy,
        Cause::Adc,
        Cause::Upstream,
        Cause::Link,
        Cause::Output,
        Cause::Bus,
        Cause::Port,
        Cause::Unit,
        Cause::Fetch,
    ];

    /// Name in reports.
    pub fn name(self) -> &'static str {
        match self {
            Cause::Busy => "busy",
            Cause::Adc => "adc",
            Cause::Upstream => "upstream",
            Cause::Link => "link",
            Cause::Output => "output",
            Cause::Bus => "bus",
            Cause::Port => "port",
            Cause::Unit => "unit",
            Cause::Fetch => "fetch",
        }
    }
}

/// Waits as pieces of time, in the order in which they follow each other.
pub fn pieces(w: &Waits) -> [(Cause, u64); 7] {
    [
        (Cause::Upstream, w.upstream),
        (Cause::Link, w.link),
        (Cause::Output, w.output),
        (Cause::Fetch, w.fetch),
        (Cause::Bus, w.bus),
        (Cause::Port, w.port),
        (Cause::Unit, w.unit),
    ]
}

/// Most bins; a bin doubles its width when time outgrows them.
const BINS: usize = 240;

/// Ticks by cause.
type Bin = [u64; Cause::ALL.len()];

/// Histogram of each station's time.
#[derive(Debug, Clone)]
pub struct Profile {
    width: u64,
    stations: Vec<Vec<Bin>>,
    /// Of each occupancy, the ticks in which crossbars wait for converters.
    adc_wait: Vec<u64>,
}

impl Profile {
    /// For the stations of a plan.
    pub fn new(plan: &Plan) -> Profile {
        Profile {
            width: 1,
            stations: vec![vec![Bin::default(); BINS]; plan.stations.len()],
            adc_wait: plan.stations.iter().map(|s| s.adc_wait).collect(),
        }
    }

    /// Ticks of one bin.
    pub fn bin_ticks(&self) -> u64 {
        self.width
    }

    /// Ticks of a station by cause, bin by bin up to a tick; causes that never occur are left out. A firing that reaches
    /// beyond that tick is cut there.
    pub fn of(&self, station: usize, end: u64) -> Vec<(Cause, Vec<u64>)> {
        let bins = &self.stations[station][..(end.div_ceil(self.width) as usize).min(BINS)];
        let all = Cause::ALL.iter().enumerate();
        let series = all.map(|(i, &c)| (c, bins.iter().map(|b| b[i]).collect::<Vec<u64>>()));
        series
            .filter(|(_, ticks)| ticks.iter().any(|&t| t > 0))
            .collect()
    }

    fn widen(&mut self, tick: u64) {
        while tick > self.width * BINS as u64 {
            self.width *= 2;
            for bins in &mut self.stations {
                for i in 0..BINS {
                    bins[i] = if 2 * i < BINS {
                        std::array::from_fn(|c| bins[2 * i][c] + bins[2 * i + 1][c])
                    } else {
                        Bin::default()
                    };
                }
            }
        }
    }

    fn add(&mut self, station: usize, cause: Cause, from: u64, until: u64) {
        if until <= from {
            return;
        }
        self.widen(until);
        let mut at = from;
        while at < until {
            let bin = at / self.width;
            let next = ((bin + 1) * self.width).min(until);
            self.stations[station][bin as usize][cause as usize] += next - at;
            at = next;
        }
    }
}

impl Observer for Profile {
    fn fired(&mut self, station: usize, firing: u64, times: &Firing) {
        let waits = pieces(&times.waits);
        let mut at = times.begin - waits.iter().map(|w| w.1).sum::<u64>();
        for (cause, ticks) in waits {
            // Time before the first firing is idle.
            if firing > 0 {
                self.add(station, cause, at, at + ticks);
            }
            at += ticks;
        }
        let adc = self.adc_wait[station].min(times.end - times.begin);
        self.add(station, Cause::Busy, times.begin, times.end - adc);
        self.add(station, Cause::Adc, times.end - adc, times.end);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn profile() -> Profile {
        Profile {
            width: 1,
            stations: vec![vec![Bin::default(); BINS]],
            adc_wait: vec![3],
        }
    }

    #[test]
    fn ticks_are_kept_while_bins_widen() {
        let mut p = profile();
        let (mut at, mut waited) = (10, 0);
        for n in 0..500u64 {
            let waits = Waits {
                upstream: n % 4,
                bus: n % 3,
                ..Waits::default()
            };
            let begin = at + waits.upstream + waits.bus;
            waited += if n > 0 { n % 4 + n % 3 } else { 0 };
            let (end, start) = (begin + 8, begin);
            p.fired(
                0,
                n,
                &Firing {
                    start,
                    begin,
                    end,
                    written: end,
                    finished: end,
                    waits,
                },
            );
            at = end;
        }
        let series = p.of(0, at);
        let sum = |c| {
            series
                .iter()
                .find(|s| s.0 == c)
                .map_or(0, |s| s.1.iter().sum::<u64>())
        };
        assert_eq!((sum(Cause::Busy), sum(Cause::Adc)), (500 * 5, 500 * 3));
        assert_eq!(sum(Cause::Upstream) + sum(Cause::Bus), waited);
        // 5500 ticks in at most 240 bins, widths being powers of two.
        assert_eq!(p.bin_ticks(), 32);
        // A full bin never holds more ticks than it is wide.
        for bin in 0..series[0].1.len() {
            assert!(series.iter().map(|s| s.1[bin]).sum::<u64>() <= 32);
        }
    }
}
