//! The links to the memory outside the chips.

use super::list::of;
use crosscut_arch::Arch;

/// Bytes per tick that the links of one chip move to and from the memory outside, where that takes time: the machine states
/// a bandwidth, messages take time of their own, and the network is not an ideal one.
pub fn off_chip_rate(arch: &Arch) -> Option<f64> {
    let timed = of(arch).messages_take_time() && !arch.noc.is_ideal();
    arch.dram_bytes_per_tick().filter(|_| timed)
}
