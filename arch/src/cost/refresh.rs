//! Refresh of eDRAM: every byte is read and written back once in its retention time, so that the power is bytes x energy of a
//! byte / retention.
//!
//! A power at full activity that is published of a buffer holds its refresh; it is split, and stays the sum of both. A stated
//! energy of a byte says nothing of refresh, which is then added.
//!
//! Retention: CACTI 6.5 (low-power DRAM at 45 nm) lets 20 fF at 1.1 V lose an eighth through 19.5 pA; nine tenths of that time
//! are 127 us. PUMAsim's eDRAM (17.2 and 25.35 pJ for 32 bytes, 0.46 and 0.77 mW at 64 and 128 KiB) would spend 0.28 and 0.82
//! mW on it.

use super::point::Point;

/// Of the energy of a byte in a power that is published at `busy` bytes per ns: the share of the actions.
pub(super) fn share_of_actions(busy: f64, retention_ns: f64, there: &Point) -> f64 {
    busy / (busy + bytes_per_ns(retention_ns, there))
}

/// Power of refresh, mW.
pub(super) fn power_mw(byte_pj: f64, retention_ns: f64, here: &Point) -> f64 {
    // pJ/ns is mW.
    byte_pj * bytes_per_ns(retention_ns, here)
}

fn bytes_per_ns(retention_ns: f64, p: &Point) -> f64 {
    p.buffer_bytes / retention_ns
}
