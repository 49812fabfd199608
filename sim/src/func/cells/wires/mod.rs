//! Wire resistance (IR drop): what an array with resistive word and bit lines conducts from each row to each column.
//!
//! Circuit: row `i` is driven by a voltage source at its left end, column `j` is held at 0 V below its last row; every
//! segment of a row (the one from the source included) has `row_ohm`, every segment of a column (the one to the sense
//! amplifier included) `column_ohm`; the other ends are open. Cells are linear. Then the column currents are a linear
//! function of the row voltages, and one matrix of *effective conductances* takes the place of the cells: exact, however
//! many inputs are applied afterwards.
//!
//! It holds for fixed, linear cells whose inputs are voltages (a row at 0 V is driven too). It does not hold where every
//! read draws new cell noise: there [`solve`] solves the network of every single read (kernel `nodal-solve`). Neither is
//! laid out for inputs that switch the cells' transistors, nor for non-linear cells.

mod dense;
mod fold;
pub mod solve;

pub use fold::{Wires, fold};
