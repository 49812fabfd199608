//! The harness: one network on one machine, many methods, the same samples, refit and budget for all.
//!
//! What stays is planned on the inputs of the dense network, whose moments are taken once, so that a ratio costs no
//! pass over images and the budget is met by search. Then the plan is carried out layer by layer on the inputs that the
//! layers pruned before give, with the refit.

pub mod cases;
pub mod knapsack;
pub mod rounds;
pub mod sensitivity;

use crate::check::{check_images, check_layers, check_options};
use crate::error::PruneError;
use crate::matrix::LayerMatrix;
use crate::methods::Entry;
use crate::options::PruneOptions;
use crate::prefix::Prefix;
use crate::provenance::Outcome;
use crate::prune::{Before, Pruned, apply};
use crate::rewrite::Plan;
use crate::rewrite::dead::biased;
use crate::schedule::{Asked, asked};
use crate::site::{Selection, Site};
use crate::stats::LayerStats;
use crate::targets::Targets;
use crosscut_arch::Arch;
use crosscut_sim::map::{LayerMap, Mapping, PlacementMethod};
use crosscut_traces::random::hash;
use crosscut_traces::{LayerId, Network, Tensor};
use knapsack::Market;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

/// Ratios beyond this are not tried.
const HIGHEST: f64 = 0.99;

/// Steps of the search for a ratio.
const STEPS: usize = 12;

/// A network about to be pruned in several ways.
pub struct Study<'a> {
    /// The network.
    pub net: &'a Network,
    /// Its mapping.
    pub mapping: &'a Mapping,
    /// The machine.
    pub arch: &'a Arch,
    /// Calibration images in use.
    pub images: &'a [Tensor],
    targets: Targets,
    layers: Vec<Known<'a>>,
    seed: u64,
    /// Markets found so far, by method, options and objective: they do not depend on the budget.
    markets: RefCell<BTreeMap<String, Rc<Market>>>,
}

struct Known<'a> {
    map: &'a LayerMap,
    matrix: LayerMatrix,
    stats: LayerStats,
}

/// How one layer is to be pruned.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Chosen {
    /// Which of the ways of the entry: 0 the method itself, then the others.
    pub by: usize,
    /// Ratio.
    pub ratio: f64,
}

impl From<f64> for Chosen {
    fn from(ratio: f64) -> Chosen {
        Chosen { by: 0, ratio }
    }
}

/// What stays of every layer that changes, before it is carried out.
#[derive(Debug, Clone)]
pub struct Planned {
    /// By layer.
    pub selections: BTreeMap<LayerId, Selection>,
    /// Way and ratio by layer.
    pub chosen: BTreeMap<LayerId, Chosen>,
    /// Crossbars of all roles that would be left.
    pub total: u64,
    /// Whether that is within the budget.
    pub reached: bool,
}

