//! One network on one machine, about to be pruned: the same samples for every way to do it.

use super::check::{check_images, check_layers, check_options};
use super::market::Market;
use super::planned::{Chosen, LayerPlan, Planned};
use super::prefix::Prefix;
use crate::error::PruneError;
use crate::matrix::LayerMatrix;
use crate::options::PruneOptions;
use crate::outcome::LayerOutcome;
use crate::rewrite::changes;
use crate::schedule::{Asked, asked};
use crate::select::methods::Entry;
use crate::select::{Decision, LayerContext};
use crate::stats::LayerMoments;
use crate::stats::targets::Targets;
use crosscut_arch::Arch;
use crosscut_sim::map::{LayerMap, Mapping};
use crosscut_traces::random::Key;
use crosscut_traces::{LayerId, Network, Tensor};
use std::cell::{OnceCell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;

/// Highest ratio tried.
const HIGHEST: f64 = 0.99;

/// Steps of the search for a ratio.
const STEPS: usize = 12;

/// A network about to be pruned, in one way or in several.
pub struct Study<'a> {
    /// The network.
    pub net: &'a Network,
    /// Its mapping.
    pub mapping: &'a Mapping,
    /// The machine.
    pub arch: &'a Arch,
    /// Calibration images in use.
    pub images: &'a [Tensor],
    /// What is asked of every layer.
    pub(super) asked: BTreeMap<LayerId, Asked>,
    /// Sums of the dense network, of the layers that may be pruned.
    pub(super) targets: Targets,
    seed: u64,
    refit_points: usize,
    /// Those layers on inputs of the dense network; taken when first asked for.
    dense: OnceCell<Vec<DenseLayer<'a>>>,
    /// Markets found so far, by method, options and objective: they do not depend on the budget.
    pub(super) markets: RefCell<BTreeMap<String, Rc<Market>>>,
}

/// A layer that may be pruned, on inputs of the dense network.
pub(super) struct DenseLayer<'a> {
    pub map: &'a LayerMap,
    matrix: LayerMatrix,
    moments: LayerMoments,
}

