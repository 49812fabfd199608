//! How fast values come and go.

use super::arch::Arch;

impl Arch {
    /// Bytes per tick that the links of one chip move to and from the memory outside; nothing where they are not bounded.
    pub fn dram_bytes_per_tick(&self) -> Option<f64> {
        let rate = self.dram.as_ref()?.bytes_per_s?;
        Some(rate / self.clock_hz)
    }
}
