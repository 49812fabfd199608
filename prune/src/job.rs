//! A pruning as a user asks for it: by ratios, by a published case, or down to a share; in one way or in several.

use crate::error::PruneError;
use crate::options::PruneOptions;
use crate::progress::{Progress, Stage, Step};
use crate::prune::prune;
use crate::select::methods::{self, Entry, METHODS, Scores};
use crate::study::cases::{Case, RATIOS};
use crate::study::{Aim, Chosen, Objective, Price, Probe, Pruned, Study, Tuning, to_aim};
use crate::train::{TrainOptions, importance};
use crosscut_arch::Arch;
use crosscut_sim::map::Mapping;
use crosscut_traces::suggest::hint;
use crosscut_traces::{DataSet, LayerId, Network};
use std::collections::BTreeMap;

/// What is pruned, with what, and how budgets are approached.
pub struct Job<'a> {
    /// The network.
    pub net: &'a Network,
    /// Its mapping.
    pub mapping: &'a Mapping,
    /// The machine.
    pub arch: &'a Arch,
    /// Training images that moments are taken of.
    pub calibration: &'a DataSet,
    /// Further training images: single layers are probed with them, and rounds are fine-tuned on them as well.
    pub rest: &'a DataSet,
    /// Sampling, refit, seed and ratios; all of a method that is not named.
    pub options: PruneOptions,
    /// How a share is come down to.
    pub budget: BudgetOptions,
    /// Energy of a mapped network; needed where the share is one of energy.
    pub price: Option<Price<'a>>,
}

/// How a share is come down to.
#[derive(Debug, Clone, PartialEq)]
pub struct BudgetOptions {
    /// What the share is of, for methods that set ratios over all layers.
    pub objective: Objective,
    /// Rounds of pruning, refit and fine-tuning.
    pub rounds: usize,
    /// Images that single layers are probed with, from those that are not calibrated on.
    pub probe_images: usize,
    /// Fine-tuning after every round.
    pub tuning: Option<TrainOptions>,
    /// Images to fine-tune on at most; `None`: all training images.
    pub tuning_images: Option<usize>,
}

impl Default for BudgetOptions {
    fn default() -> Self {
        BudgetOptions {
            objective: Objective::Crossbars,
            rounds: 1,
            probe_images: 64,
            tuning: None,
            tuning_images: None,
        }
    }
}

/// What chooses the pairs that go.
#[derive(Clone, Copy, Default)]
pub enum By<'a> {
    /// What goes with the amount: pairs by the job's options, `paper` for a published case, `ours` for a share.
    #[default]
    Usual,
    /// A method of [`METHODS`].
    Named(&'a str),
    /// Any other: the method for a network, asked once per round.
    Own(&'a dyn Fn(&Network) -> Entry),
}

/// How much goes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Amount {
    /// The ratios of the job's options.
    Ratios,
    /// Ratios by the published rule, from single-layer sweeps.
    Case(Case),
    /// Until this share of what the objective counts is left.
    Share(f64),
}

/// A method brought to a share.
#[derive(Debug, Clone)]
pub struct Trial {
    /// Name of the method.
    pub method: String,
    /// Share asked for.
    pub share: f64,
    /// Whether it was reached.
    pub reached: bool,
    /// The result; `None` if the method cannot come down to it at all.
    pub pruned: Option<Pruned>,
}

/// A name and a method, made for each network.
type Made<'a> = (
    String,
    Box<dyn Fn(&Network) -> Result<Entry, PruneError> + 'a>,
);

/// Carries a job out. With a share, the rounds fine-tune as well.
///
/// # Errors
/// [`PruneError`] if options are out of range, the inputs do not belong together, or the share cannot be reached.
pub fn run(
    job: &Job<'_>,
    by: By<'_>,
    amount: Amount,
    progress: &mut dyn Progress,
) -> Result<Pruned, PruneError> {
    if let (Amount::Ratios, By::Usual) = (amount, by) {
        let images = &job.calibration.images;
        let (net, mapping, arch) = (job.net, job.mapping, job.arch);
        return prune(net, mapping, arch, images, &job.options, progress);
    }
    let study = job.study()?;
    match amount {
        Amount::Ratios => {
            let entry = job.entry(by, "ours", job.net)?;
            let ratio = |id: LayerId| {
                let own = job.options.ratios.get(&job.net.layer(id).name);
                (id, own.copied().unwrap_or(job.options.ratio).into())
            };
            let ratios = study.layers().map(ratio).collect();
            let planned = study.plan(&entry, &ratios)?;
            study.carry_out(&entry, &planned.layers, progress)
        }
        Amount::Case(case) => {
            let mut entry = job.entry(by, "paper", job.net)?;
            // Ratios rise along one list.
            entry.others.clear();
            let probe = job.probe_images();
            let found = study.candidates(&entry, &[&RATIOS], of(&probe), None, progress)?;
            let thresholds = case.thresholds();
            let ratios: BTreeMap<LayerId, Chosen> = found
                .iter()
                .filter_map(|(&id, own)| case.ratio(own, &thresholds).map(|r| (id, r.into())))
                .collect();
            let planned = study.plan(&entry, &ratios)?;
            study.carry_out(&entry, &planned.layers, progress)
        }
        Amount::Share(share) => {
            let make = |net: &Network| job.entry(by, "ours", net);
            let (pruned, reached) = job.aimed(&study, &make, share, progress)?;
            if reached || pruned.provenance.is_partial() {
                return Ok(pruned);
            }
            Err(PruneError::ShareNotReached {
                method: make(job.net)?.method.name(),
                share,
                left: pruned.mapping.totals().total(),
                dense: study.dense_total(),
            })
        }
    }
}

