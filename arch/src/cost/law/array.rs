//! Cell arrays: energy of a read, split by what it depends on, area, and the time their wires take to settle.
//!
//! **Energy.** A cell in use conducts V^2 G t: V the read voltage, G the mean conductance at the assumed activity, t the time
//! cells conduct; a share of the driven rows carries a one. A driven row charges its word line, a sensed column its bit
//! line, each along the whole array: 0.2 fF/um (NeuroSim) and a gate of 0.1 fF or a junction of 0.05 fF a cell, both at 32 nm
//! and in proportion to the node. Digital cells: `digital_array.rs`. **Area.** Rows x columns x the area of a cell; drivers
//! and converters are parts of their own. **Time.** RC of the longest row and column, settled to half a step of the
//! converter.
//!
//! A train of pulses drives the rows once for each of its bits, so that a read costs as many times as much. NeuRRAM's six
//! measured efficiencies follow from it within 15 % (`arch/tests/published.rs`); of machines whose trains are one long pulse
//! (HERMES) it is an assumption.

use super::digital_array;
use crate::cost::cost_law::CostLaw;
use crate::cost::figures::{Figures, NoFigures};
use crate::cost::key::{self, Key};
use crate::cost::node::Class;
use crate::cost::point::Point;
use crate::cost::read::Read;
use crate::part::{Confidence, PartKind};

pub(crate) struct Array;

/// Wire of a row or column (NeuroSim).
const WIRE_FF_PER_UM: f64 = 0.2;
/// Gate and junction of a cell's transistor at 32 nm.
const GATE_FF: f64 = 0.1;
const JUNCTION_FF: f64 = 0.05;
/// Resistance of a row driver or of the input of a column's circuit: an assumption.
const DRIVER_OHM: f64 = 1000.0;

/// The energy of a read of the array alone.
pub(crate) fn read(p: &Point) -> Result<Read, NoFigures> {
    if p.cell.digital {
        return digital_array::read(p);
    }
    let (row_ff, column_ff) = cell_ff(p);
    let volt2 = p.cell.volt * p.cell.volt;
    // V^2 x uS x ns and V^2 x fF are fJ.
    let inputs = p.cell.activity.inputs;
    // A pulse train drives the rows once for each of its bits: the pulses within a bit are integrated without new edges.
    let bits = p.trains.map_or(1.0, |t| t.bits);
    let row_pj = inputs * volt2 * p.columns * row_ff / 1e3;
    Ok(Read {
        cell_pj: inputs * volt2 * p.mean_us() * p.cell.pulse_ns / 1e3,
        row_pj,
        active_row_pj: row_pj,
        column_pj: volt2 * p.rows * column_ff / 1e3,
        fixed_pj: 0.0,
    }
    .times(bits))
}

/// Capacitance of a cell to its row and to its column.
fn cell_ff(p: &Point) -> (f64, f64) {
    let (wire, node) = (p.pitch_um() * WIRE_FF_PER_UM, p.nm / 32.0);
    (wire + GATE_FF * node, wire + JUNCTION_FF * node)
}

/// Time in which the wires of the array settle to half a step of the converter; 0 for digital cells.
///
/// A wire of n cells with a driver at its end settles with 0.38 R C + R(driver) C. Wire resistance per cell: as given, else
/// a copper wire as wide as NeuroSim has it at 32 nm (56 nm, 2.63e-8 ohm m, twice as high as wide), in inverse proportion
/// to the node.
pub(crate) fn settle_ns(p: &Point) -> f64 {
    let Some((_, size)) = p.adc.filter(|_| !p.cell.digital) else {
        return 0.0;
    };
    let (row_ff, column_ff) = cell_ff(p);
    // 2.63e-8 / (56 nm x 112 nm) is 4.19 ohm/um.
    let segment = 4.19 * (32.0 / p.nm) * p.pitch_um();
    let (row_ohm, column_ohm) = p.wires_ohm.unwrap_or((segment, segment));
    // ohm x fF is 1e-6 ns.
    let settle = |n: f64, ohm: f64, ff: f64| n * ff * (0.38 * n * ohm + DRIVER_OHM) / 1e6;
    let tau = settle(p.columns, row_ohm, row_ff) + settle(p.rows, column_ohm, column_ff);
    tau * (f64::from(size.bits) + 1.0) * std::f64::consts::LN_2
}

impl CostLaw for Array {
    fn name(&self) -> &'static str {
        "array"
    }

    fn parts(&self) -> &'static [PartKind] {
        &[PartKind::Crossbar]
    }

    fn source(&self, p: &Point) -> &'static str {
        match p.cell.digital {
            true => {
                "law array: adder trees over digital cells, calibrated on ISSCC 2022 15.5 and 11.7"
            }
            false => {
                "law array: V^2 G t of the cells at the assumed activity, word lines and bit lines of 0.2 fF/um"
            }
        }
    }

    fn confidence(&self, _: &Point) -> Confidence {
        Confidence::Derived
    }

    fn follows(&self) -> &'static [Key] {
        &[
            key::NM,
            key::ROWS,
            key::COLUMNS,
            key::ACTIVE_ROWS,
            key::ON,
            key::OFF,
            key::VOLT,
            key::F2,
            key::PULSE,
            key::INPUTS,
            key::CELLS,
            key::TRAIN_BITS,
            key::BIT_PRODUCTS,
            key::COLUMN_SUM,
        ]
    }

    fn node(&self) -> Class {
        Class::Own
    }

    /// Nothing is known of what idle arrays draw.
    fn knows_static_power(&self) -> bool {
        false
    }

    fn figures(&self, _: PartKind, p: &Point) -> Result<Figures, NoFigures> {
        let area = match p.cell.digital {
            true => digital_array::area_um2(p)?,
            false => p.rows * p.columns * p.pitch_um() * p.pitch_um(),
        };
        Ok(Figures::new(read(p)?.full_pj(p), area, area))
    }
}
