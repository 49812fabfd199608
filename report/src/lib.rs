//! Reports: what a mapping, a run, an evaluation or a pruning amounts to, as plain values that explain themselves.
//!
//! A report holds the resolved machine, the digest of the network and the seed, so that it can be made again; tables
//! and plots are made from the saved report only. Keys carry their unit (`_ns`, `_pj`, `_mm2`, `_mw`); crossbars,
//! conversions and other plain counts carry none.
//!
//! **Energy of one inference** in steady state, images back to back: actions of one image x energy per action, plus
//! static power of every instance in use x the interval between images. **Area**: every instance of the tiles in use,
//! whole tiles, their routers and chip-level parts. Both follow from the report's own counts and cost table.

pub mod area;
mod checks;
pub mod compare;
pub mod energy;
pub mod exec;
pub mod explain;
pub mod map;
mod parts;
pub mod points;
mod profile;
pub mod run;
mod stalls;
mod startup;
mod stream;

pub use checks::Check;
pub use compare::{Change, Changes, CompareReport, State};
pub use energy::Component;
pub use exec::{ExecReport, LayerExec};
pub use explain::{Explanation, Step};
pub use map::{Crossbars, LayerMapReport, LayerShape, MapReport, PlacementReport, Totals};
pub use parts::{BufferUse, LinkUse, PartUse};
pub use points::MethodPoint;
pub use profile::{LayerProfile, ProfileReport};
pub use run::{LayerRun, Method, Observed, RunReport, TimelineInfo};
pub use stalls::{Critical, Resource, by_cause};
pub use startup::{LayerStartup, StartupReport};
pub use stream::{Batch, Deviation, Partial, Stop};

use crosscut_arch::Arch;
use crosscut_traces::Network;
use serde::{Deserialize, Serialize};

/// Version of the report's layout; grows when a key changes its meaning or goes.
pub const VERSION: u32 = 2;

/// What a report is about: enough to make it again.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct About {
    /// [`VERSION`] of the layout.
    pub report_version: u32,
    /// Version of the program.
    pub program_version: String,
    /// Network name.
    pub network: String,
    /// Hash over structure and weights of the network.
    pub network_digest: String,
    /// Multiply-accumulates of one image.
    pub macs: u64,
    /// Weights and biases.
    pub parameters: u64,
    /// Seed of everything drawn at random.
    pub seed: u64,
    /// The machine, every default written out.
    pub machine: Arch,
}

impl About {
    /// Describes a network on a machine.
    pub fn new(net: &Network, arch: &Arch, seed: u64) -> About {
        let stats = net.total_stats();
        About {
            report_version: VERSION,
            program_version: env!("CARGO_PKG_VERSION").to_string(),
            network: net.name.clone(),
            network_digest: net.digest(),
            macs: stats.macs,
            parameters: stats.parameters,
            seed,
            machine: arch.clone(),
        }
    }
}
