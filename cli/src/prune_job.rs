//! Pruning a mapped network: one way, or several side by side.

use crate::error::Error;
use crate::experiment::Experiment;
use crate::timing_job::TimeOptions;
use crosscut_prune::methods::{self, Entry};
use crosscut_prune::study::cases::{Case, RATIOS};
use crosscut_prune::study::knapsack::Objective;
use crosscut_prune::study::rounds::{Aim, Tuning, to_aim};
use crosscut_prune::study::sensitivity::Probe;
use crosscut_prune::study::{Chosen, Study};
use crosscut_prune::train::{TrainOptions, importance};
use crosscut_prune::{Order, PruneError, PruneOptions, Pruned, Solver};
use crosscut_sim::map::{Adders, Mapping};
use crosscut_traces::{DataSet, LayerId, Network};
use std::collections::BTreeMap;

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
            probe_images: 64,
            tuning: None,
        }
    }
}

/// What pruning works with.
pub struct PruneJob<'a> {
    of: &'a Experiment,
    choice: PruneChoice,
    tuning: Option<(DataSet, TrainOptions)>,
    probe: DataSet,
    calibration: &'a DataSet,
}

/// A method and its options for a network.
type Make<'a> = Box<dyn Fn(&Network) -> Result<Entry, Error> + 'a>;

/// A pruned network, how it was aimed at and whether that was reached.
pub struct Made {
    /// Name of the method.
    pub method: String,
    /// Share asked for.
    pub keep: f64,
    /// Whether it was reached.
    pub reached: bool,
    /// The result; none if the method cannot come near the share at all.
    pub pruned: Option<Pruned>,
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

    /// Pruning with choices. Sets aside images for probes and fine-tuning.
    ///
    /// # Errors
    /// If there are no images.
    pub fn prune_job(&self, mut choice: PruneChoice) -> Result<PruneJob<'_>, Error> {
        let images = self.images()?;
        choice.options.images = images.calibration.images.len();
        choice.options.seed = self.seed;
        let probe = first(&images.rest, choice.probe_images);
        let tuning = choice.tuning.clone().map(|(options, n)| {
            let n = n.unwrap_or(usize::MAX);
            let mut all = first(&images.calibration, n);
            let rest = first(&images.rest, n - all.images.len());
            all.images.extend(rest.images);
            all.labels.extend(rest.labels);
            (all, options)
        });
        Ok(PruneJob {
            of: self,
            choice,
            tuning,
            // With no other training images, those that the refit does not see.
            probe: if probe.images.is_empty() {
                fifth(&images.calibration)
            } else {
                probe
            },
            calibration: &images.calibration,
        })
    }
}

