//! A plan carried out.

use super::check::check_decision;
use super::driver::Study;
use super::planned::LayerPlan;
use super::prefix::Prefix;
use super::pruned::Pruned;
use super::record::{Work, record};
use crate::error::PruneError;
use crate::masks::Masks;
use crate::outcome::LayerOutcome;
use crate::progress::{Progress, Stage, Step};
use crate::provenance::Provenance;
use crate::refit::{Fitted, fit};
use crate::rewrite::rewrite;
use crate::schedule::Asked;
use crate::select::methods::Entry;
use crate::select::{Decision, LayerContext};
use crosscut_sim::map::LayerMap;
use crosscut_traces::LayerId;
use std::collections::BTreeMap;

impl Study<'_> {
    /// Carries a plan out layer by layer, each refitted on the inputs that the layers pruned before give; then the network
    /// and the mapping are rewritten. Layers that the plan does not name stay, and those behind the one at which somebody
    /// asked to stop.
    ///
    /// # Errors
    /// Those of a decision that is still to be taken, inputs that are not finite, and a mapping that cannot be placed.
    pub fn carry_out(
        &self,
        entry: &Entry,
        plan: &BTreeMap<LayerId, LayerPlan>,
        progress: &mut dyn Progress,
    ) -> Result<Pruned, PruneError> {
        let (net, mapping, options) = (self.net, self.mapping, &entry.options);
        let mut prefix = Prefix::new(net, self.images);
        let mut fitted: BTreeMap<LayerId, Fitted> = BTreeMap::new();
        let mut work = Vec::new();
        let stop = progress.stop();
        let mut tell = |what: &str, done: usize| {
            progress.step(Step {
                stage: Stage::Prune,
                what,
                done,
                of: mapping.layers.len(),
            });
        };
        for (done, map) in mapping.layers.iter().enumerate() {
            tell(&map.name, done);
            let own = match self.asked[&map.layer] {
                Asked::Ratio(_) if stop.is_asked() => Work::kept(LayerOutcome::KeptInterrupted),
                Asked::KeepFirst => Work::kept(LayerOutcome::KeptFirst),
                Asked::KeepLast => Work::kept(LayerOutcome::KeptLast),
                Asked::Ratio(_) => match plan.get(&map.layer) {
                    None => Work::kept(LayerOutcome::KeptRatioTooSmall),
                    Some(plan) => {
                        let (own, new) = self.prune_layer(entry, map, plan, &mut prefix)?;
                        if let Some(new) = new {
                            let op = &net.layer(map.layer).op;
                            prefix.replace(map.layer, new.matrix.write_to(op));
                            fitted.insert(map.layer, new);
                        }
                        own
                    }
                },
            };
            work.push(own);
        }
        let (network, pruned) = rewrite(net, mapping, self.arch, &fitted, options)?;
        let mut masks = Masks::of_mapping(&network, &pruned);
        for (id, fitted) in &fitted {
            if let Some(weights) = &fitted.decision.weights {
                masks.narrow(&net.layer(*id).name, weights.iter().copied());
            }
        }
        let layers = work.into_iter().zip(&mapping.layers).zip(&pruned.layers);
        let layers = layers
            .map(|((work, before), after)| record(work, fitted.get(&before.layer), before, after))
            .collect();
        tell(
            mapping.layers.last().map_or("", |l| l.name.as_str()),
            mapping.layers.len(),
        );
        Ok(Pruned {
            network,
            mapping: pruned,
            masks,
            provenance: Provenance {
                network: net.name.clone(),
                machine: self.arch.name.clone(),
                options: options.clone(),
                layers,
                finetune: None,
            },
        })
    }

    /// One layer: what was done to it, and what it has become if anything changed.
    fn prune_layer(
        &self,
        entry: &Entry,
        map: &LayerMap,
        plan: &LayerPlan,
        prefix: &mut Prefix<'_>,
    ) -> Result<(Work, Option<Fitted>), PruneError> {
        let method = entry.alternative(plan.chosen.by);
        let matrix = self.matrix(map);
        let moments = self.moments(map, prefix, entry.options.refit_points)?;
        let context = LayerContext {
            layer: map,
            arch: self.arch,
            matrix: &matrix,
            moments: &moments,
            key: self.key(map.layer),
        };
        let decision: Decision = match &plan.decision {
            Some(ahead) => ahead.clone(),
            None => method.decide(&context, plan.chosen.ratio)?,
        };
        let work = Work {
            outcome: decision.outcome,
            chosen: Some(plan.chosen),
            way: plan.decision.is_some().then(|| method.name()),
        };
        if !decision.changes() {
            return Ok((work, None));
        }
        check_decision(&context, &decision, method)?;
        let ridge = entry.options.refit.then_some(entry.options.ridge);
        Ok((work, Some(fit(&context, decision, ridge))))
    }
}
