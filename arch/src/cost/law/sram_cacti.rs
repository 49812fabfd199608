//! SRAM buffers with a 256-bit port: CACTI at 45 nm as MNSIM 2.0 tabulates it (high-performance transistors). Between two sizes
//! of the table a power law through both; beyond it energy ~ size^0.78, area and leakage ~ size. Action: one byte, a 32nd of an
//! access (mean of read and write).

use super::memory::ENERGY_EXPONENT;
use super::power::power_law;
use crate::cost::cost_law::CostLaw;
use crate::cost::figures::{Figures, NoFigures};
use crate::cost::key::{self, Key};
use crate::cost::node::Class;
use crate::cost::point::Point;
use crate::part::PartKind;

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
        let kib = p.buffer_bytes / 1024.0;
        if !(0.25..=8192.0).contains(&kib) {
            let value = format!("{} bytes", p.buffer_bytes);
            return Err(NoFigures::new("tile.buffer", value, "256 B to 8 MiB"));
        }
        let [energy, mm2, leakage] = table(kib);
        Ok(Figures::new(energy / PORT, mm2 * 1e6, leakage).at(45.0))
    }
}

/// Bytes of an access.
const PORT: f64 = 32.0;

type Row = (f64, f64, f64, f64, f64);

/// KiB, pJ of a read and of a write, mW of leakage, mm2.
const SRAM: [Row; 9] = [
    (2.0, 17.5, 18.3, 4.2, 0.099),
    (4.0, 19.6, 22.1, 6.9, 0.119),
    (8.0, 27.2, 29.8, 11.5, 0.177),
    (16.0, 32.1, 37.5, 21.0, 0.235),
    (32.0, 41.7, 52.7, 40.1, 0.350),
    (64.0, 61.8, 67.1, 72.6, 0.572),
    (128.0, 86.9, 97.8, 142.0, 0.945),
    (256.0, 138.0, 127.0, 270.0, 1.680),
    (512.0, 211.0, 199.0, 540.0, 3.763),
];

/// Energy of an access, area and leakage.
fn table(kib: f64) -> [f64; 3] {
    let at = SRAM.partition_point(|row| row.0 < kib);
    let exactly = SRAM.get(at).filter(|row| row.0 == kib);
    match (at, exactly) {
        (_, Some(row)) => [(row.1 + row.2) / 2.0, row.4, row.3],
        (0, None) => beyond(SRAM[0], kib),
        (n, None) if n == SRAM.len() => beyond(SRAM[n - 1], kib),
        (n, None) => {
            let (a, b) = (SRAM[n - 1], SRAM[n]);
            let between = |f: fn(Row) -> f64| power_law(kib, (a.0, f(a)), (b.0, f(b)));
            [
                between(|r| (r.1 + r.2) / 2.0),
                between(|r| r.4),
                between(|r| r.3),
            ]
        }
    }
}

fn beyond(row: Row, kib: f64) -> [f64; 3] {
    let ratio = kib / row.0;
    let energy = (row.1 + row.2) / 2.0 * ratio.powf(ENERGY_EXPONENT);
    [energy, row.4 * ratio, row.3 * ratio]
}
