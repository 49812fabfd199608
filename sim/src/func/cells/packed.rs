//! Numbers from 0 to 1 in 16 bits: the sizes of read noise, which would otherwise take as much memory as the conductances.

/// Lifts unpacked numbers back up.
pub(in crate::func) const UNPACK: f32 = f32::from_bits((127 + 96) << 23);

/// A number from 0 to `largest`, over it, in 16 bits: 5 of exponent and 11 of fraction, the upper bits of a 32-bit float that was scaled
/// down until its exponent needs no more. Off by at most 2^-12 of it (down to 2^-30, below that by 2^-42).
pub(in crate::func) fn pack(v: f32, largest: f32) -> u16 {
    if largest <= 0.0 {
        return 0;
    }
    let share = (v / largest).min(1.0);
    (((share / UNPACK).to_bits() + (1 << 11)) >> 12) as u16
}

/// The number over [`UNPACK`].
#[inline(always)]
pub(in crate::func) fn unpack(v: u16) -> f32 {
    f32::from_bits(u32::from(v) << 12)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packed_numbers_are_as_close_as_said() {
        for i in 0..4000 {
            let v = 0.99f32.powi(i);
            let back = unpack(pack(v, 1.0)) * UNPACK;
            let limit = if v < 2f32.powi(-30) {
                2f32.powi(-42)
            } else {
                v * 2f32.powi(-12)
            };
            assert!((back - v).abs() <= limit, "{v}: {back}");
        }
        for whole in [0.0, 0.25, 1.0] {
            assert_eq!(unpack(pack(whole, 1.0)) * UNPACK, whole);
        }
    }
}