impl<'a> Study<'a> {
    /// Runs the dense network over the calibration images. `base`: sampling, and which layers are kept.
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
        let maps = check_layers(net, mapping, arch)?;
        let work: Vec<LayerId> = asked
            .iter()
            .filter(|(_, a)| matches!(a, Asked::Ratio(_)))
            .map(|(&id, _)| id)
            .collect();
        let targets = Targets::new(net, images, &work, base.points, base.seed);
        let mut prefix = Prefix::new(net, images);
        let mut layers = Vec::new();
        for map in maps.into_iter().filter(|m| work.contains(&m.layer)) {
            let of = targets.layer(map.layer).expect("asked for");
            let inputs = prefix.inputs(map.layer);
            let stats = LayerStats::collect(&map.geometry, &inputs, of, base.refit_points);
            if !stats.is_finite() {
                return Err(PruneError::ActivationNotFinite {
                    layer: map.name.clone(),
                });
            }
            let matrix = LayerMatrix::of(&net.layer(map.layer).op).expect("checked above");
            layers.push(Known { map, matrix, stats });
        }
        Ok(Study {
            net,
            mapping,
            arch,
            images,
            targets,
            layers,
            seed: base.seed,
            markets: RefCell::default(),
        })
    }

    /// Layers that may be pruned.
    pub fn layers(&self) -> impl Iterator<Item = LayerId> + '_ {
        self.layers.iter().map(|l| l.map.layer)
    }

    /// Crossbars of all roles before pruning.
    pub fn dense_total(&self) -> u64 {
        self.mapping.totals().total()
    }

    fn site<'s>(&'s self, known: &'s Known<'_>) -> Site<'s> {
        Site {
            layer: known.map,
            arch: self.arch,
            matrix: &known.matrix,
            stats: &known.stats,
            seed: hash(self.seed, known.map.layer.0 as u64),
        }
    }

    /// A plan with these ratios; layers without one stay.
    ///
    /// # Errors
    /// Those of the method, and a mapping that cannot be placed.
    pub fn plan(
        &self,
        entry: &Entry,
        chosen: &BTreeMap<LayerId, Chosen>,
    ) -> Result<Planned, PruneError> {
        let mut selections = BTreeMap::new();
        for known in &self.layers {
            let Some(&Chosen { by, ratio }) = chosen.get(&known.map.layer) else {
                continue;
            };
            if ratio > 0.0 || by > 0 {
                let selection = entry.way(by).select(&self.site(known), ratio)?;
                selections.insert(known.map.layer, selection);
            }
        }
        let mapping = self.mapped(entry, &selections)?;
        Ok(Planned {
            total: mapping.totals().total(),
            selections,
            chosen: chosen.clone(),
            reached: true,
        })
    }

    /// The mapping that selections lead to, tiles in order.
    pub(crate) fn mapped(
        &self,
        entry: &Entry,
        selections: &BTreeMap<LayerId, Selection>,
    ) -> Result<Mapping, PruneError> {
        let changed = || selections.iter().filter(|(_, s)| s.changes());
        let groups = changed()
            .map(|(&id, s)| (id, s.row_groups.clone()))
            .collect();
        let biases = changed()
            .map(|(&id, s)| {
                let mut has = biased(&self.net.layer(id).op);
                // A refit gives every output a bias.
                has.fill(true);
                s.silent.iter().for_each(|&q| has[q] = false);
                (id, has)
            })
            .collect();
        let plan = Plan::of(
            self.net,
            self.mapping,
            self.arch,
            &groups,
            &biases,
            &entry.options,
        );
        plan.mapping(self.net, self.mapping, self.arch, PlacementMethod::InOrder)
    }

    /// The plan with one ratio for all layers that leaves most crossbars within `budget`; the strongest there is, marked
    /// as not reached, if none does. Methods that remove single weights, which free no crossbars, keep that share of
    /// weights instead.
    ///
    /// # Errors
    /// As [`Study::plan`].
    pub fn to_budget(&self, entry: &Entry, budget: u64) -> Result<Planned, PruneError> {
        let all = |ratio: f64| self.layers().map(|id| (id, ratio.into())).collect();
        if entry.method.name() == "magnitude" {
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

    /// Carries a plan out: refit on the inputs that the layers pruned before give, then the rewrite.
    ///
    /// # Errors
    /// As [`crate::prune()`].
    pub fn carry_out(
        &self,
        entry: &Entry,
        planned: &Planned,
        progress: &mut dyn FnMut(&str, usize, usize),
    ) -> Result<Pruned, PruneError> {
        let select = |site: &Site<'_>| {
            let own = planned.selections.get(&site.layer.layer);
            let none = || Selection::all(site.layer, Outcome::KeptRatioTooSmall);
            Ok(own.cloned().unwrap_or_else(none))
        };
        let before = Before {
            net: self.net,
            mapping: self.mapping,
            arch: self.arch,
            images: self.images,
            targets: &self.targets,
        };
        let mut pruned = apply(&before, &entry.options, &select, progress)?;
        for record in &mut pruned.provenance.layers {
            let id = self.net.find(&record.layer);
            if let Some(chosen) = id.and_then(|id| planned.chosen.get(&id)) {
                record.ratio_asked = chosen.ratio;
                record.way = Some(entry.way(chosen.by).name());
            }
        }
        Ok(pruned)
    }
}
