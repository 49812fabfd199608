//! Column sums of ideal cells by adding the active rows: 8-bit sums of 64 columns side by side.
//!
//! Where the sums of a layer fit 16 bits this is faster than counting bits: rows that an input bit does not drive (the zeros
//! behind a ReLU, and half of the bits of the rest) cost nothing, and one AVX-512 instruction adds 64 cells. As many rows are
//! added in 8 bits as cannot overflow them, which with 2-bit cells is nearly always all active rows; conversions and sums of
//! conversions take 16 bits, 32 columns per instruction.

#[cfg(target_arch = "x86_64")]
mod avx2;
#[cfg(target_arch = "x86_64")]
mod avx512;
mod batch;
mod lanes;
mod layout;
mod tally;

pub(super) use batch::Batch;
pub(super) use layout::{LevelTiles, fits};
pub(super) use tally::Tally;
