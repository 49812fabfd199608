//! Arguments of `network import`.

use super::shared::{Global, LimitArgs, MachineArgs, MapArgs};
use clap::Args;
use std::path::PathBuf;

/// `network import`.
#[derive(Debug, Args)]
#[command(
    after_help = "Imports a network that was trained elsewhere. Writes network.onnx, weights.safetensors (batch norm folded) and, with
masks, mapping.json for the machine: what `map`, `run` and `exec` take.

Examples:
  crosscut prune --out pruned/ --export-onnx pruned.onnx --export-masks masks.safetensors
  crosscut network import pruned.onnx --masks masks.safetensors --out back/
  crosscut exec --network back/network.onnx --data digits --mapping back/mapping.json"
)]
pub struct ImportArgs {
    /// ONNX file, or a safetensors file with weights of --network
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// Built-in network or ONNX file that the weights of a safetensors file belong to
    #[arg(long, value_name = "NAME|FILE", help_heading = "Workload")]
    pub network: Option<String>,
    #[command(flatten)]
    pub limits: LimitArgs,
    /// Check the network against the masks of a file that `prune --export-masks` wrote
    #[arg(long, value_name = "FILE", help_heading = "Masks")]
    pub masks: Option<PathBuf>,
    /// Set the weights that the masks do not keep to zero, instead of refusing the network
    #[arg(long, requires = "masks", help_heading = "Masks")]
    pub apply_masks: bool,
    #[command(flatten)]
    pub machine: MachineArgs,
    #[command(flatten)]
    pub map: MapArgs,
    #[command(flatten)]
    pub global: Global,
    /// Write to this folder
    #[arg(
        long,
        value_name = "DIR",
        default_value = "crosscut-imported",
        help_heading = "Output"
    )]
    pub out: PathBuf,
}
