//! What converters make of column sums.

pub mod calibrate;
pub mod codes;
pub mod histogram;
pub mod mismatch;
pub mod range;
pub mod stats;
