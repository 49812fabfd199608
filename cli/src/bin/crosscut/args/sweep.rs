//! Arguments of `sweep`.

use super::choice::choice;
use super::parse;
use super::shared::ThreadArgs;
use clap::{Args, Subcommand};
use crosscut::sweep::{IsoBy, Search};
use crosscut_traces::data::Preprocess;
use std::path::PathBuf;

/// `sweep`.
#[derive(Debug, Args)]
#[command(
    args_conflicts_with_subcommands = true,
    after_help = "Axes are keys of the machine, or arch, network, seed, budget, objective, replicas, prune.keep, prune.method.
A sweep that was ended goes on where it stopped when it is called again. docs/sweep.md says more.

Examples:
  crosscut sweep --estimate --set crossbar.rows=32,64,128
  crosscut sweep --estimate --network vgg8 --set crossbar.rows,crossbar.columns=64..256*2
  crosscut sweep --estimate --set crossbar.rows=32..128*2 --where \"area <= 8 mm2\"
  crosscut sweep --estimate --set crossbar.rows,crossbar.columns=16..128+16 --points 5
  crosscut sweep --refine --set crossbar.rows=32,64,128 --set budget=none,\"2 chips\"
  crosscut sweep --accuracy --images 20 --calibration-images 16 --set adc.sar.bits=5,8 --estimate
  crosscut sweep example > plan.toml
  crosscut sweep plan.toml --out sweep/
  crosscut sweep plan.toml --shard 1/2 --out shards/
  crosscut sweep plan.toml --shard 2/2 --out shards/
  crosscut sweep merge shards/ --out merged/
  crosscut sweep plan.toml --launch none --shards 4"
)]
pub struct SweepArgs {
    /// Merge logs, or show a plan.
    #[command(subcommand)]
    pub verb: Option<SweepVerb>,
    #[command(flatten)]
    pub job: SweepJobArgs,
}

/// Verbs on sweeps.
#[derive(Debug, Subcommand)]
pub enum SweepVerb {
    /// Put the logs of shards together: results.csv, manifest.json and pictures
    Merge(MergeArgs),
    /// Print a plan to begin with
    Example,
}

/// `sweep merge`.
#[derive(Debug, Args)]
pub struct MergeArgs {
    /// Logs of one plan, or folders of logs
    #[arg(value_name = "LOG|DIR", required = true)]
    pub logs: Vec<PathBuf>,
    /// Write the results to this folder
    #[arg(long, value_name = "DIR")]
    pub out: PathBuf,
    /// Print one JSON document instead of tables
    #[arg(long)]
    pub json: bool,
}

/// A sweep.
#[derive(Debug, Args)]
pub struct SweepJobArgs {
    /// Read this plan (TOML, see `crosscut sweep example`); options are laid over it
    #[arg(value_name = "PLAN")]
    pub plan: Option<PathBuf>,
    #[command(flatten)]
    pub axes: AxisArgs,
    #[command(flatten)]
    pub ask: AskArgs,
    #[command(flatten)]
    pub points: PointArgs,
    #[command(flatten)]
    pub data: SweepDataArgs,
    #[command(flatten)]
    pub log: LogArgs,
    #[command(flatten)]
    pub launch: LaunchArgs,
    /// Seed of the search and of all points [default: 0]
    #[arg(long, value_name = "N")]
    pub seed: Option<u64>,
    #[command(flatten)]
    pub threads: ThreadArgs,
    /// Print one JSON document instead of tables
    #[arg(long)]
    pub json: bool,
}

/// What changes from point to point.
#[derive(Debug, Args)]
#[command(next_help_heading = "Axes")]
pub struct AxisArgs {
    /// Sweep these machines: presets or TOML files [default: reram-64]
    #[arg(long, value_name = "LIST", value_delimiter = ',')]
    pub arch: Vec<String>,
    /// Sweep these networks: built in, or ONNX files [default: digits]
    #[arg(long, value_name = "LIST", value_delimiter = ',')]
    pub network: Vec<String>,
    /// Sweep these values of a key: a list 64,128,256 and ranges 4..8, 64..512+64, 64..1024*2; A,B=64,128 or A,B=64:6,128:7
    /// changes two keys together (repeatable)
    #[arg(long = "set", value_name = "KEY=VALUES")]
    pub set: Vec<String>,
    /// Let every design fill this area with copies: which is best at equal area
    #[arg(long, value_name = "AREA")]
    pub iso_area: Option<String>,
    /// Bring every design down to the least that loses at most this many points of accuracy: which is cheapest at equal
    /// accuracy
    #[arg(long, value_name = "POINTS")]
    pub iso_accuracy: Option<f64>,
    /// With --iso-accuracy: what is brought down [default: bits]
    #[arg(long, value_name = "WHAT", value_parser = choice::<IsoBy>())]
    pub iso_by: Option<IsoBy>,
}

