//! Where each station's time went, up to a tick.

use crate::cycle::observe::{Firing, Observer};
use crate::cycle::plan::Plan;
use crate::cycle::{Tally, Waits};

/// Adds up the times of every station. Firings that begin at `limit` or later serve nothing the output needs (the last
/// column before a pool that skips it) and are counted only.
#[derive(Debug, Clone)]
pub(super) struct Tallies<'p> {
    plan: &'p Plan,
    limit: u64,
    pub stations: Vec<Tally>,
    /// End of each station's last occupancy.
    free: Vec<u64>,
}

impl<'p> Tallies<'p> {
    pub fn new(plan: &'p Plan, limit: u64) -> Tallies<'p> {
        Tallies {
            plan,
            limit,
            stations: vec![Tally::default(); plan.stations.len()],
            free: vec![0; plan.stations.len()],
        }
    }

    /// Whether any station worked beyond a tick.
    pub fn exceeds(&self, tick: u64) -> bool {
        self.free.iter().any(|&f| f > tick)
    }
}

impl Observer for Tallies<'_> {
    fn fired(&mut self, s: usize, firing: u64, times: &Firing) {
        let (plan, tally) = (&self.plan.stations[s], &mut self.stations[s]);
        tally.firings += 1;
        let class = plan.blocks.class(firing % plan.blocks.count());
        tally.fired[class as usize] += 1;
        tally.last_finish = tally.last_finish.max(times.finished);
        // Time before the first firing is idle.
        let before = match tally.first_begin {
            Some(_) => self.free[s],
            None => times.begin,
        };
        tally.first_begin.get_or_insert(times.begin);
        self.free[s] = times.end;
        let mut at = before;
        let limit = self.limit;
        let mut part = |ticks: u64| {
            let from = at.min(limit);
            at = (at + ticks).min(times.begin);
            at.min(limit) - from
        };
        // In order of time.
        let w = &times.waits;
        let (upstream, link, output) = (part(w.upstream), part(w.link), part(w.output));
        let (fetch, bus, port, unit) = (part(w.fetch), part(w.bus), part(w.port), part(w.unit));
        add(
            &mut tally.waits,
            &Waits {
                upstream,
                link,
                output,
                bus,
                port,
                unit,
                fetch,
            },
        );
        let work = times.end.min(limit).saturating_sub(times.begin);
        let reading = times.end - times.begin - plan.adc_wait;
        tally.busy += work.min(reading);
        tally.adc += work.saturating_sub(reading);
        tally.last_end = times.end.min(limit);
    }
}

fn add(sum: &mut Waits, w: &Waits) {
    sum.upstream += w.upstream;
    sum.link += w.link;
    sum.output += w.output;
    sum.bus += w.bus;
    sum.port += w.port;
    sum.unit += w.unit;
    sum.fetch += w.fetch;
}
