//! Options that several verbs share.

use super::choice::choice;
use super::parse;
use clap::Args;
use crosscut::Copies;
use crosscut::setting::PLACEMENT;
use crosscut::workload::{CALIBRATED, EVALUATED};
use crosscut_sim::func::Isa;
use crosscut_sim::map::{MapOptions, PlacementMethod, SliceChoice};
use crosscut_sim::optimise::{Budget, Goal, Objective, Throughput};
use crosscut_traces::data::{MOST_GIB, Preprocess};
use crosscut_traces::import::onnx::Limits;
use std::path::PathBuf;

/// Options of every verb that computes.
#[derive(Debug, Args)]
pub struct Global {
    /// Seed of all random numbers
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub seed: u64,
    #[command(flatten)]
    pub threads: ThreadArgs,
    /// Print one JSON document instead of tables
    #[arg(long)]
    pub json: bool,
}

/// What work runs on.
#[derive(Debug, Args)]
pub struct ThreadArgs {
    /// Use N threads [default: one per core]; results do not depend on it
    #[arg(long, value_name = "N", value_parser = super::parse::at_most::<1024, u16>)]
    pub threads: Option<u16>,
    /// Use no faster instructions than these [default: the fastest the processor has]; results do not depend on it
    #[arg(long, value_name = "SET", value_parser = Isa::NAMES, hide_short_help = true)]
    pub instructions: Option<String>,
}

/// The machine.
#[derive(Debug, Args)]
#[command(next_help_heading = "Machine")]
pub struct MachineArgs {
    /// Use this machine: a preset (see `crosscut arch list`), a TOML file, or `-` for one on standard input
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
    /// Use this network: built in (see `crosscut network list`), or an ONNX file
    #[arg(long, value_name = "NAME|FILE", default_value = "digits")]
    pub network: String,
    /// Use the weights of this safetensors file, such as `prune` writes
    #[arg(long, value_name = "FILE")]
    pub weights: Option<PathBuf>,
    #[command(flatten)]
    pub limits: LimitArgs,
}

/// What a file may ask for.
#[derive(Debug, Clone, Copy, Args)]
pub struct LimitArgs {
    /// Refuse an ONNX file whose constants hold more values than this
    #[arg(long, value_name = "N", default_value_t = Limits::default().values, hide_short_help = true)]
    pub most_weights: u64,
}

impl LimitArgs {
    /// As the importer takes it.
    pub fn limits(self) -> Limits {
        Limits {
            values: self.most_weights,
        }
    }
}

/// What the files of images may hold.
#[derive(Debug, Clone, Copy, Args)]
pub struct RoomArgs {
    /// Refuse images whose files hold more than this, stored and unpacked
    #[arg(long, value_name = "GIB", default_value_t = MOST_GIB, value_parser = super::parse::positive::<u32>, hide_short_help = true)]
    pub most_data: u32,
}

/// The images.
#[derive(Debug, Args)]
#[command(next_help_heading = "Workload")]
pub struct DataArgs {
    /// Use these images: `digits` (embedded); or idx or CIFAR-10 binary files (plain or .gz), .npz or .npy arrays, PNG files in one
    /// folder per class or with a labels.csv [default: digits, with the network `digits`]
    #[arg(long, value_name = "NAME|DIR|FILE")]
    pub data: Option<String>,
    /// How stored values become inputs: mnist, cifar, imagenet, digits, unit (x/255), centred, raw, or mean=M,std=S with
    /// one number or one per channel (0.48:0.46:0.41) [default: by the size of the images; the report says which]
    #[arg(long, value_name = "HOW", value_parser = parse::normalise)]
    pub normalise: Option<Preprocess>,
    /// Evaluate the first N held-back images
    #[arg(long, value_name = "N", default_value_t = EVALUATED, value_parser = super::parse::positive::<u32>)]
    pub images: u32,
    /// Calibrate and fit on the first N training images
    #[arg(long, value_name = "N", default_value_t = CALIBRATED, value_parser = super::parse::positive::<u32>)]
    pub calibration_images: u32,
    #[command(flatten)]
    pub room: RoomArgs,
    /// Take the calibration images from the classes in turn
    #[arg(long)]
    pub calibration_per_class: bool,
}

