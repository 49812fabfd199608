//! Pruning by the options of a job: one way, or several side by side.

use crate::args::{self, PruneJob};
use crate::stages::Setting;
use crate::timing::Question;
use crate::workload::Images;
use anyhow::ensure;
use crosscut_prune::methods::{self, Entry};
use crosscut_prune::study::cases::RATIOS;
use crosscut_prune::study::knapsack::Objective;
use crosscut_prune::study::rounds::{Aim, Tuning, to_aim};
use crosscut_prune::study::sensitivity::Probe;
use crosscut_prune::study::{Chosen, Study};
use crosscut_prune::train::{TrainOptions, importance};
use crosscut_prune::{PruneOptions, Pruned};
use crosscut_sim::map::Mapping;
use crosscut_traces::{DataSet, LayerId, Network};
use std::collections::BTreeMap;

/// What pruning works with.
pub struct Workshop<'a> {
    setting: &'a Setting,
    mapping: &'a Mapping,
    images: &'a Images,
    job: &'a PruneJob,
    base: PruneOptions,
    tuning: Option<(DataSet, TrainOptions)>,
    probe: DataSet,
}

/// A method and its options for a network.
type Way<'a> = Box<dyn Fn(&Network) -> Entry + 'a>;

/// A pruned network, how it was aimed at and whether that was reached.
pub struct Made {
    /// Name of the method.
    pub method: String,
    /// Share asked for.
    pub keep: f64,
    /// Whether it was reached.
    pub reached: bool,
    /// The result.
    pub pruned: Pruned,
}

