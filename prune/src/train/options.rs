//! What the user may choose about training.

use super::error::TrainError;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use strum::{Display, EnumIter, EnumMessage, IntoStaticStr};

/// How the learning rate falls over the epochs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Schedule {
    /// The same throughout.
    Constant,
    /// Times `factor` after each of these epochs.
    Step {
        /// Epochs done when the rate falls.
        after: Vec<u32>,
        /// Factor.
        factor: f64,
    },
    /// Half a cosine to 0, step by step (Loshchilov and Hutter 2017, without restarts).
    Cosine,
}

/// Which statistics batch norm uses while training.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    Default,
    Serialize,
    Deserialize,
    Display,
    EnumIter,
    EnumMessage,
    IntoStaticStr,
)]
#[strum(serialize_all = "kebab-case")]
#[serde(rename_all = "kebab-case")]
pub enum BatchNorm {
    /// Those of the batch; running ones are kept for afterwards.
    #[default]
    Batch,
    /// Those of the training images before the first step, throughout.
    Frozen,
}

/// Images changed at random.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Augment {
    /// Half of the images are mirrored left to right.
    pub flip: bool,
    /// Images are padded by this number of zeros on each side and cut back to size at a random place. Zero is the mean of a
    /// normalised image.
    pub crop: usize,
}

/// Training choices.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct TrainOptions {
    /// Passes over the training images.
    pub epochs: u32,
    /// Images per step. What is left of an epoch below that is left out (other images each time).
    pub batch: usize,
    /// Learning rate.
    pub lr: f64,
    /// How it falls.
    pub schedule: Schedule,
    /// Epochs over which the rate rises evenly from 0 at the start.
    pub warm_up: f64,
    /// Momentum of stochastic gradient descent.
    pub momentum: f64,
    /// Nesterov's form of it.
    pub nesterov: bool,
    /// Weight decay, on weights only (not on biases and batch norm).
    pub weight_decay: f64,
    /// Share of the target spread evenly over all classes.
    pub label_smoothing: f64,
    /// Random changes of images.
    pub augment: Augment,
    /// Statistics of batch norm.
    pub batch_norm: BatchNorm,
    /// Share of values dropped after these layers.
    pub dropout: BTreeMap<String, f64>,
    /// Deviation of theta where every weight is multiplied by exp(theta), drawn anew for every step: training that
    /// expects the spread of programmed cells. 0 trains without.
    pub weight_noise: f64,
    /// Bits that weights are rounded to in the forward pass (symmetric, per output, as the quantiser does); the gradient
    /// passes straight through. None trains on real numbers.
    pub weight_bits: Option<u32>,
    /// Seed of order, augmentation, dropout and noise.
    pub seed: u64,
}

impl Default for TrainOptions {
    fn default() -> Self {
        TrainOptions {
            epochs: 10,
            batch: 64,
            lr: 0.01,
            schedule: Schedule::Cosine,
            warm_up: 0.0,
            momentum: 0.9,
            nesterov: false,
            weight_decay: 5e-4,
            label_smoothing: 0.0,
            augment: Augment::default(),
            batch_norm: BatchNorm::Batch,
            dropout: BTreeMap::new(),
            weight_noise: 0.0,
            weight_bits: None,
            seed: 0,
        }
    }
}

impl TrainOptions {
    /// Refuses what has no meaning.
    ///
    /// # Errors
    /// [`TrainError::OptionOutOfRange`] for the first such option.
    pub fn check(&self) -> Result<(), TrainError> {
        let part = |x: f64| (0.0..1.0).contains(&x);
        let positive = |x: f64| x.is_finite() && x > 0.0;
        let rule = |ok: bool, option: &str, value: &dyn std::fmt::Display, allowed| {
            if ok {
                return Ok(());
            }
            Err(TrainError::OptionOutOfRange {
                option: option.to_string(),
                value: value.to_string(),
                allowed,
            })
        };
        let below_one = "at least 0 and below 1";
        rule(self.epochs > 0, "epochs", &self.epochs, "at least 1")?;
        rule(self.batch > 1, "batch", &self.batch, "at least 2")?;
        rule(positive(self.lr), "lr", &self.lr, "above 0 and finite")?;
        rule(part(self.momentum), "momentum", &self.momentum, below_one)?;
        rule(
            !self.nesterov || self.momentum > 0.0,
            "momentum",
            &self.momentum,
            "above 0 with Nesterov's form",
        )?;
        let decay = self.weight_decay;
        rule(part(decay), "weight_decay", &decay, below_one)?;
        let smoothing = self.label_smoothing;
        rule(part(smoothing), "label_smoothing", &smoothing, below_one)?;
        let until = f64::from(self.epochs);
        rule(
            (0.0..=until).contains(&self.warm_up),
            "warm_up",
            &self.warm_up,
            "at least 0 and at most `epochs`",
        )?;
        if let Schedule::Step { after, factor } = &self.schedule {
            let fits = positive(*factor) && *factor <= 1.0;
            rule(fits, "factor", factor, "above 0 and at most 1")?;
            for e in after {
                let within = (1..self.epochs).contains(e);
                rule(within, "after", e, "at least 1 and below `epochs`")?;
            }
        }
        for (layer, &rate) in &self.dropout {
            rule(
                part(rate),
                &format!("dropout of `{layer}`"),
                &rate,
                below_one,
            )?;
        }
        let noise = self.weight_noise;
        rule(
            noise.is_finite() && noise >= 0.0,
            "weight_noise",
            &noise,
            "at least 0 and finite",
        )?;
        let bits = self.weight_bits.unwrap_or(8);
        rule((2..=16).contains(&bits), "weight_bits", &bits, "2 to 16")
    }

    /// Learning rate of a step; `done` is the share of all epochs done, in epochs.
    pub fn rate(&self, done: f64) -> f64 {
        let rising = if done < self.warm_up {
            // The first step would do nothing at a rate of exactly 0.
            return self.lr * (done / self.warm_up).max(1e-3);
        } else {
            done - self.warm_up
        };
        let falling = f64::from(self.epochs) - self.warm_up;
        match &self.schedule {
            Schedule::Constant => self.lr,
            Schedule::Step { after, factor } => {
                let passed = after.iter().filter(|&&e| f64::from(e) <= done).count();
                self.lr * factor.powi(passed as i32)
            }
            Schedule::Cosine => {
                let share = if falling > 0.0 { rising / falling } else { 0.0 };
                self.lr * 0.5 * (1.0 + (std::f64::consts::PI * share).cos())
            }
        }
    }
}
