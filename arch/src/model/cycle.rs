//! Ticks of a crossbar cycle: the read, and the drain of its columns by the ADCs.

use super::arch::Arch;
use super::timing::{Phased, Timing};
use crate::adc::Work;

impl Arch {
    /// Ticks the ADCs of a PE need to drain one read of all its arrays; 0 without ADC.
    pub fn drain_ticks(&self) -> u64 {
        self.drain_ticks_of(self.row_steps())
    }

    /// The same for arrays with `row_steps` groups of active rows in use.
    pub fn drain_ticks_of(&self, row_steps: u32) -> u64 {
        let Some(adc) = &self.adc else { return 0 };
        let arrays = u64::from(self.pe.crossbars);
        let ticks = |columns: u64, times: u64| {
            let rounds = adc.rounds(&Work {
                conversions: columns * arrays * times,
                arrays: arrays * times,
                adcs: u64::from(self.pe.adcs),
            });
            // The quotient of two rates may miss an integer by rounding alone; a drain that ends on the tick fits.
            (rounds as f64 / adc.rounds_per_s() * self.clock_hz - 1e-6).ceil() as u64
        };
        match adc.conversions_per_output {
            None => ticks(self.converted_columns(), 1),
            // Those of a product, spread over its reads.
            Some(n) => ticks(self.outputs_per_crossbar(), u64::from(n))
                .div_ceil(u64::from(self.timed_steps_of(row_steps).max(1))),
        }
    }

    /// Ticks of one crossbar cycle, the time from one read of an array to the next: the slower of read and drain, their
    /// stages included where these are timed by themselves; on a phased machine the phase, with pulse trains the product.
    pub fn cycle_ticks(&self) -> u64 {
        self.cycle_ticks_of(self.row_steps())
    }

    /// The same for arrays with `row_steps` groups of active rows in use. It differs only where the conversions of a
    /// product are spread over its reads (`conversions_per_output`).
    pub fn cycle_ticks_of(&self, row_steps: u32) -> u64 {
        let (read, drain) = (self.crossbar.read_ticks, self.drain_ticks_of(row_steps));
        match &self.timing {
            // Charge added over several steps leaves the converters as many cycles.
            Timing::BitSerial(_) | Timing::None { .. } => {
                read.max(drain.div_ceil(u64::from(self.steps_per_conversion())))
            }
            Timing::Phased(p) => p.phase_ticks,
            Timing::Staged(s) if s.pipelined => s.front(read).max(s.back(drain)),
            Timing::Staged(s) => s.front(read) + s.back(drain),
            Timing::Integrated(t) => t.product_ticks,
        }
    }

    /// Nanoseconds of one tick.
    pub fn tick_ns(&self) -> f64 {
        1e9 / self.clock_hz
    }

    /// Nanoseconds of one crossbar cycle.
    pub fn cycle_ns(&self) -> f64 {
        self.cycle_ticks() as f64 * self.tick_ns()
    }

    /// The phase machine, if it is one.
    pub fn phased(&self) -> Option<Phased> {
        match self.timing {
            Timing::Phased(p) => Some(p),
            _ => None,
        }
    }
}
