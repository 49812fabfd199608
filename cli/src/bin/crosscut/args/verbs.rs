//! Arguments of each verb.

use super::choice::choice;
use super::prune::{MethodsArgs, PruneArgs};
use super::shared::{DataArgs, Global, LimitArgs, MachineArgs, MapArgs, NetworkArgs, OutArgs};
use clap::{Args, Subcommand};
use crosscut::workload::{CALIBRATED, EVALUATED};
use crosscut_arch::{Claim, Template};
use crosscut_report::why::Asked;
use crosscut_traces::data::Preprocess;
use std::path::PathBuf;

/// `compare`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  crosscut compare
  crosscut compare --ratio 0.6 --grain crossbar --methods none
  crosscut compare --methods all --keep 0.5 --images 100 --calibration-images 16 --points 4
  crosscut compare --ablation --keep 0.4 --images 200 --calibration-images 16 --points 4
  crosscut compare --keep-share 0.4 --keep-of energy --methods none --calibration-images 16
  crosscut compare --arch semimap --case opt --methods none
  crosscut compare --arch isaac-8b --network model.onnx --data images/ --out report/")]
pub struct CompareArgs {
    #[command(flatten)]
    pub job: PruneJobArgs,
    #[command(flatten)]
    pub methods: MethodsArgs,
    /// Write the report to this folder
    #[arg(long, value_name = "DIR", default_value = "crosscut-report")]
    pub out: PathBuf,
}

/// `map`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  crosscut map --arch isaac-ce --network vgg16
  crosscut map --arch isaac-ce --network vgg16 --out mapped/      also draws mapped/floorplan.svg
  crosscut map --arch semimap --network vgg8 --slices published
  crosscut map --arch semimap --network vgg8 --explain conv4
  crosscut map --network resnet18 --replicas conv1=4x2 --json
  crosscut map --arch isaac-ce --network vgg16 --budget-chips 8
  crosscut map --arch isaac-8b --network vgg8 --budget-area 40mm2 --objective energy
  crosscut map --network vgg8 --set mapping.layer.conv2.unroll=4 --out mapped/")]
pub struct MapVerbArgs {
    #[command(flatten)]
    pub machine: MachineArgs,
    #[command(flatten)]
    pub network: NetworkArgs,
    #[command(flatten)]
    pub map: MapArgs,
    /// Show the groups of layers whose weights are written one after the other, where the network is larger than the machine
    #[arg(long, help_heading = "Mapping", conflicts_with = "explain")]
    pub reload: bool,
    /// Explain in words and numbers how many crossbars this layer takes, and why
    #[arg(long, value_name = "LAYER", help_heading = "Mapping")]
    pub explain: Option<String>,
    #[command(flatten)]
    pub global: Global,
    #[command(flatten)]
    pub out: OutArgs,
}

/// First and last layer of a part of a network.
#[derive(Debug, Clone)]
pub struct LayerRange {
    /// First layer, by name.
    pub first: String,
    /// Last layer, by name.
    pub last: String,
}

fn layer_range(text: &str) -> Result<LayerRange, String> {
    let (first, last) = text.split_once("..").unwrap_or((text, text));
    if first.is_empty() || last.is_empty() {
        return Err("must have the form FIRST..LAST with layer names".to_string());
    }
    Ok(LayerRange {
        first: first.to_string(),
        last: last.to_string(),
    })
}

/// What is simulated, and what is kept of it.
#[derive(Debug, Args)]
#[command(next_help_heading = "Time")]
pub struct TimeArgs {
    /// Estimate within milliseconds: time without contention, raised by what the busiest part has to do; the report says how
    /// far off estimates are
    #[arg(long, conflicts_with_all = ["until", "timeline"])]
    pub estimate: bool,
    /// Also report how long N images take, back to back
    #[arg(long, value_name = "N", value_parser = super::parse::positive::<u64>)]
    pub images: Option<u64>,
    /// Stop at this cycle; the report is marked as partial
    #[arg(long, value_name = "CYCLE", value_parser = super::parse::positive::<u64>)]
    pub until: Option<u64>,
    /// Write weights in groups of layers, one after the other, where the network is larger than the machine or the budget (needs
    /// `[device.KIND.write]`)
    #[arg(long, conflicts_with_all = ["estimate", "until", "timeline", "write_weights", "images"])]
    pub reload: bool,
    /// With --reload: images that go through a group before the next is written [default: as many as `dram.capacity` holds, else 1]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..=1_000_000))]
    pub batch: Option<u64>,
    /// Write the weights first: report time to the first result, energy and wear (needs `[device.KIND.write]`)
    #[arg(long)]
    pub write_weights: bool,
    /// Write every firing to a trace for the Perfetto viewer (ui.perfetto.dev): those of one image, or of all images of
    /// --images
    #[arg(long, value_name = "FILE")]
    pub timeline: Option<PathBuf>,
    /// Keep only these cycles in the trace
    #[arg(long, value_name = "A..B", requires = "timeline", value_parser = super::parse::window)]
    pub timeline_window: Option<(u64, u64)>,
}

