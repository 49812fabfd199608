//! How far off an estimate is expected to be: measured against the cycle engine.
//!
//! The table holds what `sim/tests/estimate_error.rs` found over 309 design points (every preset with crossbar timing; lenet5, vgg8,
//! resnet20 and resnet18; one copy of each layer and three or two limits on firings down to 1/128 of its firings), by what
//! limits the interval in the estimate, before every tile sent its own values: to be measured again with that traffic. Ranks of designs are right: Kendall's correlation with the engine was 0.997.

use crate::cycle::plan::Plan;
use crate::cycle::{Part, busiest};
use serde::{Deserialize, Serialize};

/// Deviation of estimated intervals from those of the cycle engine, as shares.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ExpectedError {
    /// What limits the interval: `stations`, `shared parts` of tiles, or `links`.
    pub limit: String,
    /// Designs with this limit that were measured.
    pub designs: u64,
    /// Half of them deviate by no more than this share.
    pub median: f64,
    /// Nine of ten do.
    pub most: f64,
    /// All do.
    pub worst: f64,
    /// The measurement.
    pub table: String,
}

/// What limits the interval, designs, median, nine of ten, worst.
type Row = (&'static str, u64, f64, f64, f64);

const STATIONS: Row = ("stations", 250, 0.0, 0.0, 0.1037);
const SHARED: Row = ("shared parts", 34, 0.0, 0.0, 0.1030);
const LINKS: Row = ("links", 25, 0.0, 0.2417, 0.3100);

/// The measurement that the table is from.
const TABLE: &str = "sim/tests/estimate_error.rs, 309 designs, traffic of one tile a layer";

fn row(plan: &Plan) -> Row {
    match busiest(plan).0 {
        Part::Station(_) => STATIONS,
        Part::Bus(_) | Part::Port(_) | Part::Unit(_) => SHARED,
        Part::Sums(_) | Part::Link(_) => LINKS,
    }
}

/// What limits the interval of a plan: its stations, parts of tiles that several stations share, or links.
pub fn limit(plan: &Plan) -> &'static str {
    row(plan).0
}

/// How far off the estimated interval of a plan is expected to be.
pub fn expected(plan: &Plan) -> ExpectedError {
    let (limit, designs, median, most, worst) = row(plan);
    ExpectedError {
        limit: limit.to_string(),
        designs,
        median,
        most,
        worst,
        table: TABLE.to_string(),
    }
}
