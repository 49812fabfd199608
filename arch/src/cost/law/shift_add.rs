//! Shift-and-add (action: one sample merged) and sample-and-hold (action: one column sampled).

use crate::cost::figures::Figures;

/// ISAAC Table I at 32 nm: 0.2 mW x 100 ns over 1024 samples; 0.00024 mm2 for four.
pub(super) fn isaac() -> Figures {
    Figures::new(20.0 / 1024.0, 60.0, 0.0).at(32.0)
}

/// HISIM at 28 nm.
pub(super) fn hisim() -> Figures {
    Figures::new(0.85, 1312.0, 0.0).at(28.0)
}

/// ISAAC Table I at 32 nm: 0.01 mW x 100 ns over 1024 samples; 0.00004 mm2 for 1024.
pub(super) fn isaac_sample_hold() -> Figures {
    Figures::new(1.0 / 1024.0, 40.0 / 1024.0, 0.0).at(32.0)
}