/// Where the activity of inputs and cells is measured.
#[derive(Debug, Args)]
#[command(next_help_heading = "Energy from values")]
pub struct ActivityArgs {
    /// Measure on these images which rows carry something and which cells conduct, and give the energy that follows beside that of
    /// the machine's `[activity]`; names and files as `exec --data` takes them
    #[arg(long, value_name = "NAME|DIR|FILE", conflicts_with_all = ["activity", "layers"])]
    pub data: Option<String>,
    /// Take the activity from this report of `exec --json`, of the same network and machine
    #[arg(long, value_name = "FILE", conflicts_with = "layers")]
    pub activity: Option<PathBuf>,
    /// With --data: how stored values become inputs, as for `exec`
    #[arg(long, value_name = "HOW", requires = "data", value_parser = super::parse::normalise)]
    pub normalise: Option<Preprocess>,
    /// With --data: measure on the first N held-back images
    #[arg(long, value_name = "N", requires = "data", default_value_t = EVALUATED, value_parser = super::parse::positive::<u32>)]
    pub activity_images: u32,
    /// With --data: calibrate on the first N training images
    #[arg(long, value_name = "N", requires = "data", default_value_t = CALIBRATED, value_parser = super::parse::positive::<u32>)]
    pub calibration_images: u32,
}

/// `run`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  crosscut run
  crosscut run --data digits                     energy by what values do, beside the assumed activity
  crosscut run --arch isaac-ce --network vgg16 --max-firings 3136
  crosscut run --arch isaac-ce --network vgg16 --estimate
  crosscut run --images 100 --out report/
  crosscut run --timeline trace.pftrace --timeline-window 0..50000
  crosscut run --until 20000
  crosscut run --uncertainty                     ranges of energy and area
  crosscut run --arch isaac-ce --network vgg16 --write-weights
  crosscut run --arch isaac-ce --network vgg16 --budget-chips 8
  crosscut run --arch isaac-ce --network resnet18 --reload --batch 64
  crosscut run --network vgg8 --layers conv2..conv4 --set crossbar.rows=128")]
pub struct RunArgs {
    #[command(flatten)]
    pub machine: MachineArgs,
    #[command(flatten)]
    pub network: NetworkArgs,
    /// Simulate only a part of the network: FIRST..LAST, or one layer
    #[arg(long, value_name = "A..B", value_parser = layer_range, help_heading = "Workload")]
    pub layers: Option<LayerRange>,
    #[command(flatten)]
    pub time: TimeArgs,
    #[command(flatten)]
    pub activity: ActivityArgs,
    /// Also say how far energy and area may be off, and which three figures matter most: the counts priced SAMPLES times with
    /// figures drawn from what is known of them (recalled ones, laws that disagree, assumed activity)
    #[arg(long, value_name = "SAMPLES", num_args = 0..=1, default_missing_value = "1000", value_parser = clap::value_parser!(u64).range(10..=1_000_000), help_heading = "Uncertainty")]
    pub uncertainty: Option<u64>,
    #[command(flatten)]
    pub map: MapArgs,
    #[command(flatten)]
    pub global: Global,
    #[command(flatten)]
    pub out: OutArgs,
}

/// `prune`.
#[derive(Debug, Args)]
#[command(
    after_help = "Writes weights.safetensors, mapping.json, provenance.json, report.json and report.html.

