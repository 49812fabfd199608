//! A network before and after pruning, as `prune` and `compare` need it.

use crate::args::PruneJobArgs;
use crate::progress::Bars;
use crate::say::say;
use crate::{interrupt, output, setup};
use crosscut::{Copies, Error, Experiment, Setting};
use crosscut_prune::train::Evaluation;
use crosscut_prune::{FinetuneRecord, Pruned};
use crosscut_report::format::percent;
use std::path::Path;

/// What pruning (and fine-tuning) made of a network.
pub struct PruneRun {
    /// The network as it was.
    pub experiment: Experiment,
    /// What became of it.
    pub pruned: Pruned,
    /// Whether the user stopped it: layers that had no turn are whole, or fine-tuning is missing.
    pub interrupted: bool,
}

impl PruneRun {
    /// Resolves the job, asks `suits` whether what follows can be done with it, makes the folder `out` once everything is
    /// known to fit, and prunes.
    pub fn new(
        job: &PruneJobArgs,
        out: &Path,
        suits: fn(&Setting) -> Result<(), Error>,
    ) -> anyhow::Result<PruneRun> {
        // Crossbars before and after are those of the network itself: one copy, unless copies are asked for. The pruned
        // network keeps the copies that it has.
        let setting = setup::setting(&job.machine, &job.network, &job.map, &job.global)?;
        let setting = setting.copies(Copies::One);
        suits(&setting)?;
        let images = setup::images(&setting.net, &job.network, &job.data, job.other_images())?;
        let finetune = setup::finetune(job, &setting.net)?;
        let experiment = setup::map(setting.images(images))?;
        output::prepare_folder(out)?;
        interrupt::listen()?;
        let mut pruned = experiment.prune_job(setup::prune_choice(job))?.prune()?;
        let progress = Bars::new(job.global.json);
        let mut interrupted = pruned.provenance.is_partial();
        if let Some(finetune) = finetune.filter(|_| !interrupted) {
            match finetune.run(&mut pruned, &progress) {
                Err(e) if e.is_interrupted() => {
                    say!("note: fine-tuning was interrupted: weights are those before it");
                    interrupted = true;
                }
                other => other?,
            }
        }
        Ok(PruneRun {
            experiment,
            pruned,
            interrupted,
        })
    }
}

/// One line on fine-tuning.
pub fn text(record: &FinetuneRecord) -> String {
    let accuracy = |e: Option<Evaluation>| e.map_or("-".to_string(), |e| percent(e.accuracy));
    format!(
        "fine-tuned for {} epochs on {} images, masks held: accuracy in float {} before, {} after",
        record.epochs.len(),
        record.train_images,
        accuracy(record.before),
        accuracy(record.epochs.last().and_then(|e| e.held_back)),
    )
}
