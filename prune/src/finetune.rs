//! Fine-tuning of a pruned network, its masks held.

use crate::provenance::FinetuneRecord;
use crate::study::Pruned;
use crate::train::{Observer, Session, TrainError, TrainOptions, with_norms};
use crosscut_traces::DataSet;
use crosscut_traces::net::fold;

/// What a pruned network is fine-tuned on, and how.
#[derive(Debug, Clone, Copy)]
pub struct Finetune<'a> {
    /// Images to train on.
    pub data: &'a DataSet,
    /// Images to measure on, not trained on.
    pub held_back: &'a DataSet,
    /// How.
    pub options: &'a TrainOptions,
}

/// Trains the pruned network; weights that its masks do not keep stay zero. Batch norms are put in meanwhile. The record
/// of it goes into the provenance.
///
/// # Errors
/// [`TrainError`], as [`crate::train::fit`].
pub fn finetune(
    pruned: &mut Pruned,
    by: &Finetune<'_>,
    observer: &mut dyn Observer,
) -> Result<(), TrainError> {
    let net = with_norms(&pruned.network);
    let (held_back, masks) = (Some(by.held_back), Some(&pruned.masks));
    let trained = Session::new(&net, by.data, held_back, masks, by.options)?.run(observer)?;
    pruned.network = fold(&trained.network);
    let (kept, weights) = pruned.masks.count();
    pruned.provenance.finetune = Some(FinetuneRecord {
        data: by.data.name.clone(),
        train_images: by.data.images.len(),
        held_back_images: by.held_back.images.len(),
        options: by.options.clone(),
        added_norms: true,
        weights,
        weights_kept: kept,
        before: trained.before,
        epochs: trained.epochs,
    });
    Ok(())
}
