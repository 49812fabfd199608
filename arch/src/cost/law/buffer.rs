//! Tile buffers with a 256-bit port. Action: one byte read or written, as a 32nd of an access (mean of read and write).

use super::power::power_law;
use crate::cost::figures::{Figures, NoFigures};

const KEY: &str = "tile.buffer";
/// Bytes of an access.
const PORT: f64 = 32.0;

/// CACTI at 45 nm as MNSIM 2.0 tabulates it: KiB, pJ of a read and of a write, mW of leakage, mm2.
const SRAM: [(f64, f64, f64, f64, f64); 9] = [
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

/// Exponent of energy in depth beyond the table (Accelergy); area and leakage follow the depth.
const ENERGY_EXPONENT: f64 = 0.78;

/// SRAM: between two sizes of the table a power law through both; beyond it energy ~ size^0.78, area and leakage ~ size.
pub(super) fn sram(bytes: f64) -> Result<Figures, NoFigures> {
    let kib = bytes / 1024.0;
    if !(0.25..=8192.0).contains(&kib) {
        return Err(NoFigures::new(
            KEY,
            format!("{bytes} bytes"),
            "256 B to 8 MiB",
        ));
    }
    let at = SRAM.partition_point(|row| row.0 < kib);
    let exactly = SRAM.get(at).filter(|row| row.0 == kib);
    let figures = match (at, exactly) {
        (_, Some(row)) => [(row.1 + row.2) / 2.0, row.4, row.3],
        (0, None) => beyond(SRAM[0], kib),
        (n, None) if n == SRAM.len() => beyond(SRAM[n - 1], kib),
        (n, None) => {
            let (a, b) = (SRAM[n - 1], SRAM[n]);
            let between =
                |f: fn((f64, f64, f64, f64, f64)) -> f64| power_law(kib, (a.0, f(a)), (b.0, f(b)));
            [
                between(|r| (r.1 + r.2) / 2.0),
                between(|r| r.4),
                between(|r| r.3),
            ]
        }
    };
    let [energy, mm2, leakage] = figures;
    Ok(Figures::new(energy / PORT, mm2 * 1e6, leakage).at(45.0))
}

fn beyond(row: (f64, f64, f64, f64, f64), kib: f64) -> [f64; 3] {
    let ratio = kib / row.0;
    let energy = (row.1 + row.2) / 2.0 * ratio.powf(ENERGY_EXPONENT);
    [energy, row.4 * ratio, row.3 * ratio]
}

/// eDRAM of PUMAsim at 32 nm: 17.2 pJ an access, 0.46 mW, 0.086 mm2 at 64 KiB; 25.35, 0.77, 0.121 at 128 KiB; a power law
/// through both.
pub(super) fn edram(bytes: f64) -> Result<Figures, NoFigures> {
    let kib = bytes / 1024.0;
    if !(16.0..=512.0).contains(&kib) {
        return Err(NoFigures::new(
            KEY,
            format!("{bytes} bytes"),
            "16 to 512 KiB",
        ));
    }
    let through = |small: f64, large: f64| power_law(kib, (64.0, small), (128.0, large));
    let energy = through(17.2, 25.35) / PORT;
    Ok(Figures::new(energy, through(86_000.0, 121_000.0), through(0.46, 0.77)).at(32.0))
}
