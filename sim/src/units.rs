//! Bytes of values, ticks of transfers.

/// Bytes of `values` values of `bits` bits, packed.
pub fn bytes(values: u64, bits: u32) -> u64 {
    bytes_of_bits(values * u64::from(bits))
}

/// Bytes that hold `bits` bits.
pub fn bytes_of_bits(bits: u64) -> u64 {
    bits.div_ceil(8)
}

/// Ticks a transfer of `bytes` takes.
pub fn ticks(bytes: u64, bytes_per_tick: f64) -> u64 {
    (bytes as f64 / bytes_per_tick).ceil() as u64
}
