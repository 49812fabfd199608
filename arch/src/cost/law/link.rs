//! Links between chips. Action: one byte. They are not scaled with logic.

use crate::cost::figures::Figures;

/// One of the four HyperTransport links of ISAAC Table I: 10.4 W and 22.88 mm2 for all four, drawn throughout.
pub(super) fn hypertransport() -> Figures {
    Figures::new(0.0, 22.88e6 / 4.0, 10_400.0 / 4.0)
}

/// TrueNorth: 26 pJ per bit between chips at 1.8 V.
pub(super) fn truenorth_pad() -> Figures {
    Figures::new(26.0 * 8.0, 0.0, 0.0)
}
