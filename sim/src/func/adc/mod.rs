//! What converters make of column sums: codes, ranges, converters that differ, limits that fit real inputs.
//!
//! Reading order: `codes` (one conversion), `range` (which codes a machine has), `mismatch` (converters that differ),
//! `converters` (all of a layer), `stats` (what they saw), `histogram`, `calibrate` and `limits` (ranges from real inputs),
//! `sums` (a distribution of column sums, described).

pub mod calibrate;
pub mod codes;
pub mod converters;
pub mod histogram;
pub mod limits;
pub mod mismatch;
pub mod range;
pub mod stats;
pub mod sums;
