//! `limits.json`: limits of ADC ranges, as a profile measures them.

use crate::error::Error;
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
    /// Limits of a network (name and digest) on a machine.
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
///
/// # Errors
/// If it cannot be read, is of another kind or version.
pub fn read(path: &Path) -> Result<LimitsFile, Error> {
    let name = path.display().to_string();
    let text = std::fs::read_to_string(path).map_err(|e| Error::read(path, e))?;
    let file: LimitsFile = serde_json::from_str(&text).map_err(|source| Error::Layout {
        path: name.clone(),
        expected: "limits file that `profile` wrote",
        source,
    })?;
    if file.crosscut_limits != VERSION {
        return Err(Error::LimitsVersion {
            path: name,
            found: file.crosscut_limits,
            reads: VERSION,
        });
    }
    Ok(file)
}