impl<'a> Workshop<'a> {
    /// Sets aside images for probes and fine-tuning.
    pub fn new(
        setting: &'a Setting,
        mapping: &'a Mapping,
        images: &'a Images,
        job: &'a PruneJob,
    ) -> Workshop<'a> {
        let seed = job.global.seed;
        let base = job.prune.options(images.calibration.images.len(), seed);
        let tune = &job.prune.tune;
        let probe = first(&images.rest, tune.probe_images as usize);
        Workshop {
            setting,
            mapping,
            images,
            base,
            tuning: job.finetune.options(seed).map(|options| {
                let n = (job.finetune.finetune_images).map_or(usize::MAX, |n| n as usize);
                let mut all = first(&images.calibration, n);
                let rest = first(&images.rest, n - all.images.len());
                all.images.extend(rest.images);
                all.labels.extend(rest.labels);
                (all, options)
            }),
            // With no other training images, those that the refit does not see.
            probe: if probe.images.is_empty() {
                fifth(&images.calibration)
            } else {
                probe
            },
            job,
        }
    }

    /// Prunes as the job says; with a budget over all layers, fine-tunes as well.
    pub fn prune(&self) -> anyhow::Result<Pruned> {
        let args = &self.job.prune;
        let pruned = match (args.keep_share, args.case(), &args.method) {
            (Some(share), _, method) => {
                let name = method.as_deref().unwrap_or("ours");
                let study = self.study()?;
                // Fine-tuning is part of the rounds.
                let Made {
                    reached, pruned, ..
                } = self.one(&study, name, share)?;
                let (left, dense) = (pruned.mapping.totals().total(), study.dense_total());
                ensure!(
                    reached,
                    "method `{name}` cannot come down to a share of {share}: {left} of {dense} crossbars are left"
                );
                return Ok(pruned);
            }
            (None, Some(case), method) => {
                let study = self.study()?;
                let mut entry = self.entry(method.as_deref().unwrap_or("paper"), &self.setting.net);
                // Ratios rise along one list.
                entry.others.clear();
                let bar = self.setting.progress.bar("single layers", 1);
                let mut progress = |_: &str, done, of| bar.set(done as u64, of as u64);
                let found =
                    study.candidates(&entry, &[&RATIOS], self.probe(), None, &mut progress)?;
                let t = case.thresholds();
                let ratios: BTreeMap<LayerId, Chosen> = found
                    .iter()
                    .filter_map(|(&id, own)| case.ratio(own, &t).map(|r| (id, r.into())))
                    .collect();
                self.carry_out(&study, &entry, &ratios)?
            }
            (None, None, Some(method)) => {
                let study = self.study()?;
                let entry = self.entry(method, &self.setting.net);
                let ratio = |id: LayerId| {
                    let own = self.base.ratios.get(&self.setting.net.layer(id).name);
                    (id, own.copied().unwrap_or(self.base.ratio).into())
                };
                let ratios = study.layers().map(ratio).collect();
                self.carry_out(&study, &entry, &ratios)?
            }
            (None, None, None) => {
                let bar = self.setting.progress.bar("pruning", 1);
                let mut progress =
                    |_: &str, done: usize, of: usize| bar.set(done as u64, of as u64);
                crosscut_prune::prune(
                    &self.setting.net,
                    self.mapping,
                    &self.setting.arch,
                    &self.images.calibration.images,
                    &self.base,
                    &mut progress,
                )?
            }
        };
        Ok(pruned)
    }

    /// Every method at every budget, then the steps from the published method to ours if asked. `each` is called with
    /// every result as it comes.
    pub fn side_by_side(
        &self,
        names: &[String],
        keep: &[f64],
        ablation: bool,
        each: &mut dyn FnMut(Made) -> anyhow::Result<()>,
    ) -> anyhow::Result<()> {
        if names.is_empty() && !ablation {
            return Ok(());
        }
        let study = self.study()?;
        let mut work: Vec<(String, Way<'_>)> = Vec::new();
        // The steps begin and end with these two.
        let twice = |n: &str| ablation && (n == "paper" || n == "ours");
        for name in names.iter().filter(|n| !twice(n)) {
            let own = name.clone();
            work.push((name.clone(), Box::new(move |net| self.entry(&own, net))));
        }
        if ablation {
            for (name, options, global) in args::steps(&self.base) {
                let make = move |_: &Network| Entry::pairs(name, options.clone(), global);
                work.push((name.to_string(), Box::new(make)));
            }
        }
        let bar = self
            .setting
            .progress
            .bar("methods", (work.len() * keep.len()) as u64);
        for (name, make) in &work {
            for &share in keep {
                match self.aimed(&study, &mut |net| make(net), share) {
                    Ok((pruned, reached)) => each(Made {
                        method: name.clone(),
                        keep: share,
                        reached,
                        pruned,
                    })?,
                    // One method that cannot come down to a budget is a result, not a reason to stop.
                    Err(crosscut_prune::PruneError::BudgetTooSmall { .. }) if work.len() > 1 => {
                        eprintln!("note: {name} cannot come down to a share of {share}");
                    }
                    Err(e) => return Err(e.into()),
                }
                bar.step();
            }
        }
        Ok(())
    }

    fn study(&self) -> anyhow::Result<Study<'_>> {
        let (setting, calibration) = (self.setting, &self.images.calibration.images);
        let study = Study::new(
            &setting.net,
            self.mapping,
            &setting.arch,
            calibration,
            &self.base,
        )?;
        ensure!(
            study.layers().next().is_some(),
            "the network `{}` has no layer to prune: the first and the last stay as they are",
            setting.net.name
        );
        Ok(study)
    }

    fn entry(&self, name: &str, net: &Network) -> Entry {
        let set = &self.images.calibration;
        let mut scores = || {
            // A network that cannot be trained is ranked by norms.
            importance::filters(net, &set.images, &set.labels).unwrap_or_default()
        };
        methods::by_name(name, &self.base, &mut scores).expect("names are checked")
    }

    fn one(&self, study: &Study<'_>, name: &str, share: f64) -> anyhow::Result<Made> {
        let (pruned, reached) = self.aimed(study, &mut |net| self.entry(name, net), share)?;
        Ok(Made {
            method: name.to_string(),
            keep: share,
            reached,
            pruned,
        })
    }

    fn aimed(
        &self,
        study: &Study<'_>,
        make: &mut dyn FnMut(&Network) -> Entry,
        share: f64,
    ) -> Result<(Pruned, bool), crosscut_prune::PruneError> {
        let price = |net: &Network, mapping: &Mapping| {
            let question = Question {
                estimate: true,
                ..Question::default()
            };
            let answer = self.setting.time(net, mapping, &question);
            answer.map_or(f64::INFINITY, |a| a.report.energy_pj)
        };
        let objective = self.job.prune.objective();
        let aim = Aim {
            share,
            objective,
            price: (objective == Objective::Energy).then_some(&price),
            rounds: usize::from(self.job.prune.tune.rounds),
            probe: self.probe(),
        };
        let tuning = self.tuning();
        let bar = self.setting.progress.bar("pruning", 1);
        let mut progress = |_: &str, done: usize, of: usize| bar.set(done as u64, of as u64);
        to_aim(
            study,
            make,
            &aim,
            tuning.as_ref(),
            &self.base,
            &mut progress,
        )
    }

    fn carry_out(
        &self,
        study: &Study<'_>,
        entry: &Entry,
        ratios: &BTreeMap<LayerId, Chosen>,
    ) -> anyhow::Result<Pruned> {
        let planned = study.plan(entry, ratios)?;
        let bar = self.setting.progress.bar("pruning", 1);
        let mut progress = |_: &str, done: usize, of: usize| bar.set(done as u64, of as u64);
        Ok(study.carry_out(entry, &planned, &mut progress)?)
    }

    fn tuning(&self) -> Option<Tuning<'_>> {
        let (data, options) = self.tuning.as_ref()?;
        Some(Tuning { data, options })
    }

    fn probe(&self) -> Probe<'_> {
        Probe {
            images: &self.probe.images,
            labels: &self.probe.labels,
        }
    }
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
