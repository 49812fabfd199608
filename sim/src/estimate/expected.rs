//! What an estimate expects of a run: its time without contention, raised by what the parts have to do.

use super::steady::Estimate;
use crate::cycle;
use crate::cycle::plan::Plan;

/// Times as a cycle run is expected to find them. The interval is never above that of a run whose steady state is proven
/// unless [`Estimate::interval_proven`] is false; the latency is an expectation and no bound.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Expected {
    /// Ticks of one image alone.
    pub latency_ticks: u64,
    /// Ticks between images in steady state.
    pub interval_ticks: u64,
}

impl Expected {
    /// Of a plan and its times without contention. The interval is at least what the busiest bus, port, digital unit or link has
    /// to do for an image. One image alone waits for that part as well: as much longer as the interval is.
    pub fn of(plan: &Plan, alone: &Estimate) -> Expected {
        let interval_ticks = alone.interval_ticks.max(cycle::busiest(plan).1);
        Expected {
            latency_ticks: alone.latency_ticks + (interval_ticks - alone.interval_ticks),
            interval_ticks,
        }
    }
}