/// Mapping choices.
#[derive(Debug, Args)]
#[command(next_help_heading = "Mapping")]
pub struct MapArgs {
    /// Use this mapping: TOML with `[mapping.layer.NAME]` tables, or a mapping.json that `map` or `prune` wrote
    #[arg(long, value_name = "FILE")]
    pub mapping: Option<PathBuf>,
    /// Take a saved mapping although it leaves out weights that are not zero
    #[arg(long, requires = "mapping")]
    pub drop_weights: bool,
    /// Choose slice widths: a rule, or a published table
    #[arg(long, value_name = "RULE|TABLE", default_value = "fewest", value_parser = parse::slices())]
    pub slices: SliceChoice,
    /// Set the slice width (output columns per array) of one layer (repeatable)
    #[arg(long = "slice", value_name = "LAYER=W", value_parser = parse::layer_number)]
    pub slice: Vec<(String, usize)>,
    /// Set the copies of one layer along a row and across rows (repeatable), or `one` copy of each layer
    #[arg(long = "replicas", value_name = "LAYER=RX[xRY]|one", value_parser = parse::replicas)]
    pub replicas: Vec<Replicas>,
    /// Replicate layers until none fires more often per image
    #[arg(long, value_name = "N", value_parser = super::parse::positive::<u64>)]
    pub max_firings: Option<u64>,
    /// Choose where tiles sit on the chips
    #[arg(long, value_parser = choice::<PlacementMethod>(), default_value_t = PLACEMENT)]
    pub placement: PlacementMethod,
    /// Choose slices and replicas for the best use of N chips
    #[arg(long, value_name = "N", group = "mapping-budget", value_parser = super::parse::positive::<u64>)]
    pub budget_chips: Option<u64>,
    /// Choose slices and replicas for the best use of N crossbars, all roles
    #[arg(long, value_name = "N", group = "mapping-budget", value_parser = super::parse::positive::<u64>)]
    pub budget_crossbars: Option<u64>,
    /// Choose slices and replicas for the best use of this area: tiles, routers and chip parts in use
    #[arg(long, value_name = "AREA", group = "mapping-budget", value_parser = parse::area_mm2)]
    pub budget_area: Option<f64>,
    /// Choose what the optimiser makes as small as possible [default: interval with a budget, area with --require]
    #[arg(long, value_parser = choice::<Objective>(), value_name = "WHAT")]
    pub objective: Option<Objective>,
    /// Choose only mappings with this throughput: "1000 images/s"
    #[arg(long, value_name = "RATE", value_parser = parse::throughput)]
    pub require: Option<f64>,
}

/// A value of `--replicas`.
#[derive(Debug, Clone, PartialEq)]
pub enum Replicas {
    /// One copy of each layer.
    One,
    /// Copies of one layer.
    Layer(String, [usize; 2]),
}

impl MapArgs {
    /// As the library takes them.
    pub fn options(&self) -> MapOptions {
        MapOptions {
            slices: self.slices,
            unroll: self.slice.iter().cloned().collect(),
            replicas: (self.replicas.iter())
                .filter_map(|r| match r {
                    Replicas::One => None,
                    Replicas::Layer(name, copies) => Some((name.clone(), *copies)),
                })
                .collect(),
            max_firings: self.max_firings,
            ..MapOptions::default()
        }
    }

    /// Objective, budget and requirement, if the mapping is to be optimised.
    pub fn goal(&self) -> Option<Goal> {
        let budget = (self.budget_chips.map(Budget::Chips))
            .or(self.budget_crossbars.map(Budget::Crossbars))
            .or(self.budget_area.map(Budget::AreaMm2));
        let require = (self.require).map(|images_per_s| Throughput { images_per_s });
        let objective = match (self.objective, budget, require) {
            (Some(objective), ..) => objective,
            (None, Some(_), _) => Objective::Interval,
            (None, None, Some(_)) => Objective::Area,
            (None, None, None) => return None,
        };
        Some(Goal {
            objective,
            budget,
            require,
        })
    }

    /// Copies where nothing else says how many.
    pub fn copies(&self) -> Copies {
        if self.replicas.contains(&Replicas::One) {
            Copies::One
        } else {
            Copies::Fill
        }
    }

    /// Refuses options that ask for different things.
    pub fn check(&self) -> Result<(), crosscut::Error> {
        let others = self.beside_one();
        match others.iter().find(|(is, _)| *is) {
            Some((_, other)) if self.copies() == Copies::One => {
                let why = "it leaves no choice of copies";
                Err(crosscut::Error::Contradiction("--replicas one", other, why))
            }
            _ => Ok(()),
        }
    }

    /// Options that choose copies, and whether they are given.
    fn beside_one(&self) -> [(bool, &'static str); 7] {
        let layer = |r: &Replicas| *r != Replicas::One;
        [
            (
                self.replicas.iter().any(layer),
                "--replicas of single layers",
            ),
            (self.max_firings.is_some(), "--max-firings"),
            (self.budget_chips.is_some(), "--budget-chips"),
            (self.budget_crossbars.is_some(), "--budget-crossbars"),
            (self.budget_area.is_some(), "--budget-area"),
            (self.objective.is_some(), "--objective"),
            (self.require.is_some(), "--require"),
        ]
    }

    /// The first option given that a saved mapping decides already.
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
            (self.require.is_some(), "--require"),
        ];
        given.iter().find(|(is, _)| *is).map(|&(_, name)| name)
    }
}

/// An optional output folder.
#[derive(Debug, Args)]
pub struct OutArgs {
    /// Write report.json (and plots) to this folder
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
}
