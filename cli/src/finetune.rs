//! Fine-tuning of a pruned network, its masks held.

use crate::error::Error;
use crate::progress::Progress;
use crate::workload::Images;
use crosscut_prune::train::{
    EpochRecord, Evaluation, Session, TrainOptions, Trained, check, with_norms,
};
use crosscut_prune::{Masks, Pruned};
use crosscut_traces::{DataSet, Network, fold};
use serde::{Deserialize, Serialize};

/// What is to be done, checked as far as it can be before pruning.
#[derive(Debug, Clone)]
pub struct Finetune {
    options: TrainOptions,
    images: Images,
}

/// What was done, without times of the clock.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FinetuneRecord {
    /// Images trained on.
    pub data: String,
    /// Their number.
    pub train_images: usize,
    /// Images that accuracy was measured on.
    pub held_back_images: usize,
    /// Choices.
    pub options: TrainOptions,
    /// Whether batch norm was put in meanwhile.
    pub added_norms: bool,
    /// Weights of the masked layers.
    pub weights: u64,
    /// Weights that the masks keep.
    pub weights_kept: u64,
    /// Before the first step.
    pub before: Option<Evaluation>,
    /// Every epoch.
    pub epochs: Vec<EpochRecord>,
}

impl Finetune {
    /// To train on `images.calibration` and to measure on `images.evaluation`.
    ///
    /// # Errors
    /// If the network cannot be trained so.
    pub fn new(options: TrainOptions, images: Images, net: &Network) -> Result<Finetune, Error> {
        check(net, &images.calibration, Some(&images.evaluation), &options)?;
        Ok(Finetune { options, images })
    }

    /// Trains the pruned network.
    ///
    /// # Errors
    /// If training fails.
    pub fn run(
        &self,
        pruned: &mut Pruned,
        progress: &dyn Progress,
    ) -> Result<FinetuneRecord, Error> {
        let masks = Masks::of_mapping(&pruned.network, &pruned.mapping);
        let net = with_norms(&pruned.network);
        let (data, held_back) = (&self.images.calibration, &self.images.evaluation);
        let session = Session::new(&net, data, Some(held_back), Some(&masks), &self.options)?;
        let trained = train(session, data, &self.options, progress)?;
        pruned.network = fold(&trained.network);
        let (weights_kept, weights) = masks.count();
        Ok(FinetuneRecord {
            data: data.name.clone(),
            train_images: data.images.len(),
            held_back_images: held_back.images.len(),
            options: self.options.clone(),
            added_norms: true,
            weights,
            weights_kept,
            before: trained.before,
            epochs: trained.epochs,
        })
    }
}

fn train(
    mut session: Session<'_>,
    data: &DataSet,
    options: &TrainOptions,
    progress: &dyn Progress,
) -> Result<Trained, Error> {
    let mut task = progress.train("fine-tuning", session.before());
    let steps = data.images.len() / options.batch;
    while !session.is_done() {
        let record = session.epoch(&mut |p| task.step(p))?;
        task.epoch(&record, options.epochs, steps);
    }
    Ok(session.finish())
}
