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
        let n = self.images_per_s;
        match n {
            _ if !(1e-3..1e9).contains(&n) => write!(f, "{n:e} images/s"),
            1000.0.. => write!(f, "{n:.0} images/s"),
            _ => write!(f, "{} images/s", (n * 1e4).round() / 1e4),
        }
    }
}
