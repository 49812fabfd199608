//! Options that several verbs share.

use super::parse;
use clap::{Args, ValueEnum};
use crosscut_sim::map::{MapOptions, PlacementMethod, SliceChoice};
use crosscut_sim::optimise::{Budget, Objective};
use crosscut_traces::data::Preprocess;
use std::path::PathBuf;

/// Options of every verb that computes.
#[derive(Debug, Args)]
pub struct Global {
    /// Seed of everything drawn at random
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub seed: u64,
    /// Threads to use [default: one per core]; results do not depend on it
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub threads: Option<u16>,
    /// Print one JSON document instead of tables
    #[arg(long)]
    pub json: bool,
}

/// The machine.
#[derive(Debug, Args)]
#[command(next_help_heading = "Machine")]
pub struct MachineArgs {
    /// Preset or TOML file (see `crosscut arch list`)
    #[arg(long, value_name = "NAME|FILE", default_value = "reram-64")]
    pub arch: String,
    /// Change a figure of the machine for this run (repeatable)
    #[arg(long = "set", value_name = "KEY=VALUE", value_parser = parse::override_text)]
    pub set: Vec<String>,
}

/// The network.
#[derive(Debug, Args)]
#[command(next_help_heading = "Workload")]
pub struct NetworkArgs {
    /// Built-in network or ONNX file (see `crosscut network list`)
    #[arg(long, value_name = "NAME|FILE", default_value = "digits")]
    pub network: String,
    /// Weights to use instead: a safetensors file, such as `prune` writes
    #[arg(long, value_name = "FILE")]
    pub weights: Option<PathBuf>,
}

/// The images.
#[derive(Debug, Args)]
#[command(next_help_heading = "Workload")]
pub struct DataArgs {
    /// `digits` (embedded), or images: idx or CIFAR-10 binary files (plain or .gz), .npz or .npy arrays, PNG files in one
    /// folder per class or with a labels.csv [default: digits, with the network `digits`]
    #[arg(long, value_name = "NAME|DIR|FILE")]
    pub data: Option<String>,
    /// How stored values become inputs: mnist, cifar, imagenet, digits, unit (x/255), centred, raw, or mean=M,std=S with
    /// one number or one per channel (0.48:0.46:0.41) [default: by the size of the images; the report says which]
    #[arg(long, value_name = "HOW", value_parser = parse::normalise)]
    pub normalise: Option<Preprocess>,
    /// Held-back images to evaluate: the first so many
    #[arg(long, value_name = "N", default_value_t = 300, value_parser = clap::value_parser!(u32).range(1..))]
    pub images: u32,
    /// Training images to calibrate and fit on: the first so many
    #[arg(long, value_name = "N", default_value_t = 256, value_parser = clap::value_parser!(u32).range(1..))]
    pub calibration_images: u32,
    /// Take as many of them from every class, in turn
    #[arg(long)]
    pub calibration_per_class: bool,
}

/// What the optimiser makes as small as possible.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum ObjectiveName {
    /// Time between images, by the busiest part
    Interval,
    /// Crossbars of all roles
    Crossbars,
    /// Energy of one image
    Energy,
}

/// How tiles are put on chips.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum PlacementName {
    /// Network order along the snake of routers
    InOrder,
    /// Tiles permuted so that messages pass fewer routers; never worse than in order
    Optimised,
}

impl PlacementName {
    /// As the library names it.
    pub fn method(self) -> PlacementMethod {
        match self {
            PlacementName::InOrder => PlacementMethod::InOrder,
            PlacementName::Optimised => PlacementMethod::Optimised,
        }
    }
}

/// Mapping choices.
#[derive(Debug, Args)]
#[command(next_help_heading = "Mapping")]
pub struct MapArgs {
    /// Mapping file: TOML with `[mapping.layer.NAME]` tables, or a mapping.json that `map` or `prune` wrote
    #[arg(long, value_name = "FILE")]
    pub mapping: Option<PathBuf>,
    /// Slice widths: a rule, or a published table
    #[arg(long, value_name = "RULE|TABLE", default_value = "fewest", value_parser = parse::slices())]
    pub slices: SliceChoice,
    /// Slice width (output columns per array) of one layer (repeatable)
    #[arg(long = "slice", value_name = "LAYER=W", value_parser = parse::layer_number)]
    pub slice: Vec<(String, usize)>,
    /// Copies of one layer along a row and across rows (repeatable)
    #[arg(long = "replicas", value_name = "LAYER=RX[xRY]", value_parser = parse::layer_replicas)]
    pub replicas: Vec<(String, [usize; 2])>,
    /// Replicate layers until none fires more often per image
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    pub max_firings: Option<u64>,
    /// Where tiles sit on the chips
    #[arg(long, value_enum, default_value_t = PlacementName::Optimised)]
    pub placement: PlacementName,
    /// Choose slices and replicas for the best use of so many chips
    #[arg(long, value_name = "N", group = "mapping-budget", value_parser = clap::value_parser!(u64).range(1..))]
    pub budget_chips: Option<u64>,
    /// Choose slices and replicas for the best use of so many crossbars, all roles
    #[arg(long, value_name = "N", group = "mapping-budget", value_parser = clap::value_parser!(u64).range(1..))]
    pub budget_crossbars: Option<u64>,
    /// Choose slices and replicas for the best use of this area: tiles, routers and chip parts in use
    #[arg(long, value_name = "AREA", group = "mapping-budget", value_parser = parse::area_mm2)]
    pub budget_area: Option<f64>,
    /// What the choice makes as small as possible [default: interval, with a budget]
    #[arg(long, value_enum, value_name = "WHAT")]
    pub objective: Option<ObjectiveName>,
}

impl MapArgs {
    /// As the library takes them.
    pub fn options(&self) -> MapOptions {
        MapOptions {
            slices: self.slices,
            unroll: self.slice.iter().cloned().collect(),
            replicas: self.replicas.iter().cloned().collect(),
            max_firings: self.max_firings,
            placement: self.placement.method(),
            ..MapOptions::default()
        }
    }

    /// Objective and budget, if the mapping is to be optimised.
    pub fn goal(&self) -> Option<(Objective, Option<Budget>)> {
        let budget = (self.budget_chips.map(Budget::Chips))
            .or(self.budget_crossbars.map(Budget::Crossbars))
            .or(self.budget_area.map(Budget::AreaMm2));
        let objective = self.objective.map(|o| match o {
            ObjectiveName::Interval => Objective::Interval,
            ObjectiveName::Crossbars => Objective::Crossbars,
            ObjectiveName::Energy => Objective::Energy,
        });
        match (objective, budget) {
            (None, None) => None,
            (objective, budget) => Some((objective.unwrap_or_default(), budget)),
        }
    }

    /// The first option given that a saved mapping leaves no room for.
    pub fn beside_saved(&self) -> Option<&'static str> {
        let given = [
            (self.slices != SliceChoice::default(), "--slices"),
            (!self.slice.is_empty(), "--slice"),
            (!self.replicas.is_empty(), "--replicas"),
            (self.max_firings.is_some(), "--max-firings"),
            (self.budget_chips.is_some(), "--budget-chips"),
            (self.budget_crossbars.is_some(), "--budget-crossbars"),
            (self.budget_area.is_some(), "--budget-area"),
            (self.objective.is_some(), "--objective"),
        ];
        given.iter().find(|(is, _)| *is).map(|&(_, name)| name)
    }
}

/// An optional output folder.
#[derive(Debug, Args)]
pub struct OutArgs {
    /// Folder to write report.json to
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
}