Examples:
  crosscut prune --out pruned/
  crosscut prune --ratio 0.3 --layer-ratio conv3=0.7 --solver lgd --out pruned/
  crosscut prune --keep-share 0.4 --calibration-images 16 --points 4 --out pruned/
  crosscut prune --finetune 2 --out pruned/
  crosscut prune --export-onnx pruned.onnx --export-masks masks.safetensors
  crosscut exec --weights pruned/weights.safetensors --mapping pruned/mapping.json
  crosscut run --weights pruned/weights.safetensors --mapping pruned/mapping.json"
)]
pub struct PruneVerbArgs {
    #[command(flatten)]
    pub job: PruneJobArgs,
    /// Also write the pruned network as ONNX, for training elsewhere
    #[arg(long, value_name = "FILE", help_heading = "Output")]
    pub export_onnx: Option<PathBuf>,
    /// Also write its masks: one tensor of bytes per layer, in the weights' shape
    #[arg(long, value_name = "FILE", help_heading = "Output")]
    pub export_masks: Option<PathBuf>,
    /// Write to this folder
    #[arg(long, value_name = "DIR", default_value = "crosscut-pruned")]
    pub out: PathBuf,
}

/// What `compare` and `prune` need to prune a network.
#[derive(Debug, Args)]
pub struct PruneJobArgs {
    #[command(flatten)]
    pub machine: MachineArgs,
    #[command(flatten)]
    pub network: NetworkArgs,
    #[command(flatten)]
    pub data: DataArgs,
    #[command(flatten)]
    pub map: MapArgs,
    #[command(flatten)]
    pub prune: PruneArgs,
    #[command(flatten)]
    pub finetune: super::train::FinetuneArgs,
    #[command(flatten)]
    pub global: Global,
}

impl PruneJobArgs {
    /// Training images that are used beside those to calibrate on, at most.
    pub fn other_images(&self) -> usize {
        let tuning = match self.finetune.finetune {
            Some(_) => (self.finetune.finetune_images).map_or(usize::MAX, |n| n as usize),
            None => 0,
        };
        tuning.max(self.prune.tune.probe_images as usize)
    }
}

/// `plot`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  crosscut plot crosscut-report/report.json --out figures/
  crosscut plot sweep/log.jsonl --out figures/")]
pub struct PlotArgs {
    /// Report to draw: a report.json of `compare`, `run`, `map`, `exec` or `profile`, or the log of a `sweep`
    #[arg(value_name = "REPORT")]
    pub report: PathBuf,
    /// Write to this folder
    #[arg(long, value_name = "DIR", default_value = ".")]
    pub out: PathBuf,
}

/// `validate`.
#[derive(Debug, Args)]
#[command(
    after_help = "Deviations are simulated over published, less 1. Marks: `predicted` (nothing of the machine was set with the figure),
`structural` (it follows from the published structure), `fitted` (a constant was set with it).

Examples:
  crosscut validate neurram
  crosscut validate jia-65nm --json
  crosscut validate liang-2018                     counts of crossbar-aware pruning, published and here
  crosscut validate wang-vlsi22 --out validated/   also validation.md, .csv and .svg"
)]
pub struct ValidateArgs {
    /// A chip, `all`, `liang-2018` (the counts of the pruning paper), a TOML file of points, a machine with `[[published]]`, or a folder of such files
    #[arg(value_name = "CHIP|FILE", default_value = "all")]
    pub chip: String,
    #[command(flatten)]
    pub global: Global,
    #[command(flatten)]
    pub out: OutArgs,
}

