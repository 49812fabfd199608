//! Where the time of a station went.

use crate::cycle::waits::Waits;
use crate::graph::ByClass;

/// One firing under way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Pending {
    pub start: u64,
    pub begin: u64,
    pub end: u64,
    pub written: u64,
    /// End of the occupancy before; its own begin for the first firing.
    pub before: u64,
    pub waits: Waits,
    pub yields: bool,
}

/// Ticks of a station, summed over firings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Tally {
    /// Firings finished.
    pub firings: u64,
    /// Firings by class of block; each did the plan's actions of its class.
    pub fired: ByClass<u64>,
    /// Occupied, without `adc`.
    pub busy: u64,
    /// Occupied while crossbars waited for converters.
    pub adc: u64,
    /// Not occupied between two firings.
    pub waits: Waits,
    /// Begin of the first firing.
    pub first_begin: Option<u64>,
    /// End of the last occupancy.
    pub last_end: u64,
    /// The last result finished.
    pub last_finish: u64,
}

impl Tally {
    /// Books the part of a firing that lies before `end`; `adc` ticks of a whole occupancy are waits for converters, the
    /// last of them.
    #[inline]
    pub(super) fn book(&mut self, firing: &Pending, adc: u64, end: u64) {
        let mut at = firing.before;
        let mut gap = |ticks: u64| {
            let from = at.min(end);
            at += ticks;
            at.min(end) - from
        };
        let w = &firing.waits;
        // In order of time.
        self.waits.upstream += gap(w.upstream);
        self.waits.link += gap(w.link);
        self.waits.output += gap(w.output);
        self.waits.fetch += gap(w.fetch);
        self.waits.bus += gap(w.bus);
        self.waits.port += gap(w.port);
        self.waits.unit += gap(w.unit);
        let occupied = firing.end.min(end).saturating_sub(firing.begin);
        let reading = firing.end - firing.begin - adc;
        self.busy += occupied.min(reading);
        self.adc += occupied.saturating_sub(reading);
        self.last_end = self.last_end.max(firing.end.min(end));
    }

    /// Adds `times` times what lies between two states of the sums.
    pub(super) fn repeat(&mut self, before: &Tally, after: &Tally, times: u64) {
        let add = |sum: &mut u64, after: u64, before: u64| *sum += times * (after - before);
        add(&mut self.firings, after.firings, before.firings);
        for (sum, (a, b)) in self
            .fired
            .iter_mut()
            .zip(after.fired.iter().zip(&before.fired))
        {
            add(sum, *a, *b);
        }
        add(&mut self.busy, after.busy, before.busy);
        add(&mut self.adc, after.adc, before.adc);
        let (w, a, b) = (&mut self.waits, &after.waits, &before.waits);
        add(&mut w.upstream, a.upstream, b.upstream);
        add(&mut w.link, a.link, b.link);
        add(&mut w.output, a.output, b.output);
        add(&mut w.fetch, a.fetch, b.fetch);
        add(&mut w.bus, a.bus, b.bus);
        add(&mut w.port, a.port, b.port);
        add(&mut w.unit, a.unit, b.unit);
    }
}

/// Splits the gap from the end of the occupancy before to the begin of a firing: each share lasts until the tick given.
pub(super) struct Gap {
    at: u64,
    begin: u64,
}

impl Gap {
    pub fn new(before: u64, begin: u64) -> Gap {
        Gap { at: before, begin }
    }

    /// Ticks from where the gap has come to until `tick`.
    #[inline]
    pub fn until(&mut self, tick: u64) -> u64 {
        let to = tick.min(self.begin).max(self.at);
        let ticks = to - self.at;
        self.at = to;
        ticks
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gap_is_split_in_order_of_time() {
        // Free at 10; block finished at 14, arrived at 17, room at 12, fetch of 3 from 17 on, bus done at 25, begin at 26.
        let mut gap = Gap::new(10, 26);
        let waits = Waits {
            upstream: gap.until(14),
            link: gap.until(17),
            output: gap.until(12),
            fetch: gap.until(20),
            bus: gap.until(25),
            port: gap.until(19),
            unit: gap.until(26),
        };
        let want = [4, 3, 0, 3, 5, 0, 1];
        let got = [
            waits.upstream,
            waits.link,
            waits.output,
            waits.fetch,
            waits.bus,
            waits.port,
            waits.unit,
        ];
        assert_eq!(got, want);
        let firing = Pending {
            before: 10,
            begin: 26,
            end: 36,
            waits,
            ..Pending::default()
        };
        // The whole firing, with 4 ticks of waiting for converters; and the part of it before ticks 18 and 34.
        let booked = |end| {
            let mut t = Tally::default();
            t.book(&firing, 4, end);
            (t.waits.upstream, t.waits.link, t.waits.fetch, t.busy, t.adc)
        };
        assert_eq!(booked(100), (4, 3, 3, 6, 4));
        assert_eq!(booked(18), (4, 3, 1, 0, 0));
        assert_eq!(booked(34), (4, 3, 3, 6, 2));
        assert_eq!(booked(5), (0, 0, 0, 0, 0));
    }
}
