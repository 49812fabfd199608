//! Arguments of training: the verb `train`, and fine-tuning inside `prune` and `compare`.

use super::choice::choice;
use super::parse;
use super::shared::{Global, MachineArgs, NetworkArgs, RoomArgs};
use clap::Args;
use crosscut_prune::train::{Augment, BatchNorm, Schedule, TrainOptions};
use crosscut_traces::data::Preprocess;
use std::path::PathBuf;

/// `train`.
#[derive(Debug, Args)]
#[command(
    after_help = "Writes network.onnx, weights.safetensors and training.json. Masks come from a mask file, from a saved mapping or,
with --masks zeros, from the weights that are zero; they are held exactly.

Examples:
  crosscut train --epochs 2 --out trained/
  crosscut train --weights pruned/weights.safetensors --mapping pruned/mapping.json --epochs 2
  crosscut train --epochs 2 --checkpoint run/ --resume --schedule step:1 --augment crop=1"
)]
pub struct TrainArgs {
    #[command(flatten)]
    pub network: NetworkArgs,
    #[command(flatten)]
    pub data: TrainDataArgs,
    /// Hold the masks of a file that `prune --export-masks` wrote, or `zeros`: the weights that are zero
    #[arg(
        long,
        value_name = "FILE|zeros",
        conflicts_with = "mapping",
        help_heading = "Masks"
    )]
    pub masks: Option<PathBuf>,
    /// Hold the masks of a mapping.json that `prune` wrote, for the machine of --arch
    #[arg(long, value_name = "FILE", help_heading = "Masks")]
    pub mapping: Option<PathBuf>,
    #[command(flatten)]
    pub machine: MachineArgs,
    #[command(flatten)]
    pub learn: LearnArgs,
    /// Write a checkpoint to this folder after every epoch
    #[arg(long, value_name = "DIR", help_heading = "Output")]
    pub checkpoint: Option<PathBuf>,
    /// Continue from the checkpoint, if there is one; the result is that of a run that was never stopped
    #[arg(long, requires = "checkpoint", help_heading = "Output")]
    pub resume: bool,
    #[command(flatten)]
    pub global: Global,
    /// Write to this folder
    #[arg(
        long,
        value_name = "DIR",
        default_value = "crosscut-trained",
        help_heading = "Output"
    )]
    pub out: PathBuf,
}

/// The images.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Workload")]
pub struct TrainDataArgs {
    /// Use these images: `digits` (embedded), or as for `exec` [default: digits, with the network `digits`]
    #[arg(long, value_name = "NAME|DIR|FILE")]
    pub data: Option<String>,
    /// How stored values become inputs, as for `exec`
    #[arg(long, value_name = "HOW", value_parser = parse::normalise)]
    pub normalise: Option<Preprocess>,
    /// Train on the first N training images [default: all]
    #[arg(long, value_name = "N", value_parser = super::parse::positive::<u32>)]
    pub train_images: Option<u32>,
    /// Measure accuracy on the first N held-back images [default: all]
    #[arg(long, value_name = "N", value_parser = super::parse::positive::<u32>)]
    pub images: Option<u32>,
    #[command(flatten)]
    pub room: RoomArgs,
}

/// Training choices.
#[derive(Debug, Args)]
#[command(next_help_heading = "Training")]
pub struct LearnArgs {
    /// Passes over the training images
    #[arg(long, value_name = "N", default_value_t = 10)]
    pub epochs: u32,
    /// Learning rate
    #[arg(
        long,
        value_name = "R",
        default_value_t = 0.01,
        allow_negative_numbers = true
    )]
    pub lr: f64,
    /// Let the rate fall by a rule: constant, cosine, or step:E,E to a tenth after these epochs
    #[arg(long, value_name = "RULE", default_value = "cosine", value_parser = schedule)]
    pub schedule: Schedule,
    /// Raise the rate from 0 over this number of epochs
    #[arg(long, value_name = "E", default_value_t = 0.0)]
    pub warm_up: f64,
    /// Images per step
    #[arg(long, value_name = "N", default_value_t = 64)]
    pub batch: usize,
    /// Momentum
    #[arg(long, value_name = "M", default_value_t = 0.9)]
    pub momentum: f64,
    /// Momentum in Nesterov's form
    #[arg(long)]
    pub nesterov: bool,
    /// Weight decay, on weights only
    #[arg(long, value_name = "D", default_value_t = 5e-4)]
    pub weight_decay: f64,
    /// Spread this share of the target over all classes
    #[arg(long, value_name = "S", default_value_t = 0.0)]
    pub label_smoothing: f64,
    /// Change images at random: flip, crop=N, or both with a comma
    #[arg(long, value_name = "LIST", value_parser = augment)]
    pub augment: Option<Augment>,
    /// Choose the statistics of batch norm
    #[arg(long, value_parser = choice::<BatchNorm>(), default_value_t = BatchNorm::Batch)]
    pub batch_norm: BatchNorm,
    /// Put a batch norm behind every convolution that has none, and fold it away at the end
    #[arg(long)]
    pub add_norms: bool,
    /// Drop this share of values behind a layer (repeatable)
    #[arg(long, value_name = "LAYER=P", value_parser = parse::layer_ratio)]
    pub dropout: Vec<(String, f64)>,
    /// Multiply weights by exp(theta) in every step, theta normal with this deviation: expects the spread of cells
    #[arg(long, value_name = "SIGMA", default_value_t = 0.0)]
    pub weight_noise: f64,
    /// Round weights to this number of bits in the forward pass
    #[arg(long, value_name = "BITS")]
    pub weight_bits: Option<u32>,
}

