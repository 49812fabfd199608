//! A throughput that is asked for.

use serde::{Deserialize, Serialize};

/// The least throughput in steady state.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Throughput {
    /// Images a second.
    pub images_per_s: f64,
}

impl Throughput {
    /// The longest interval that keeps to it, in ticks of a clock.
    pub(super) fn interval_ticks(self, tick_ns: f64) -> u64 {
        // A hair more, so that a throughput printed by a run is met by that run.
        (1e9 / self.images_per_s / tick_ns * (1.0 + 1e-12)).floor() as u64
    }
}

impl std::fmt::Display for Throughput {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} images/s", self.images_per_s)
    }
}
