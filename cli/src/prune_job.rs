//! Pruning a mapped network: one way, or several side by side. The work is that of [`crosscut_prune::job`].

use crate::error::Error;
use crate::experiment::Experiment;
use crate::progress::{Progress, Task};
use crate::timing_job::TimeOptions;
use crate::workload::{Images, PROBED};
use crosscut_prune::job::{self, Amount, BudgetOptions, By, Job, Trial};
use crosscut_prune::select::methods::Entry;
use crosscut_prune::study::Objective;
use crosscut_prune::study::cases::Case;
use crosscut_prune::train::TrainOptions;
use crosscut_prune::{PruneOptions, Pruned, Stage, Step};
use crosscut_sim::map::Mapping;
use crosscut_sim::optimise::OptimiseError;
use crosscut_traces::{Network, Stop};

/// How ratios of layers are found.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Way {
    /// The ratios of the options, by the options of pairs.
    #[default]
    Ratios,
    /// The ratios of the options, by a named method.
    Method(String),
    /// Published ratios, from sweeps over single layers.
    Case {
        /// Which.
        case: Case,
        /// By which method.
        method: String,
    },
    /// One share of the whole network.
    Share {
        /// Share to keep, above 0 and at most 1.
        share: f64,
        /// By which method.
        method: String,
    },
}

/// Choices of pruning.
#[derive(Debug, Clone)]
pub struct PruneChoice {
    /// Options of pairs, sampling, refit and rewriting. Seed and number of images are the experiment's.
    pub options: PruneOptions,
    /// How ratios are found.
    pub way: Way,
    /// What a share is of.
    pub objective: Objective,
    /// Rounds in which a share is approached.
    pub rounds: usize,
    /// Training images, beyond those calibrated on, that single layers are probed with.
    pub probe_images: usize,
    /// Fine-tuning inside the rounds, and on how many training images (none: all).
    pub tuning: Option<(TrainOptions, Option<usize>)>,
}

impl Default for PruneChoice {
    fn default() -> PruneChoice {
        PruneChoice {
            options: PruneOptions::default(),
            way: Way::default(),
            objective: Objective::default(),
            rounds: 1,
            probe_images: PROBED as usize,
            tuning: None,
        }
    }
}

/// Pruning of an experiment by choices.
pub struct PruneJob<'a> {
    of: &'a Experiment,
    choice: PruneChoice,
    images: &'a Images,
}

impl Experiment {
    /// Removes a share of every layer but the first and the last, by the options of pairs, and fits the weights that
    /// stay.
    ///
    /// # Errors
    /// If there are no images to calibrate on, or the options cannot be carried out.
    pub fn prune(&self, options: &PruneOptions) -> Result<Pruned, Error> {
        let choice = PruneChoice {
            options: options.clone(),
            ..PruneChoice::default()
        };
        self.prune_job(choice)?.prune()
    }

    /// Pruning with choices.
    ///
    /// # Errors
    /// If there are no images, or energy is to be kept of a machine that gives no costs.
    pub fn prune_job(&self, mut choice: PruneChoice) -> Result<PruneJob<'_>, Error> {
        if choice.objective == Objective::Energy && self.arch.parts.is_empty() {
            let name = self.arch.name.clone();
            return Err(Error::Optimise(OptimiseError::NoCosts(name)));
        }
        let images = self.images()?;
        choice.options.images = images.calibration.images.len();
        choice.options.seed = self.seed;
        Ok(PruneJob {
            of: self,
            choice,
            images,
        })
    }
}

impl PruneJob<'_> {
    /// Prunes as chosen; with a share of the whole network, fine-tunes as well.
    ///
    /// # Errors
    /// If it cannot be done.
    pub fn prune(&self) -> Result<Pruned, Error> {
        let (by, amount) = match &self.choice.way {
            Way::Ratios => (By::Usual, Amount::Ratios),
            Way::Method(method) => (By::Named(method), Amount::Ratios),
            Way::Case { case, method } => (By::Named(method), Amount::Case(*case)),
            Way::Share { share, method } => (By::Named(method), Amount::Share(*share)),
        };
        self.with_job(|job, told| Ok(job::run(job, by, amount, told)?))
    }

    /// Brings a method of one's own to a share of the network's crossbars: `make` gives it for a network. Also whether
    /// the share was reached.
    ///
    /// # Errors
    /// If the method cannot come near the share.
    pub fn bring_to(
        &self,
        share: f64,
        make: &dyn Fn(&Network) -> Entry,
    ) -> Result<(Pruned, bool), Error> {
        self.with_job(|job, told| Ok(job::bring_to(job, By::Own(make), share, told)?))
    }

    /// Every method at every share, then the steps from the published method to ours if asked. `each` is called with
    /// every result as it comes.
    ///
    /// # Errors
    /// If pruning fails otherwise than by a share that is too small; what `each` returns.
    pub fn side_by_side(
        &self,
        names: &[String],
        shares: &[f64],
        ablation: bool,
        each: &mut dyn FnMut(Trial) -> Result<(), Error>,
    ) -> Result<(), Error> {
        self.with_job(|job, told| job::side_by_side(job, names, shares, ablation, told, each))
    }

    fn with_job<T>(&self, work: impl FnOnce(&Job<'_>, &mut Told<'_>) -> T) -> T {
        let price = |net: &Network, mapping: &Mapping| {
            let options = TimeOptions {
                estimate: true,
                ..TimeOptions::default()
            };
            let pruned = self.of.with_network(net.clone(), mapping.clone());
            let timed = pruned.time_with(&options);
            // A machine without costs is refused where energy is to be kept.
            let pj = timed.ok().and_then(|t| t.report.energy_pj);
            pj.unwrap_or(f64::INFINITY)
        };
        let choice = &self.choice;
        let (tuning, tuning_images) = match &choice.tuning {
            Some((options, images)) => (Some(options.clone()), *images),
            None => (None, None),
        };
        let job = Job {
            net: &self.of.net,
            mapping: &self.of.mapping,
            arch: &self.of.arch,
            calibration: &self.images.calibration,
            rest: &self.images.rest,
            options: choice.options.clone(),
            budget: BudgetOptions {
                objective: choice.objective,
                rounds: choice.rounds,
                probe_images: choice.probe_images,
                tuning,
                tuning_images,
            },
            price: Some(&price),
        };
        let mut told = Told {
            progress: self.of.progress.as_ref(),
            tasks: Vec::new(),
        };
        work(&job, &mut told)
    }
}

/// Tells the experiment's listener of the stages of a pruning, each as a task.
struct Told<'a> {
    progress: &'a dyn Progress,
    tasks: Vec<(Stage, Box<dyn Task>)>,
}

impl crosscut_prune::Progress for Told<'_> {
    fn stop(&self) -> Stop {
        self.progress.stop()
    }

    fn step(&mut self, step: Step<'_>) {
        // Of the stages only that of several methods lies around others.
        self.tasks
            .retain(|(stage, _)| *stage == step.stage || *stage == Stage::Methods);
        if self.tasks.iter().all(|(stage, _)| *stage != step.stage) {
            let task = (self.progress).begin(&step.stage.to_string(), step.of as u64);
            self.tasks.push((step.stage, task));
        }
        for (_, task) in self.tasks.iter().filter(|(stage, _)| *stage == step.stage) {
            task.set(step.done as u64, step.of as u64);
        }
    }
}