impl LearnArgs {
    /// As the library takes them.
    pub fn options(&self, seed: u64) -> TrainOptions {
        TrainOptions {
            epochs: self.epochs,
            batch: self.batch,
            lr: self.lr,
            schedule: self.schedule.clone(),
            warm_up: self.warm_up,
            momentum: self.momentum,
            nesterov: self.nesterov,
            weight_decay: self.weight_decay,
            label_smoothing: self.label_smoothing,
            augment: self.augment.unwrap_or_default(),
            batch_norm: self.batch_norm,
            dropout: self.dropout.iter().cloned().collect(),
            weight_noise: self.weight_noise,
            weight_bits: self.weight_bits,
            seed,
        }
    }
}

/// Fine-tuning after pruning.
#[derive(Debug, Args)]
#[command(next_help_heading = "Fine-tuning")]
pub struct FinetuneArgs {
    /// Train the pruned network for this number of epochs, its masks held (with added batch norm, cosine schedule)
    #[arg(long, value_name = "EPOCHS", value_parser = super::parse::positive::<u32>)]
    pub finetune: Option<u32>,
    /// Learning rate of fine-tuning
    #[arg(long, value_name = "R", default_value_t = 0.01, requires = "finetune")]
    pub finetune_lr: f64,
    /// Images per step of fine-tuning
    #[arg(long, value_name = "N", default_value_t = 64, requires = "finetune")]
    pub finetune_batch: usize,
    /// Fine-tune on the first N training images [default: all]
    #[arg(long, value_name = "N", requires = "finetune", value_parser = super::parse::positive::<u32>)]
    pub finetune_images: Option<u32>,
    /// Change images at random while fine-tuning: flip, crop=N, or both with a comma
    #[arg(long, value_name = "LIST", requires = "finetune", value_parser = augment)]
    pub finetune_augment: Option<Augment>,
}

impl FinetuneArgs {
    /// As the library takes them, if there is fine-tuning.
    pub fn options(&self, seed: u64) -> Option<TrainOptions> {
        self.finetune.map(|epochs| TrainOptions {
            epochs,
            batch: self.finetune_batch,
            lr: self.finetune_lr,
            augment: self.finetune_augment.unwrap_or_default(),
            seed,
            ..TrainOptions::default()
        })
    }
}

/// `constant`, `cosine` or `step:E,E`.
fn schedule(text: &str) -> Result<Schedule, String> {
    let form = || "must be constant, cosine, or step:E,E with whole numbers of epochs".to_string();
    match text {
        "constant" => Ok(Schedule::Constant),
        "cosine" => Ok(Schedule::Cosine),
        _ => {
            let epochs = text.strip_prefix("step:").ok_or_else(form)?;
            let after = epochs
                .split(',')
                .map(|e| e.trim().parse().map_err(|_| form()));
            Ok(Schedule::Step {
                after: after.collect::<Result<_, _>>()?,
                factor: 0.1,
            })
        }
    }
}

/// `flip`, `crop=N`.
fn augment(text: &str) -> Result<Augment, String> {
    let mut out = Augment::default();
    for part in text.split(',') {
        match part.split_once('=') {
            None if part == "flip" => out.flip = true,
            Some(("crop", n)) => {
                out.crop = n
                    .parse()
                    .map_err(|_| format!("`{n}` is no number of pixels"))?;
            }
            _ => return Err(format!("`{part}` is not known: flip, or crop=N")),
        }
    }
    Ok(out)
}
