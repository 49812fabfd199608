//! Named cost laws of the ADC.

use crate::schema::AdcLaw;

/// Resolutions the law has figures for.
pub(crate) fn bits_range(law: AdcLaw) -> std::ops::RangeInclusive<u32> {
    match law {
        AdcLaw::IsaacSplit => 4..=10,
    }
}

/// Energy of one conversion (pJ) and area (um2) of one ADC, at 32 nm.
///
/// `isaac-split`: ISAAC's SAR ADC with a linear part (buffer, memory, clock) and an exponential part
/// (capacitive DAC), tabulated for 4 to 10 bits in the Accelergy component library; 8 bit is ISAAC's
/// 2 mW at 1.2 GS/s and 1200 um2.
pub(crate) fn energy_area(law: AdcLaw, bits: u32) -> Option<(f64, f64)> {
    const ISAAC_SPLIT: [(f64, f64); 7] = [
        (0.79, 361.0),
        (0.99, 477.0),
        (1.20, 627.0),
        (1.42, 845.0),
        (1.67, 1200.0),
        (1.97, 1828.0),
        (2.38, 3002.0),
    ];
    let index = bits.checked_sub(*bits_range(law).start())?;
    ISAAC_SPLIT.get(index as usize).copied()
}
