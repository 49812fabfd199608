//! Arguments of the verbs that run values: `exec` and `profile`.

use super::choice::choice;
use super::shared::{DataArgs, Global, MachineArgs, MapArgs, NetworkArgs, OutArgs};
use clap::Args;
use crosscut_arch::RangeRule;
use crosscut_sim::func::run::setup::PROFILED;
use std::path::PathBuf;

/// `exec`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  crosscut exec
  crosscut exec --set adc.sar.bits=5                        what clips, where, and what would help
  crosscut exec --set adc.sar.bits=5 --set adc.sar.range=calibrated
  crosscut exec --set adc.sar.bits=4 --compare conv3 --out report/
  crosscut exec --set adc.sar.bits=5 --ablate --images 50
  crosscut exec --set adc.sar.errors.offset_spread=1.0 --seeds 5 --images 50 --out chips/
  crosscut exec --network model.onnx --data mnist/ --images 1000
  crosscut exec --network model.onnx --data images/ --normalise mnist --arch isaac-8b")]
pub struct ExecArgs {
    #[command(flatten)]
    pub machine: MachineArgs,
    #[command(flatten)]
    pub network: NetworkArgs,
    #[command(flatten)]
    pub data: DataArgs,
    #[command(flatten)]
    pub study: StudyArgs,
    #[command(flatten)]
    pub map: MapArgs,
    #[command(flatten)]
    pub global: Global,
    #[command(flatten)]
    pub out: OutArgs,
}

/// What is found out beyond accuracy.
#[derive(Debug, Args)]
#[command(next_help_heading = "Diagnosis")]
pub struct StudyArgs {
    /// Compute a network that is larger than the machine: its weights are written in groups, which changes no value
    #[arg(long)]
    pub reload: bool,
    /// Use the ADC limits of this file (a limits.json that `profile` wrote) instead of the machine's range rule
    #[arg(long, value_name = "FILE")]
    pub limits: Option<PathBuf>,
    /// Compare the outputs of this layer: crossbars, integer reference, float network
    #[arg(long, value_name = "LAYER")]
    pub compare: Option<String>,
    /// Switch each non-ideality on alone and off alone, and rank the damage
    #[arg(long)]
    pub ablate: bool,
    /// Measure N chips of the machine, each with its own random numbers: spread of accuracy, and yield
    #[arg(long, value_name = "N", value_parser = super::parse::at_most::<100_000, u64>)]
    pub seeds: Option<u64>,
    /// Also print every weight slice and the activity of every layer
    #[arg(long, short)]
    pub verbose: bool,
}

fn percentile(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(p) if (1.0..=100.0).contains(&p) => Ok(p),
        _ => Err("must be a number of per cent from 1 to 100".to_string()),
    }
}

/// `profile`.
#[derive(Debug, Args)]
#[command(
    after_help = "Writes report.json, limits.json and adc-ranges.svg. Images run through the machine's cells with ideal
converters, so that every layer sees the values it should.

Examples:
  crosscut profile --set adc.sar.bits=5
  crosscut exec --set adc.sar.bits=5 --limits crosscut-profile/limits.json
  crosscut profile --rule percentile --percentile 99.9 --out limits/
  crosscut profile --network model.onnx --data mnist/ --profile-images 100"
)]
pub struct ProfileArgs {
    #[command(flatten)]
    pub machine: MachineArgs,
    #[command(flatten)]
    pub network: NetworkArgs,
    #[command(flatten)]
    pub data: DataArgs,
    /// Count the column sums of the first N calibration images
    #[arg(long, value_name = "N", default_value_t = PROFILED as u32, value_parser = super::parse::positive::<u32>, help_heading = "Limits")]
    pub profile_images: u32,
    /// Choose how limits follow from the column sums [default: the machine's `adc.sar.calibration`, or least-error]
    #[arg(long, value_parser = choice::<RangeRule>(), value_name = "RULE", help_heading = "Limits")]
    pub rule: Option<RangeRule>,
    /// Keep P per cent of the samples unclipped, with the rule `percentile` [default: the machine's, or 99.99]
    #[arg(long, value_name = "P", value_parser = percentile, help_heading = "Limits")]
    pub percentile: Option<f64>,
    #[command(flatten)]
    pub map: MapArgs,
    #[command(flatten)]
    pub global: Global,
    /// Write report, limits and plot to this folder
    #[arg(long, value_name = "DIR", default_value = "crosscut-profile")]
    pub out: PathBuf,
}
