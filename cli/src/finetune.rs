//! Fine-tuning of a pruned network, its masks held.

use crate::error::Error;
use crate::progress::{Progress, TrainTask};
use crate::workload::Images;
use crosscut_prune::train::{EpochRecord, Evaluation, Observer, TrainOptions, TrainStep, check};
use crosscut_prune::{Pruned, finetune};
use crosscut_traces::{Network, Stop};

/// What is to be done, checked as far as it can be before pruning.
#[derive(Debug, Clone)]
pub struct Finetune {
    options: TrainOptions,
    images: Images,
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

    /// Trains the pruned network; the record of it goes into its provenance.
    ///
    /// # Errors
    /// If training fails.
    pub fn run(&self, pruned: &mut Pruned, progress: &dyn Progress) -> Result<(), Error> {
        let by = crosscut_prune::Finetune {
            data: &self.images.calibration,
            held_back: &self.images.evaluation,
            options: &self.options,
        };
        let mut told = Told {
            progress,
            task: None,
        };
        Ok(finetune(pruned, &by, &mut told)?)
    }
}

/// Tells a listener of a training run.
struct Told<'a> {
    progress: &'a dyn Progress,
    task: Option<Box<dyn TrainTask>>,
}

impl Observer for Told<'_> {
    fn stop(&self) -> Stop {
        self.progress.stop()
    }

    fn start(&mut self, before: Option<Evaluation>) {
        self.task = Some(self.progress.train("fine-tuning", before));
    }

    fn step(&mut self, step: &TrainStep) {
        if let Some(task) = &mut self.task {
            task.step(step);
        }
    }

    fn epoch(&mut self, record: &EpochRecord, epochs: u32, steps: usize) {
        if let Some(task) = &mut self.task {
            task.epoch(record, epochs, steps);
        }
    }
}
