//! Fine-tuning with masks held, and pruning in rounds: prune a little, refit, fine-tune, prune further.

use super::candidate::{Price, Probe};
use super::driver::Study;
use super::market::Objective;
use super::pruned::Pruned;
use super::record::since;
use crate::error::PruneError;
use crate::masks::Masks;
use crate::options::{Order, PruneOptions};
use crate::progress::Progress;
use crate::select::methods::Entry;
use crate::train::{self, TrainError, TrainOptions};
use crosscut_arch::Arch;
use crosscut_sim::map::Mapping;
use crosscut_traces::{DataSet, Network, Stop, fold};

/// Fine-tuning after pruning.
#[derive(Debug, Clone, Copy)]
pub struct Tuning<'a> {
    /// Training images.
    pub data: &'a DataSet,
    /// How.
    pub options: &'a TrainOptions,
}

/// What a pruning is aimed at.
#[derive(Clone, Copy)]
pub struct Aim<'a> {
    /// Share of crossbars (or energy) to keep.
    pub share: f64,
    /// What the share is of, for budgets over all layers.
    pub objective: Objective,
    /// What a mapped network costs in energy.
    pub price: Option<Price<'a>>,
    /// Rounds in which it is approached.
    pub rounds: usize,
    /// Images for single-layer sweeps.
    pub probe: Probe<'a>,
}

/// The network trained on, with the weights that `masks` do not keep held at zero; batch norms are put in meanwhile.
fn tune(
    net: &Network,
    masks: &Masks,
    tuning: &Tuning<'_>,
    mut stop: Stop,
) -> Result<Network, PruneError> {
    let result = train::fit(
        &train::with_norms(net),
        tuning.data,
        None,
        Some(masks),
        tuning.options,
        &mut stop,
    );
    match result {
        Ok(trained) => Ok(fold(&trained.network)),
        Err(TrainError::Interrupted { .. }) => Err(PruneError::Interrupted),
        Err(e) => Err(PruneError::Train(e.to_string())),
    }
}

/// Prunes `study`'s network to the aim in one go or in rounds, fine-tuning after each if asked. Returns the result and
/// whether the budget was reached. `make` gives the method and its options for a network (a second time for the second
/// round, and so on).
///
/// # Errors
/// As [`crate::prune()`].
pub fn to_aim(
    study: &Study<'_>,
    make: &dyn Fn(&Network) -> Result<Entry, PruneError>,
    aim: &Aim<'_>,
    tuning: Option<&Tuning<'_>>,
    base: &PruneOptions,
    progress: &mut dyn Progress,
) -> Result<(Pruned, bool), PruneError> {
    if !(aim.share > 0.0 && aim.share <= 1.0) {
        return Err(PruneError::ShareOutOfRange { value: aim.share });
    }
    let rounds = aim.rounds.max(1);
    let (mut pruned, mut reached) = round(study, make, aim, 1, tuning, progress)?;
    for k in 2..=rounds {
        if pruned.provenance.is_partial() {
            break;
        }
        // What was reordered stays so: masks of earlier rounds are sets of these row groups.
        let again = |net: &Network| {
            let entry = make(net)?;
            let options = PruneOptions {
                order: Order::AsIs,
                ..entry.options.clone()
            };
            Ok(entry.with(options))
        };
        let (net, mapping): (Network, Mapping) = (pruned.network.clone(), pruned.mapping.clone());
        let arch: &Arch = study.arch;
        let next = Study::new(&net, &mapping, arch, study.images, base)?;
        let share = aim.share * study.dense_total() as f64 / next.dense_total() as f64;
        let now = Aim {
            share: share.min(1.0),
            ..*aim
        };
        let (next_pruned, now_reached) = round(&next, &again, &now, k, tuning, progress)?;
        let earlier = std::mem::replace(&mut pruned, next_pruned);
        reached = now_reached;
        let layers = std::mem::take(&mut pruned.provenance.layers).into_iter();
        let both = layers.zip(earlier.provenance.layers);
        pruned.provenance.layers = both.map(|(new, old)| since(new, old)).collect();
    }
    Ok((pruned, reached))
}

/// Round `k`: of what is left above the aim, an even part.
fn round(
    study: &Study<'_>,
    make: &dyn Fn(&Network) -> Result<Entry, PruneError>,
    aim: &Aim<'_>,
    k: usize,
    tuning: Option<&Tuning<'_>>,
    progress: &mut dyn Progress,
) -> Result<(Pruned, bool), PruneError> {
    let left = (aim.rounds.max(1) + 1 - k) as f64;
    let share = 1.0 - (1.0 - aim.share) / left;
    let entry = make(study.net)?;
    let planned = if entry.global {
        let market = study.known_market(&entry, aim.probe, aim.objective, aim.price, progress)?;
        study.spend(&entry, &market, share, aim.price)?
    } else {
        let budget = (share * study.dense_total() as f64).floor() as u64;
        study.to_budget(&entry, budget)?
    };
    let mut pruned = study.carry_out(&entry, &planned.layers, progress)?;
    if let Some(tuning) = tuning.filter(|_| !pruned.provenance.is_partial()) {
        let stop = progress.stop();
        pruned.network = tune(&pruned.network, &pruned.masks, tuning, stop)?;
    }
    Ok((pruned, planned.reached))
}
