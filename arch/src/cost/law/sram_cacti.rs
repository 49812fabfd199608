//! SRAM buffers with a 256-bit port: CACTI at 45 nm as MNSIM 2.0 tabulates it (high-performance transistors). Between two sizes
//! of the table a power law through both; beyond it energy ~ size^0.78, area and leakage ~ size. Action: one byte, a 32nd of an
//! access (mean of read and write).
//!
//! Other transistors (`transistors = "lop"`, low operating power, or `"lstp"`, low standby power) differ as in CACTI 6.5 at 45 nm:
//! supply and subthreshold current of its ITRS device types. Gate leakage is left out, as there; area and speed stay, though
//! their drive is a third of that of high-performance ones.

use super::memory::ENERGY_EXPONENT;
use super::power::{Row, buffer_kib, by_size};
use crate::cost::cost_law::CostLaw;
use crate::cost::figures::{Figures, NoFigures};
use crate::cost::key::{self, Key};
use crate::cost::node::Class;
use crate::cost::point::Point;
use crate::part::PartKind;
use crate::schema::Transistors;

pub(crate) struct SramCacti;

impl CostLaw for SramCacti {
    fn name(&self) -> &'static str {
        "sram-cacti"
    }

    fn parts(&self) -> &'static [PartKind] {
        &[PartKind::Buffer]
    }

    fn source(&self, _: &Point) -> &'static str {
        "law sram-cacti: CACTI figures at 45 nm as tabulated in MNSIM 2.0, 256-bit port"
    }

    fn follows(&self) -> &'static [Key] {
        &[key::BUFFER]
    }

    fn node(&self) -> Class {
        Class::Logic
    }

    fn figures(&self, _: PartKind, p: &Point) -> Result<Figures, NoFigures> {
        let kib = buffer_kib(p, 0.25..=8192.0, "256 B to 8 MiB")?;
        let [access, mm2, leakage] = table(kib);
        let (energy, static_power) = of_transistors(p.transistors);
        Ok(Figures::new(access / PORT * energy, mm2 * 1e6, leakage * static_power).at(45.0))
    }
}

/// Bytes of an access.
const PORT: f64 = 32.0;

/// KiB; pJ of an access, the mean of read and write; mm2; mW of leakage.
const SRAM: [Row; 9] = [
    (2.0, [(17.5 + 18.3) / 2.0, 0.099, 4.2]),
    (4.0, [(19.6 + 22.1) / 2.0, 0.119, 6.9]),
    (8.0, [(27.2 + 29.8) / 2.0, 0.177, 11.5]),
    (16.0, [(32.1 + 37.5) / 2.0, 0.235, 21.0]),
    (32.0, [(41.7 + 52.7) / 2.0, 0.350, 40.1]),
    (64.0, [(61.8 + 67.1) / 2.0, 0.572, 72.6]),
    (128.0, [(86.9 + 97.8) / 2.0, 0.945, 142.0]),
    (256.0, [(138.0 + 127.0) / 2.0, 1.680, 270.0]),
    (512.0, [(211.0 + 199.0) / 2.0, 3.763, 540.0]),
];

fn table(kib: f64) -> [f64; 3] {
    let (first, last) = (SRAM[0], SRAM[SRAM.len() - 1]);
    let (end, [access, mm2, leakage]) = match kib {
        kib if kib < first.0 => first,
        kib if kib > last.0 => last,
        _ => return by_size(kib, &SRAM),
    };
    let ratio = kib / end;
    [
        access * ratio.powf(ENERGY_EXPONENT),
        mm2 * ratio,
        leakage * ratio,
    ]
}

/// Factors on energy and leakage. Energy goes by the square of the supply, leakage by supply x current of transistors that are
/// off, at 300 K: 1.0 V and 280 nA/um, 0.7 V and 4.03 nA/um, 1.1 V and 10.1 pA/um.
fn of_transistors(kind: Transistors) -> (f64, f64) {
    let by = |volt: f64, na_per_um: f64| (volt * volt, volt * na_per_um / 280.0);
    match kind {
        Transistors::Hp => (1.0, 1.0),
        Transistors::Lop => by(0.7, 4.03),
        Transistors::Lstp => by(1.1, 0.0101),
    }
}
