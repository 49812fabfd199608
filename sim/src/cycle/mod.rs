//! The cycle engine: when things happen.

pub mod result;

pub use result::{CycleResult, Stalls, StationTiming};
