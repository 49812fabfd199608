//! Limits of ADC ranges as files: what a profile found, and which machine and network it belongs to.

use crate::func::options::Limits;
use crate::map::file::{self, FileError, FileKind};
use crate::map::identity::{Elsewhere, Fact, MachineIdentity, NetworkIdentity};
use crosscut_arch::{Arch, SignedWeights};
use crosscut_traces::Network;
use serde::{Deserialize, Serialize};

/// Version of the layout; grows when a key changes its meaning or goes.
pub const VERSION: u32 = 2;

/// Saved limits.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SavedLimits {
    /// [`FileKind::Limits`].
    pub kind: FileKind,
    /// [`VERSION`].
    pub version: u32,
    /// Machine they were measured on.
    pub machine: MachineIdentity,
    /// Network they were measured on.
    pub network: NetworkIdentity,
    /// Hash over its structure and weights.
    pub network_digest: String,
    /// Bits of the ADCs they were chosen for.
    pub adc_bits: u32,
    /// Column sums of the first and the last code, by layer and weight slice (least significant first).
    pub layers: Limits,
}

/// What column sums depend on. Bits and errors of the converter are not among it.
pub fn facts(arch: &Arch) -> Vec<Fact> {
    let signs = match arch.format.signed_weights {
        SignedWeights::Offset { flip: false, .. } => "by an offset",
        SignedWeights::Offset { flip: true, .. } => "by an offset, with columns inverted",
        SignedWeights::Differential => "in pairs of columns",
        SignedWeights::TwosComplement => "in two's complement",
    };
    vec![
        Fact::new("rows", "a crossbar has {} rows", arch.crossbar.rows),
        Fact::new(
            "active_rows",
            "{} rows are active at once",
            arch.crossbar.active_rows,
        ),
        Fact::new(
            "weight_bits",
            "weights have {} bits",
            arch.format.weight_bits,
        ),
        Fact::new(
            "weight_slices",
            "the machine has {} weight slices",
            arch.weight_slices(),
        ),
        Fact::new("cell_bits", "a cell has {} bits", arch.device.cell_bits),
        Fact::new("signed_weights", "negative weights are stored {}", signs),
        Fact::new("input_bits", "inputs have {} bits", arch.format.input_bits),
        Fact::new("dac_bits", "a DAC has {} bits", arch.dac_bits),
    ]
}

impl SavedLimits {
    /// Limits that were measured with a network on a machine.
    pub fn of(net: &Network, arch: &Arch, layers: Limits) -> SavedLimits {
        SavedLimits {
            kind: FileKind::Limits,
            version: VERSION,
            machine: MachineIdentity::of(arch, facts(arch)),
            network: NetworkIdentity::of(net),
            network_digest: net.digest(),
            adc_bits: arch.adc.map_or(0, |c| c.bits),
            layers,
        }
    }

    /// Reads the text of a file.
    ///
    /// # Errors
    /// If it is of another kind or version, or damaged.
    pub fn read(text: &str) -> Result<SavedLimits, FileError> {
        file::read(text, FileKind::Limits, VERSION)
    }

    /// Whether they belong to this network on this machine. Weights and converters may be others.
    ///
    /// # Errors
    /// Both names, and what differs first.
    pub fn check(&self, net: &Network, arch: &Arch) -> Result<(), Elsewhere> {
        self.machine.check(arch, &facts(arch))?;
        self.network.check(net)
    }
}
