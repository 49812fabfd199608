//! Digital cells with adder trees: one full adder for every bit product of a cell, and an accumulator behind every column, an
//! adder and a register a bit.
//!
//! Two 28 nm macros of 8-bit numbers and 32 rows (ZigZag-IMC's validation set): ISSCC 2022 15.5, 36.63 TOPS/W, 12,288 weights in
//! 0.9408 mm2; ISSCC 2022 11.7, 22 TOPS/W, 1024 weights in 0.03 mm2. With accumulators of 14 bits a cell has 1.875 adders:
//! 0.455 and 0.757 fJ, 5.10 and 1.95 um2 an adder, cells, drivers and clock included. The law takes the geometric means. A third
//! macro with 128 rows (ISSCC 2023 7.2, 19.5 TOPS/W, 8192 weights in 0.1462 mm2) would need 1.28 fJ and 1.78 um2.

use crate::cost::figures::NoFigures;
use crate::cost::node::{Class, Factors};
use crate::cost::point::Point;
use crate::cost::read::Read;

const ADDER_PJ: f64 = 0.587e-3;
const ADDER_UM2: f64 = 3.15;

fn node(p: &Point) -> Result<Factors, NoFigures> {
    Class::Logic.between(28.0, p.nm)
}

/// Adders of a cell, and those of a column's accumulator.
fn adders(p: &Point) -> (f64, f64) {
    (p.bit_products(), 2.0 * p.column_sum_bits())
}

/// Energy of a read.
pub(super) fn read(p: &Point) -> Result<Read, NoFigures> {
    let (cell, column) = adders(p);
    // Half of the bits are ones in the calibration.
    let activity = p.cell.activity.inputs / 0.5;
    let pj = ADDER_PJ * node(p)?.energy;
    Ok(Read {
        cell_pj: cell * pj * activity,
        row_pj: 0.0,
        active_row_pj: 0.0,
        column_pj: column * pj,
        fixed_pj: 0.0,
    })
}

/// Area of an array.
pub(super) fn area_um2(p: &Point) -> Result<f64, NoFigures> {
    let (cell, column) = adders(p);
    let adders = p.columns * (p.rows * cell + column);
    Ok(adders * ADDER_UM2 * node(p)?.area)
}