impl<'a> Study<'a> {
    /// Runs the dense network over the calibration images. `base`: sampling, ratios, and which layers are kept.
    ///
    /// # Errors
    /// As [`crate::prune()`].
    pub fn new(
        net: &'a Network,
        mapping: &'a Mapping,
        arch: &'a Arch,
        calibration: &'a [Tensor],
        base: &PruneOptions,
    ) -> Result<Study<'a>, PruneError> {
        check_options(base)?;
        let asked = asked(net, base)?;
        let images = check_images(net, calibration, base)?;
        check_layers(net, mapping, arch)?;
        let work: Vec<LayerId> = to_prune(&asked).collect();
        let targets = Targets::new(net, images, &work, base.points, base.seed);
        Ok(Study {
            net,
            mapping,
            arch,
            images,
            asked,
            targets,
            seed: base.seed,
            refit_points: base.refit_points,
            dense: OnceCell::new(),
            markets: RefCell::default(),
        })
    }

    /// Layers that may be pruned, in network order.
    pub fn layers(&self) -> impl Iterator<Item = LayerId> + '_ {
        to_prune(&self.asked)
    }

    /// Crossbars of all roles before pruning.
    pub fn dense_total(&self) -> u64 {
        self.mapping.totals().total()
    }

    /// The layers that may be pruned, on inputs of the dense network.
    pub(super) fn dense(&self) -> Result<&[DenseLayer<'a>], PruneError> {
        if let Some(known) = self.dense.get() {
            return Ok(known);
        }
        let mut prefix = Prefix::new(self.net, self.images);
        let mut layers = Vec::new();
        for map in &self.mapping.layers {
            if self.targets.layer(map.layer).is_some() {
                layers.push(DenseLayer {
                    map,
                    matrix: self.matrix(map),
                    moments: self.moments(map, &mut prefix, self.refit_points)?,
                });
            }
        }
        Ok(self.dense.get_or_init(|| layers))
    }

    /// The weights of a layer.
    pub(super) fn matrix(&self, map: &LayerMap) -> LayerMatrix {
        LayerMatrix::of(&self.net.layer(map.layer).op).expect("mapped layers have weights")
    }

    /// Moments of a layer that may be pruned, on the inputs that `prefix` gives.
    pub(super) fn moments(
        &self,
        map: &LayerMap,
        prefix: &mut Prefix<'_>,
        refit_points: usize,
    ) -> Result<LayerMoments, PruneError> {
        let targets = self.targets.layer(map.layer).expect("it may be pruned");
        let inputs = prefix.inputs(map.layer);
        let moments = LayerMoments::collect(&map.geometry, &inputs, targets, refit_points);
        if !moments.is_finite() {
            return Err(PruneError::ActivationNotFinite {
                layer: map.name.clone(),
            });
        }
        Ok(moments)
    }

    /// Key of everything random in a layer.
    pub(super) fn key(&self, layer: LayerId) -> Key {
        Key::new(self.seed).named("prune").child(layer.0 as u64)
    }

    /// Where a method works, on inputs of the dense network.
    pub(super) fn context<'s>(&'s self, known: &'s DenseLayer<'_>) -> LayerContext<'s> {
        LayerContext {
            layer: known.map,
            arch: self.arch,
            matrix: &known.matrix,
            moments: &known.moments,
            key: self.key(known.map.layer),
        }
    }

    /// The plan of the published method: every layer by the ratio that the options of the study give it, decided when its
    /// turn comes.
    pub fn in_turn(&self) -> BTreeMap<LayerId, LayerPlan> {
        let mut plan = BTreeMap::new();
        for (&id, &asked) in &self.asked {
            if let Asked::Ratio(ratio) = asked {
                let (chosen, decision) = (ratio.into(), None);
                plan.insert(id, LayerPlan { chosen, decision });
            }
        }
        plan
    }

    /// A plan with these ratios, decided ahead; layers without one stay.
    ///
    /// # Errors
    /// Those of the method, and a mapping that cannot be placed.
    pub fn plan(
        &self,
        entry: &Entry,
        chosen: &BTreeMap<LayerId, Chosen>,
    ) -> Result<Planned, PruneError> {
        let mut layers = BTreeMap::new();
        for known in self.dense()? {
            let Some(&chosen) = chosen.get(&known.map.layer) else {
                continue;
            };
            let decision = if chosen.ratio > 0.0 || chosen.by > 0 {
                let method = entry.alternative(chosen.by);
                method.decide(&self.context(known), chosen.ratio)?
            } else {
                Decision::keep(known.map, LayerOutcome::KeptRatioTooSmall)
            };
            let decision = Some(decision);
            layers.insert(known.map.layer, LayerPlan { chosen, decision });
        }
        let mut planned = Planned {
            layers,
            total: 0,
            reached: true,
        };
        planned.total = self.mapped(entry, planned.decisions())?.totals().total();
        Ok(planned)
    }

    /// The mapping that decisions lead to, tiles in order.
    pub(super) fn mapped<'d>(
        &self,
        entry: &Entry,
        decisions: impl IntoIterator<Item = (LayerId, &'d Decision)>,
    ) -> Result<Mapping, PruneError> {
        let (mut groups, mut biases) = (BTreeMap::new(), BTreeMap::new());
        for (id, decision) in decisions.into_iter().filter(|(_, d)| d.changes()) {
            groups.insert(id, decision.row_groups.clone());
            // A refit gives every output a bias.
            let mut has = vec![true; self.net.layer(id).shape.c];
            decision.silent.iter().for_each(|&q| has[q] = false);
            biases.insert(id, has);
        }
        let (net, before, arch) = (self.net, self.mapping, self.arch);
        let changes = changes(net, before, arch, groups, &biases, &entry.options);
        Ok(before.with_changes(net, arch, changes)?)
    }

    /// The plan with one ratio for all layers that leaves most crossbars within `budget`; the strongest there is, marked
    /// as not reached, if none does. Methods that free no crossbars keep that share of weights instead.
    ///
    /// # Errors
    /// As [`Study::plan`].
    pub fn to_budget(&self, entry: &Entry, budget: u64) -> Result<Planned, PruneError> {
        let all = |ratio: f64| self.layers().map(|id| (id, ratio.into())).collect();
        if !entry.method.frees_crossbars() {
            let ratio = (1.0 - budget as f64 / self.dense_total() as f64).clamp(0.0, HIGHEST);
            let mut plan = self.plan(entry, &all(ratio))?;
            plan.reached = plan.total <= budget;
            return Ok(plan);
        }
        let mut best = self.plan(entry, &all(0.0))?;
        if best.total <= budget {
            return Ok(best);
        }
        let (mut low, mut high) = (0.0, HIGHEST);
        best = self.plan(entry, &all(HIGHEST))?;
        if best.total > budget {
            best.reached = false;
            return Ok(best);
        }
        for _ in 0..STEPS {
            let middle = 0.5 * (low + high);
            let plan = self.plan(entry, &all(middle))?;
            if plan.total > budget {
                low = middle;
            } else {
                high = middle;
                best = plan;
            }
        }
        Ok(best)
    }
}

fn to_prune(asked: &BTreeMap<LayerId, Asked>) -> impl Iterator<Item = LayerId> + '_ {
    let pruned = asked.iter().filter(|(_, a)| matches!(a, Asked::Ratio(_)));
    pruned.map(|(&id, _)| id)
}
