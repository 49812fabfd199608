//! What a report is about: network, machine and seed.

use crosscut_arch::Arch;
use crosscut_traces::Network;
use serde::{Deserialize, Serialize};

/// Version of the layout of reports; grows when a key changes its meaning or goes.
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
    /// How slices and copies of the layers were chosen, in words; absent in older reports.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub chosen: Option<String>,
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
            chosen: None,
        }
    }
}
