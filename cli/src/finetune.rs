//! Fine-tuning of a pruned network, its masks held.

use crate::args::{PruneJob, TrainDataArgs};
use crate::format::percent;
use crate::learn::Reporter;
use crate::progress::Progress;
use crate::workload::{self, Images};
use crosscut_prune::train::{Evaluation, Session, TrainOptions, check, with_norms};
use crosscut_prune::{Masks, Pruned};
use crosscut_traces::{Network, fold};
use serde_json::{Value, json};

/// What is to be done, checked as far as it can be before pruning.
#[derive(Debug)]
pub struct Finetune {
    options: TrainOptions,
    images: Images,
}

impl Finetune {
    /// Of a job; none if it does not ask for it.
    pub fn of(job: &PruneJob, net: &Network) -> anyhow::Result<Option<Finetune>> {
        let Some(options) = job.finetune.options(job.global.seed) else {
            return Ok(None);
        };
        let data = TrainDataArgs {
            data: job.data.data.clone(),
            normalise: job.data.normalise.clone(),
            train_images: job.finetune.finetune_images,
            images: Some(job.data.images),
        };
        let images = workload::training_images(net, &job.network.network, &data)?;
        check(net, &images.calibration, Some(&images.evaluation), &options)?;
        Ok(Some(Finetune { options, images }))
    }

    /// Trains the pruned network; what was done, without times of the clock.
    pub fn run(&self, pruned: &mut Pruned, progress: Progress) -> anyhow::Result<Value> {
        let masks = Masks::of_mapping(&pruned.network, &pruned.mapping);
        let net = with_norms(&pruned.network);
        let (data, held_back) = (&self.images.calibration, &self.images.evaluation);
        let mut session = Session::new(&net, data, Some(held_back), Some(&masks), &self.options)?;
        let mut reporter = Reporter::new(progress, "fine-tuning", session.before());
        let steps = data.images.len() / self.options.batch;
        while !session.is_done() {
            let record = session.epoch(&mut |p| reporter.step(p))?;
            reporter.epoch(&record, self.options.epochs, steps);
        }
        drop(reporter);
        let trained = session.finish();
        pruned.network = fold::fold(&trained.network);
        let (kept, weights) = masks.count();
        Ok(json!({
            "data": data.name,
            "train_images": data.images.len(),
            "held_back_images": held_back.images.len(),
            "options": self.options,
            "added_norms": true,
            "weights": weights,
            "weights_kept": kept,
            "before": trained.before,
            "epochs": trained.epochs,
        }))
    }
}

/// One line on fine-tuning, from its record.
pub fn text(record: &Value) -> String {
    let accuracy = |v: &Value| {
        let e: Option<Evaluation> = serde_json::from_value(v.clone()).unwrap_or_default();
        e.map_or("-".to_string(), |e| percent(e.accuracy))
    };
    let epochs = record["epochs"].as_array().map_or(&[][..], |e| e);
    let last = epochs
        .last()
        .map_or("-".to_string(), |e| accuracy(&e["held_back"]));
    format!(
        "fine-tuned for {} epochs on {} images, masks held: accuracy in float {} before, {last} after",
        epochs.len(),
        record["train_images"],
        accuracy(&record["before"]),
    )
}
