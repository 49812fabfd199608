//! What a training run says of itself.

use serde::{Deserialize, Serialize};

/// Loss and accuracy on a set of images.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Evaluation {
    /// Images.
    pub images: u64,
    /// Mean loss, without label smoothing.
    pub loss: f64,
    /// Share of right answers.
    pub accuracy: f64,
}

/// What an epoch did.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct EpochRecord {
    /// Number, from 1.
    pub epoch: u32,
    /// Learning rate of its last step.
    pub lr: f64,
    /// Mean loss over its steps, on changed images and with the weights of the step.
    pub loss: f64,
    /// Share of right answers over its steps.
    pub accuracy: f64,
    /// On the held-back images afterwards.
    pub held_back: Option<Evaluation>,
}

/// Where a run is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TrainStep {
    /// Epoch at work, from 1.
    pub epoch: u32,
    /// Epochs in all.
    pub epochs: u32,
    /// Steps done in this epoch.
    pub step: usize,
    /// Steps of an epoch.
    pub steps: usize,
    /// Mean loss of this epoch so far.
    pub loss: f64,
    /// Share of right answers of this epoch so far.
    pub accuracy: f64,
    /// On the held-back images before this epoch.
    pub held_back: Option<Evaluation>,
}