impl PruneJob<'_> {
    /// Prunes as chosen; with a share of the whole network, fine-tunes as well.
    ///
    /// # Errors
    /// If it cannot be done.
    pub fn prune(&self) -> Result<Pruned, Error> {
        let base = &self.choice.options;
        match &self.choice.way {
            Way::Share { share, method } => {
                let study = self.study()?;
                // Fine-tuning is part of the rounds.
                let make = |net: &Network| self.entry(method, net);
                let (pruned, reached) = self.aimed(&study, &make, *share)?;
                if reached {
                    return Ok(pruned);
                }
                Err(Error::ShareTooSmall {
                    method: method.clone(),
                    share: *share,
                    left: pruned.mapping.totals().total(),
                    dense: study.dense_total(),
                })
            }
            Way::Case { case, method } => {
                let study = self.study()?;
                let mut entry = self.entry(method, &self.of.net)?;
                // Ratios rise along one list.
                entry.others.clear();
                let ratios = self.case_ratios(&study, &entry, *case)?;
                self.carry_out(&study, &entry, &ratios)
            }
            Way::Method(method) => {
                let study = self.study()?;
                let entry = self.entry(method, &self.of.net)?;
                let ratio = |id: LayerId| {
                    let own = base.ratios.get(&self.of.net.layer(id).name);
                    (id, own.copied().unwrap_or(base.ratio).into())
                };
                let ratios = study.layers().map(ratio).collect();
                self.carry_out(&study, &entry, &ratios)
            }
            Way::Ratios => {
                let task = self.of.progress.begin("pruning", 1);
                Ok(crosscut_prune::prune(
                    &self.of.net,
                    &self.of.mapping,
                    &self.of.arch,
                    &self.calibration.images,
                    base,
                    &mut |_, done, of| task.set(done as u64, of as u64),
                )?)
            }
        }
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
        self.aimed(&self.study()?, &|net| Ok(make(net)), share)
    }

    /// Every method at every share, then the steps from the published method to ours if asked. `each` is called with
    /// every result as it comes.
    ///
    /// # Errors
    /// If pruning fails otherwise than by a share that is too small; what `each` returns.
    pub fn side_by_side(
        &self,
        names: &[String],
        keep: &[f64],
        ablation: bool,
        each: &mut dyn FnMut(Made) -> Result<(), Error>,
    ) -> Result<(), Error> {
        if names.is_empty() && !ablation {
            return Ok(());
        }
        let study = self.study()?;
        let mut work: Vec<(String, Make<'_>)> = Vec::new();
        // The steps begin and end with these two.
        let twice = |n: &str| ablation && (n == "paper" || n == "ours");
        for name in names.iter().filter(|n| !twice(n)) {
            let own = name.clone();
            work.push((name.clone(), Box::new(move |net| self.entry(&own, net))));
        }
        if ablation {
            for (name, options, global) in steps(&self.choice.options) {
                let make = move |_: &Network| Ok(Entry::pairs(name, options.clone(), global));
                work.push((name.to_string(), Box::new(make)));
            }
        }
        let task = (self.of.progress).begin("methods", (work.len() * keep.len()) as u64);
        for (name, make) in &work {
            for &share in keep {
                let (pruned, reached) = match self.aimed(&study, make, share) {
                    Ok((pruned, reached)) => (Some(pruned), reached),
                    // One method that cannot come down to a budget is a result, not a reason to stop.
                    Err(Error::Prune(PruneError::BudgetTooSmall { .. })) if work.len() > 1 => {
                        (None, false)
                    }
                    Err(e) => return Err(e),
                };
                each(Made {
                    method: name.clone(),
                    keep: share,
                    reached,
                    pruned,
                })?;
                task.step();
            }
        }
        Ok(())
    }

    fn study(&self) -> Result<Study<'_>, Error> {
        let study = Study::new(
            &self.of.net,
            &self.of.mapping,
            &self.of.arch,
            &self.calibration.images,
            &self.choice.options,
        )?;
        if study.layers().next().is_none() {
            return Err(Error::NothingToPrune(self.of.net.name.clone()));
        }
        Ok(study)
    }

    fn entry(&self, name: &str, net: &Network) -> Result<Entry, Error> {
        let set = self.calibration;
        let mut scores = || {
            // A network that cannot be trained is ranked by norms.
            importance::filters(net, &set.images, &set.labels).unwrap_or_default()
        };
        let found = methods::by_name(name, &self.choice.options, &mut scores);
        found.ok_or_else(|| Error::UnknownMethod(name.to_string()))
    }

    fn case_ratios(
        &self,
        study: &Study<'_>,
        entry: &Entry,
        case: Case,
    ) -> Result<BTreeMap<LayerId, Chosen>, Error> {
        let task = self.of.progress.begin("single layers", 1);
        let mut progress = |_: &str, done, of| task.set(done as u64, of as u64);
        let found = study.candidates(entry, &[&RATIOS], self.probe(), None, &mut progress)?;
        let t = case.thresholds();
        let ratio = |(&id, own): (&LayerId, &Vec<_>)| case.ratio(own, &t).map(|r| (id, r.into()));
        Ok(found.iter().filter_map(ratio).collect())
    }

    fn aimed(
        &self,
        study: &Study<'_>,
        make: &dyn Fn(&Network) -> Result<Entry, Error>,
        share: f64,
    ) -> Result<(Pruned, bool), Error> {
        let price = |net: &Network, mapping: &Mapping| {
            let options = TimeOptions {
                estimate: true,
                ..TimeOptions::default()
            };
            let pruned = self.of.with_network(net.clone(), mapping.clone());
            let timed = pruned.time_with(&options);
            timed.map_or(f64::INFINITY, |t| t.report.energy_pj)
        };
        let objective = self.choice.objective;
        let aim = Aim {
            share,
            objective,
            price: (objective == Objective::Energy).then_some(&price),
            rounds: self.choice.rounds,
            probe: self.probe(),
        };
        // Names are checked before the rounds begin.
        make(&self.of.net)?;
        let tuning = (self.tuning.as_ref()).map(|(data, options)| Tuning { data, options });
        let task = self.of.progress.begin("pruning", 1);
        Ok(to_aim(
            study,
            &mut |net| make(net).expect("the name was checked"),
            &aim,
            tuning.as_ref(),
            &self.choice.options,
            &mut |_, done, of| task.set(done as u64, of as u64),
        )?)
    }

    fn carry_out(
        &self,
        study: &Study<'_>,
        entry: &Entry,
        ratios: &BTreeMap<LayerId, Chosen>,
    ) -> Result<Pruned, Error> {
        let planned = study.plan(entry, ratios)?;
        let task = self.of.progress.begin("pruning", 1);
        let mut progress = |_: &str, done: usize, of: usize| task.set(done as u64, of as u64);
        Ok(study.carry_out(entry, &planned, &mut progress)?)
    }

    fn probe(&self) -> Probe<'_> {
        Probe {
            images: &self.probe.images,
            labels: &self.probe.labels,
        }
    }
}

/// Steps from the published method to ours: a name, options, and whether budgets are set over all layers.
fn steps(base: &PruneOptions) -> Vec<(&'static str, PruneOptions, bool)> {
    let mut options = methods::paper(base);
    let mut steps = vec![("paper", options.clone(), false)];
    let mut add = |name, change: &dyn Fn(&mut PruneOptions), global| {
        change(&mut options);
        steps.push((name, options.clone(), global));
    };
    add("+ greedy masks", &|o| o.solver = Solver::Greedy, false);
    add(
        "+ adders for what arrives",
        &|o| o.adders = Adders::Arriving,
        false,
    );
    add("+ slices again", &|o| o.reslice = true, false);
    add("+ unread maps out", &|o| o.dead = true, false);
    add(
        "+ arrays filled",
        &|o| {
            o.gemm_kout = 1;
            o.balance = true;
        },
        false,
    );
    add("+ alike maps together", &|o| o.order = Order::Alike, false);
    add("+ budgets over layers (ours)", &|_| {}, true);
    steps
}

/// The first `n` images.
fn first(set: &DataSet, n: usize) -> DataSet {
    set.select(&(0..n.min(set.images.len())).collect::<Vec<_>>())
}

/// Every fifth image, or all of fewer than five.
fn fifth(set: &DataSet) -> DataSet {
    let n = set.images.len();
    let chosen = (0..n).filter(|i| n < 5 || i % 5 == 4);
    set.select(&chosen.collect::<Vec<_>>())
}