/// Brings a method down to a share, in rounds if the job says so, and says whether the share was reached.
///
/// # Errors
/// As [`run`], but for a share that is not quite reached.
pub fn bring_to(
    job: &Job<'_>,
    by: By<'_>,
    share: f64,
    progress: &mut dyn Progress,
) -> Result<(Pruned, bool), PruneError> {
    job.aimed(
        &job.study()?,
        &|net| job.entry(by, "ours", net),
        share,
        progress,
    )
}

/// Every named method at every share, then, if asked, the steps from the published method to this crate's own. `each` gets
/// every result as it comes. With one method and one that cannot come down to a share, that is an error; with several it
/// is a result. If somebody asks to stop, the results are those until then.
///
/// # Errors
/// As [`run`], and those of `each`.
pub fn side_by_side<E: From<PruneError>>(
    job: &Job<'_>,
    names: &[String],
    shares: &[f64],
    ablation: bool,
    progress: &mut dyn Progress,
    each: &mut dyn FnMut(Trial) -> Result<(), E>,
) -> Result<(), E> {
    if names.is_empty() && !ablation {
        return Ok(());
    }
    let study = job.study()?;
    let mut work: Vec<Made<'_>> = Vec::new();
    // The steps begin and end with these two.
    let twice = |n: &str| ablation && (n == "paper" || n == "ours");
    for name in names.iter().filter(|n| !twice(n)) {
        let make = move |net: &Network| job.entry(By::Named(name), name, net);
        work.push((name.clone(), Box::new(make)));
    }
    if ablation {
        for step in methods::ablation(&job.options) {
            let name = step.name.to_string();
            work.push((name, Box::new(move |_: &Network| Ok(step.entry()))));
        }
    }
    let trials = work
        .iter()
        .flat_map(|w| shares.iter().map(move |&s| (w, s)));
    for (done, ((name, make), share)) in trials.enumerate() {
        progress.step(Step {
            stage: Stage::Methods,
            what: name,
            done,
            of: work.len() * shares.len(),
        });
        let (reached, pruned) = match job.aimed(&study, make, share, progress) {
            Ok((pruned, reached)) => (reached, Some(pruned)),
            Err(PruneError::BudgetTooSmall { .. }) if work.len() > 1 => (false, None),
            Err(PruneError::Interrupted) => return Ok(()),
            Err(e) => return Err(e.into()),
        };
        if pruned.as_ref().is_some_and(|p| p.provenance.is_partial()) {
            return Ok(());
        }
        each(Trial {
            method: name.clone(),
            share,
            reached,
            pruned,
        })?;
    }
    Ok(())
}

impl<'a> Job<'a> {
    /// The network with its dense sums, ready to be pruned in any way.
    ///
    /// # Errors
    /// As [`Study::new`]; also a network without layers that may be pruned.
    pub fn study(&self) -> Result<Study<'a>, PruneError> {
        let images = &self.calibration.images;
        let study = Study::new(self.net, self.mapping, self.arch, images, &self.options)?;
        if study.layers().next().is_none() {
            return Err(PruneError::NothingToPrune(self.net.name.clone()));
        }
        Ok(study)
    }

    fn entry(&self, by: By<'_>, usual: &str, net: &Network) -> Result<Entry, PruneError> {
        let name = match by {
            By::Own(make) => return Ok(make(net)),
            By::Named(name) => name,
            By::Usual => usual,
        };
        let set = self.calibration;
        // A network that cannot be trained is ranked by norms.
        let mut scores =
            || -> Scores { importance::filters(net, &set.images, &set.labels).unwrap_or_default() };
        methods::by_name(name, &self.options, &mut scores).ok_or_else(|| {
            let all: Vec<&str> = METHODS.iter().map(|m| m.name).collect();
            let near = hint(name, all.iter().copied());
            PruneError::UnknownMethod {
                name: name.to_string(),
                hint: match near.is_empty() {
                    true => format!("; there are {}", all.join(", ")),
                    false => near,
                },
            }
        })
    }

    fn aimed(
        &self,
        study: &Study<'_>,
        make: &dyn Fn(&Network) -> Result<Entry, PruneError>,
        share: f64,
        progress: &mut dyn Progress,
    ) -> Result<(Pruned, bool), PruneError> {
        let energy = self.budget.objective == Objective::Energy;
        let probe = self.probe_images();
        let aim = Aim {
            share,
            objective: self.budget.objective,
            price: self.price.filter(|_| energy),
            rounds: self.budget.rounds,
            probe: of(&probe),
        };
        let data = self.budget.tuning.as_ref().map(|_| self.tuning_images());
        let tuning = match (&data, &self.budget.tuning) {
            (Some(data), Some(options)) => Some(Tuning { data, options }),
            _ => None,
        };
        to_aim(study, make, &aim, tuning.as_ref(), &self.options, progress)
    }

    /// Images that single layers are probed with; with no other training images, those that the refit does not see.
    fn probe_images(&self) -> DataSet {
        let probe = first(self.rest, self.budget.probe_images);
        if probe.images.is_empty() {
            fifth(self.calibration)
        } else {
            probe
        }
    }

    /// Images that rounds are fine-tuned on.
    fn tuning_images(&self) -> DataSet {
        let n = self.budget.tuning_images.unwrap_or(usize::MAX);
        let mut all = first(self.calibration, n);
        let rest = first(self.rest, n - all.images.len());
        all.images.extend(rest.images);
        all.labels.extend(rest.labels);
        all
    }
}

fn of(set: &DataSet) -> Probe<'_> {
    Probe {
        images: &set.images,
        labels: &set.labels,
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