/// Verbs on machines.
#[derive(Debug, Subcommand)]
pub enum ArchVerb {
    /// List the presets
    ///
    /// `read`: a figure stands in the text named as its source. `derived`: it is computed from read figures, by a rule or
    /// law that the source names. `fitted`: it is chosen so that a published figure of the whole comes out, which is then no
    /// test of it. `recalled`: it is remembered or assumed, and nobody has checked it against a text.
    List {
        /// Print a page for each chip and design with published figures: what is modelled, what is not, how far it is from them
        #[arg(long, conflicts_with = "json")]
        long: bool,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Print a machine: the TOML of a preset or file, or with --json everything resolved
    #[command(
        after_help = "Examples:\n  crosscut arch show isaac-ce > my-machine.toml\n  crosscut arch show reram-64 --set crossbar.rows=128 --json"
    )]
    Show {
        /// Preset or TOML file
        #[arg(value_name = "NAME|FILE")]
        arch: String,
        /// Change a figure of the machine (repeatable; needs --json)
        #[arg(long = "set", value_name = "KEY=VALUE", value_parser = super::parse::override_text, requires = "json")]
        set: Vec<String>,
        /// Print the resolved machine as JSON
        #[arg(long)]
        json: bool,
    },
    /// Write a commented description to start from
    #[command(
        after_help = "Examples:\n  crosscut arch new my-chip\n  crosscut arch new my-macro --kind macro"
    )]
    New {
        /// Name of the machine; the description goes to NAME.toml, which must not exist yet
        #[arg(value_parser = super::parse::machine_name)]
        name: String,
        /// What to describe
        #[arg(long, default_value = "chip", value_parser = super::parse::template())]
        kind: Template,
    },
    /// Explain a machine: peak throughput, power and area by part, what looks odd
    #[command(
        after_help = "Examples:\n  crosscut arch check my-machine.toml\n  crosscut arch check isaac-ce --set adc.sar.bits=7\n  crosscut arch check my-macro.toml --expect \"36.6 TOPS/W, 0.5 mm2\""
    )]
    Check {
        /// Preset or TOML file
        #[arg(value_name = "NAME|FILE")]
        arch: String,
        /// Change a figure of the machine (repeatable)
        #[arg(long = "set", value_name = "KEY=VALUE", value_parser = super::parse::override_text)]
        set: Vec<String>,
        /// Figures to compare with, such as "36.6 TOPS/W, 0.5 mm2" (TOPS, TOPS/W, TOPS/mm2, mm2, W of a whole chip)
        #[arg(long, value_name = "FIGURES", value_delimiter = ',')]
        expect: Vec<Claim>,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Compare two machines: structure, costs of parts, derived figures
    #[command(
        after_help = "Examples:\n  crosscut arch diff isaac-ce isaac-8b\n  crosscut arch diff isaac-ce isaac-ce --set-b crossbar.rows=256 --set-b adc.sar.bits=9"
    )]
    Diff {
        /// First preset or TOML file
        #[arg(value_name = "A")]
        a: String,
        /// Second preset or TOML file
        #[arg(value_name = "B")]
        b: String,
        /// Change a figure of both machines (repeatable)
        #[arg(long = "set", value_name = "KEY=VALUE", value_parser = super::parse::override_text)]
        set: Vec<String>,
        /// Change a figure of the first machine (repeatable)
        #[arg(long = "set-a", value_name = "KEY=VALUE", value_parser = super::parse::override_text)]
        set_a: Vec<String>,
        /// Change a figure of the second machine (repeatable)
        #[arg(long = "set-b", value_name = "KEY=VALUE", value_parser = super::parse::override_text)]
        set_b: Vec<String>,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Print the JSON schema of the TOML description, for editors
    Schema,
}

/// Verbs on networks.
#[derive(Debug, Subcommand)]
pub enum NetworkVerb {
    /// List the built-in networks
    List {
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Import a network that was trained elsewhere, with its masks
    Import(Box<super::import::ImportArgs>),
    /// Print the layers of a network
    #[command(
        after_help = "Examples:\n  crosscut network show vgg16\n  crosscut network show model.onnx --json"
    )]
    Show {
        /// Built-in network or ONNX file
        #[arg(value_name = "NAME|FILE")]
        network: String,
        #[command(flatten)]
        limits: LimitArgs,
        /// Seed of generated weights (it enters the digest)
        #[arg(long, value_name = "N", default_value_t = 0)]
        seed: u64,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
}

/// `why`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  crosscut why energy
  crosscut why latency --arch isaac-8b --network lenet5 --estimate
  crosscut why accuracy --set adc.sar.bits=4 --images 4 --calibration-images 4")]
pub struct WhyArgs {
    /// The figure: energy of an image, area in use, latency of an image, interval between images, or accuracy
    #[arg(value_parser = choice::<Asked>())]
    pub figure: Asked,
    #[command(flatten)]
    pub machine: MachineArgs,
    #[command(flatten)]
    pub network: NetworkArgs,
    #[command(flatten)]
    pub map: MapArgs,
    #[command(flatten)]
    pub data: DataArgs,
    /// Estimate times instead of simulating every cycle
    #[arg(long)]
    pub estimate: bool,
    #[command(flatten)]
    pub global: Global,
    #[command(flatten)]
    pub out: OutArgs,
}
