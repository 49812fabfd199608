//! Where a station's time goes beside being busy.

use serde::{Deserialize, Serialize};

/// Where the time before a firing's begin went, in ticks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Waits {
    /// Until the last missing block was finished by its producer.
    pub upstream: u64,
    /// Until it had crossed the network and was written.
    pub link: u64,
    /// Until there was room for the result.
    pub output: u64,
    /// The bus between buffer and PEs was taken by others.
    pub bus: u64,
    /// The buffer's ports were taken by others.
    pub port: u64,
    /// The digital units served others.
    pub unit: u64,
    /// The fetch itself, where it could not run ahead.
    pub fetch: u64,
}

impl Waits {
    /// All causes together.
    pub fn total(&self) -> u64 {
        self.upstream + self.link + self.output + self.bus + self.port + self.unit + self.fetch
    }
}

/// Where a station's time went beside being busy, in ticks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Stalls {
    /// Between two firings.
    #[serde(flatten)]
    pub waits: Waits,
    /// Within an occupancy: crossbars waited for the converters.
    pub adc: u64,
}

impl Stalls {
    /// All causes together.
    pub fn total(&self) -> u64 {
        self.waits.total() + self.adc
    }
}
