//! `limits.json`: limits of ADC ranges, as `profile` writes and `exec --limits` reads them.

use anyhow::{Context, ensure};
use crosscut_sim::func::run::profile::Limits;
use serde::{Deserialize, Serialize};
use std::path::Path;

/// Version of the file's layout.
const VERSION: u32 = 1;

/// The file.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LimitsFile {
    /// Layout version; names the kind of file too.
    crosscut_limits: u32,
    /// Network they were measured on.
    pub network: String,
    /// Hash over its structure and weights.
    pub network_digest: String,
    /// Machine.
    pub machine: String,
    /// Bits of its ADCs.
    pub adc_bits: u32,
    /// Column sums of the first and the last code, by layer and weight slice (least significant first).
    pub layers: Limits,
}

impl LimitsFile {
    /// Limits of a network on a machine.
    pub fn new(network: (&str, &str), machine: &str, adc_bits: u32, layers: Limits) -> LimitsFile {
        LimitsFile {
            crosscut_limits: VERSION,
            network: network.0.to_string(),
            network_digest: network.1.to_string(),
            machine: machine.to_string(),
            adc_bits,
            layers,
        }
    }
}

/// Reads the file.
pub fn read(path: &Path) -> anyhow::Result<LimitsFile> {
    let name = path.display();
    let text = std::fs::read_to_string(path).with_context(|| format!("cannot read `{name}`"))?;
    let file: LimitsFile = serde_json::from_str(&text)
        .with_context(|| format!("`{name}` is no limits file that `profile` wrote"))?;
    ensure!(
        file.crosscut_limits == VERSION,
        "`{name}` is a limits file of version {}; this program reads version {VERSION}",
        file.crosscut_limits
    );
    Ok(file)
}