/// What is asked of a point.
#[derive(Debug, Args)]
#[command(next_help_heading = "Figures")]
pub struct AskArgs {
    /// Estimate every point within milliseconds instead of simulating every cycle
    #[arg(long)]
    pub estimate: bool,
    /// Estimate every point, then simulate those that nothing beats and their neighbours
    #[arg(long)]
    pub refine: bool,
    /// Measure accuracy on simulated crossbars, too
    #[arg(long)]
    pub accuracy: bool,
    /// Mark points that break this: "area <= 100 mm2", "accuracy >= reference - 0.5" (repeatable); what axes alone decide is
    /// left out
    #[arg(long = "where", value_name = "CONDITION")]
    pub constraints: Vec<String>,
    /// Keep these figures only; `energy_pj.*` is the energy of every part
    #[arg(long, value_name = "LIST", value_delimiter = ',')]
    pub fields: Option<Vec<String>>,
    /// Compare points by these figures [default: latency_ns,energy_pj,area_mm2, and accuracy if it is measured]
    #[arg(long, value_name = "LIST", value_delimiter = ',')]
    pub front: Option<Vec<String>>,
}

/// Which points.
#[derive(Debug, Args)]
#[command(next_help_heading = "Points")]
pub struct PointArgs {
    /// Choose how points are chosen [default: grid, with --points sobol]
    #[arg(long, value_parser = choice::<Search>())]
    pub search: Option<Search>,
    /// Take this many points of the grid
    #[arg(long, value_name = "N", value_parser = parse::positive::<u64>)]
    pub points: Option<u64>,
    /// Do only part I of N of a plan; `sweep merge` puts the parts together
    #[arg(long, value_name = "I/N", value_parser = parse::shard)]
    pub shard: Option<(u64, u64)>,
}

/// Images to measure on and to prune with.
#[derive(Debug, Args)]
#[command(next_help_heading = "Images")]
pub struct SweepDataArgs {
    /// Use these images, as `exec --data` takes them [default: digits, with the network `digits`]
    #[arg(long, value_name = "NAME|DIR|FILE")]
    pub data: Option<String>,
    /// How stored values become inputs, as for `exec`
    #[arg(long, value_name = "HOW", value_parser = parse::normalise)]
    pub normalise: Option<Preprocess>,
    /// Evaluate the first N held-back images [default: 300]
    #[arg(long, value_name = "N", value_parser = parse::positive::<u32>)]
    pub images: Option<u32>,
    /// Calibrate and fit on the first N training images [default: 256]
    #[arg(long, value_name = "N", value_parser = parse::positive::<u32>)]
    pub calibration_images: Option<u32>,
}

/// What is kept.
#[derive(Debug, Args)]
#[command(next_help_heading = "Output")]
pub struct LogArgs {
    /// Keep log and results in this folder [default: crosscut-sweep-HASH, by the hash of the plan]
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// Take points that are the same from this log of another plan (repeatable)
    #[arg(long = "from", value_name = "LOG")]
    pub from: Vec<PathBuf>,
}

/// Most shards: clusters take arrays of 1,000 jobs unless they were set up for more.
const MOST_SHARDS: u64 = 1000;

/// Where shards run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Launch {
    /// Submit an array of jobs to Slurm, and a merge after it
    Slurm,
    /// Print the script and the commands
    None,
}

/// Shards on other machines.
#[derive(Debug, Args)]
#[command(next_help_heading = "Launch")]
pub struct LaunchArgs {
    /// Divide the plan into --shards jobs of a cluster instead of doing it here
    #[arg(long, value_name = "WHERE", value_enum, conflicts_with = "shard")]
    pub launch: Option<Launch>,
    /// With --launch: jobs, each with a part of the plan; a minute of work or more for each is best
    #[arg(long, value_name = "N", default_value_t = 8, requires = "launch", value_parser = clap::value_parser!(u64).range(1..=MOST_SHARDS))]
    pub shards: u64,
    /// With --launch: cores of a job
    #[arg(long, value_name = "N", default_value_t = 1, requires = "launch", value_parser = parse::positive::<u16>)]
    pub cpus: u16,
    /// With --launch: memory of a job, as Slurm takes it
    #[arg(long, value_name = "SIZE", default_value = "2G", requires = "launch", value_parser = parse::slurm_word)]
    pub memory: String,
    /// With --launch: time that a job may take, as Slurm takes it
    #[arg(long, value_name = "TIME", default_value = "04:00:00", requires = "launch", value_parser = parse::slurm_word)]
    pub time: String,
}
