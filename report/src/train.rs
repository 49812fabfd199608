//! A trained network: what it was trained on, and how it went.

use super::about::VERSION;
use super::kind::Kind;
use crosscut_prune::Masks;
use crosscut_prune::train::{EpochRecord, Evaluation, TrainOptions, Trained};
use crosscut_traces::Network;
use serde::{Deserialize, Serialize};

/// A training.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TrainReport {
    /// [`Kind::Train`].
    pub kind: Kind,
    /// [`VERSION`] of the layout.
    pub report_version: u32,
    /// Version of the program.
    pub program_version: String,
    /// Network.
    pub network: String,
    /// Hash over structure and weights of the trained network.
    pub digest: String,
    /// Data set trained on.
    pub data: String,
    /// Images trained on.
    pub train_images: usize,
    /// Data set measured on.
    pub held_back: String,
    /// What was done to the stored values of images.
    pub preprocessing: String,
    /// Every option, defaults included.
    pub options: TrainOptions,
    /// Whether batch norms were put in meanwhile.
    pub added_norms: bool,
    /// Weights, biases and norms that were trained.
    pub parameters: u64,
    /// Masks that were held, if any were.
    pub masks: Option<MaskRecord>,
    /// On the held-back images before the first step.
    pub before: Option<Evaluation>,
    /// Epochs.
    pub epochs: Vec<EpochRecord>,
}

/// Masks held in training.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MaskRecord {
    /// Hash over the masks.
    pub digest: String,
    /// Weights there are.
    pub weights: u64,
    /// Weights that may differ from zero.
    pub kept: u64,
    /// Weights that were not zero and were set to zero at the start.
    pub zeroed: u64,
}

/// What was trained on.
#[derive(Debug, Clone, Copy)]
pub struct TrainData<'a> {
    /// Data set trained on.
    pub data: &'a str,
    /// Images of it.
    pub images: usize,
    /// Data set measured on.
    pub held_back: &'a str,
    /// What was done to the stored values of images.
    pub preprocessing: &'a str,
}

impl TrainReport {
    /// Of a training of `net` that ended in `trained`.
    pub fn new(
        net: &Network,
        data: TrainData<'_>,
        options: &TrainOptions,
        added_norms: bool,
        masks: Option<&Masks>,
        trained: &Trained,
    ) -> TrainReport {
        let masks = masks.map(|m| {
            let (kept, weights) = m.count();
            MaskRecord {
                digest: m.digest(),
                weights,
                kept,
                zeroed: trained.zeroed,
            }
        });
        TrainReport {
            kind: Kind::Train,
            report_version: VERSION,
            program_version: env!("CARGO_PKG_VERSION").to_string(),
            network: net.name.clone(),
            digest: trained.network.digest(),
            data: data.data.to_string(),
            train_images: data.images,
            held_back: data.held_back.to_string(),
            preprocessing: data.preprocessing.to_string(),
            options: options.clone(),
            added_norms,
            parameters: trained.parameters,
            masks,
            before: trained.before,
            epochs: trained.epochs.clone(),
        }
    }
}
