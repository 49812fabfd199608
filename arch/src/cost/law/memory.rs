//! Published buffers at another size, width or number of banks. Action: one byte.
//!
//! CACTI as tabulated in MNSIM 2.0 (45 nm): with a 256-bit port an array of n KiB takes 0.088 + 0.0075 n mm2, so that the
//! periphery of a bank of 32 bytes weighs as much as 11.7 KiB of cells. The energy of a byte goes by the bytes of a bank to
//! the power 0.78 (depth law of the Accelergy CACTI tables); a 64-bit port takes 1.7 times the energy of a 256-bit port for
//! a byte (27.3 pJ for 8 bytes, 64.45 pJ for 32, at 64 KiB), a power of -0.38 of the width.

use crate::cost::cost_law::CostLaw;
use crate::cost::figures::{Figures, NoFigures};
use crate::cost::key::{self, Key};
use crate::cost::node::Class;
use crate::cost::point::Point;
use crate::part::{Confidence, PartKind};

pub(crate) struct Memory;

impl CostLaw for Memory {
    fn name(&self) -> &'static str {
        "memory"
    }

    fn parts(&self) -> &'static [PartKind] {
        &[PartKind::Buffer]
    }

    fn source(&self, _: &Point) -> &'static str {
        "law memory: CACTI as tabulated in MNSIM 2.0, by bytes, banks and width"
    }

    fn confidence(&self, _: &Point) -> Confidence {
        Confidence::Derived
    }

    fn follows(&self) -> &'static [Key] {
        &[key::BUFFER, key::BANKS, key::BANK_BYTES]
    }

    fn node(&self) -> Class {
        Class::Logic
    }

    fn figures(&self, _: PartKind, p: &Point) -> Result<Figures, NoFigures> {
        let (banks, width) = p.ports.unwrap_or((1.0, PORT));
        let bank = p.buffer_bytes / banks;
        let area = banks * (PERIPHERY * width / PORT + bank);
        let energy = bank.powf(ENERGY_EXPONENT) * (width / PORT).powf(WIDTH_EXPONENT);
        Ok(Figures::new(energy, area, area).at(32.0))
    }
}

/// Bytes of an access where the ports of a buffer are not described.
const PORT: f64 = 32.0;
/// Bytes whose cells take as much as the periphery of a bank with that port.
const PERIPHERY: f64 = 11.7 * 1024.0;
/// Exponent of the energy of a byte in the size.
pub(super) const ENERGY_EXPONENT: f64 = 0.78;
/// Exponent of the energy of a byte in the width of the port.
const WIDTH_EXPONENT: f64 = -0.38;
