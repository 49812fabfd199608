//! Row drivers. Action: one row driven for one input step, that is, for one read.

use crate::cost::figures::{Figures, NoFigures};

const KEY: &str = "dac.bits";

/// MNSIM 2.0: 3.9 uW and 0.166 um2 at 1 bit (an inverter), both doubling with every bit; tabulated at 1, 2, 3, 4 and 6.
pub(super) fn mnsim(bits: u32, read_ns: f64) -> Result<Figures, NoFigures> {
    if !(1..=6).contains(&bits) {
        return Err(NoFigures::new(KEY, bits, "1 to 6 bits"));
    }
    let doublings = f64::from(1u32 << (bits - 1));
    // uW x ns is fJ.
    Ok(Figures::new(3.9 * doublings * read_ns / 1e3, 0.166 * doublings, 0.0).at(32.0))
}

/// Chen, VLSI 2018: 0.291 pJ and 438 um2 for 8 bits at 40 nm.
pub(super) fn chen(bits: u32) -> Result<Figures, NoFigures> {
    match bits {
        8 => Ok(Figures::new(0.291, 438.0, 0.0).at(40.0)),
        _ => Err(NoFigures::new(KEY, bits, "8 bits")),
    }
}
