//! The candidates: one list for every objective and every budget.
//!
//! Nothing in this list depends on the budget or on the objective: a budget only says how far it reaches. A larger one reaches
//! every mapping that a smaller one does, and every objective chooses from the same mappings. So no budget and no objective
//! can be worse off than another one by construction.

use super::bans::Bans;
use super::bound::firing_ticks;
use super::budget::{InUse, Measure, Size};
use super::energy::{Energies, picojoules};
use super::error::OptimiseError;
use super::fill::Fill;
use super::front::Copies;
use super::search::{Picks, Search};
use crate::cycle::parts;
use crate::graph::DataflowGraph;
use crate::map::{LayerMap, MapOptions, Mapping};
use crosscut_arch::Arch;
use crosscut_traces::Network;
use rustc_hash::FxHashMap as HashMap;
use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

/// How a candidate is drawn.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Recipe {
    /// The fewest crossbars or PEs with at most `firings` firings a layer.
    Fewest { firings: u64, of: Measure },
    /// As [`MapOptions::max_firings`] chooses by hand.
    ByHand { firings: u64 },
    /// The least energy with at most `firings` firings a layer, where a PE has a price on top.
    Energy { firings: u64, price: f64 },
    /// The least sum over layers of a power of their firings, where hardware has a price.
    Firings { power: i32, price: f64 },
}

impl Recipe {
    /// The ladder it is a rung of, if it has a candidate for every number of firings, so that many are alike.
    pub(super) fn rung(self) -> Option<u8> {
        match self {
            Recipe::Fewest { .. } => Some(0),
            Recipe::ByHand { .. } => Some(1),
            Recipe::Energy { .. } | Recipe::Firings { .. } => None,
        }
    }
}

/// A mapping that may be chosen, not built yet.
#[derive(Debug, Clone)]
pub(super) struct Candidate {
    pub(super) recipe: Recipe,
    /// Unroll and replicas of every layer.
    pub(super) options: MapOptions,
    /// The picks, if they can be changed where they do not fit the buffers.
    pub(super) picks: Option<Picks>,
    pub(super) size: Size,
    /// Firings of every layer.
    pub(super) firings: Vec<u64>,
    /// Ticks that the busiest layer takes its crossbars; 0 on machines without crossbar timing.
    pub(super) busiest_ticks: u64,
    /// Actions of its layers.
    pub(super) dynamic_pj: f64,
}

impl Candidate {
    /// Most firings of a layer.
    pub(super) fn most_firings(&self) -> u64 {
        self.firings.iter().copied().max().unwrap_or(0)
    }
}

/// A layer, its unroll and its replicas.
type LayerChoice = (usize, usize, [usize; 2]);

/// Where candidates come from.
pub(super) struct Pool<'a> {
    net: &'a Network,
    /// The machine with as many chips as it takes.
    arch: &'a Arch,
    base: &'a MapOptions,
    pub(super) search: Search<'a>,
    energies: Energies,
    fill: Fill,
    /// Static power of a PE: its share of a full chip.
    pe_mw: f64,
    /// Time of the longest firing; 0 on machines without crossbar timing.
    firing_ns: f64,
    timed: bool,
    /// Picojoules of layers by unroll and replicas.
    known: Mutex<HashMap<LayerChoice, f64>>,
}

/// Prices of PEs for the energy candidates, beside what they draw themselves.
const PRICES: [f64; 4] = [0.0, 1.0, 8.0, 64.0];
/// Steps of the price of hardware for the candidates with little waiting, for each power.
const STEPS: i32 = 40;
/// A candidate for energy or latency must have at most this share of the figure of every smaller one.
const BETTER: f64 = 0.97;

impl<'a> Pool<'a> {
    pub(super) fn new(
        net: &'a Network,
        arch: &'a Arch,
        base: &'a MapOptions,
        measure: Measure,
        timed: bool,
    ) -> Result<Pool<'a>, OptimiseError> {
        let plain = MapOptions {
            max_firings: None,
            ..base.clone()
        };
        // Names, widths and replicas given are checked where every mapping checks them.
        let one_copy = Mapping::build(net, arch, &plain)?;
        let search = Search::new(net, arch, base, measure)?;
        let layers = one_copy.layers.iter().filter(|_| timed);
        let longest = layers.map(|l| firing_ticks(l, arch));
        let per_chip = arch.tiles_per_chip() * u64::from(arch.tile.pes);
        Ok(Pool {
            net,
            arch,
            base,
            energies: Energies::new(arch, &search.spaces),
            fill: Fill::of(&DataflowGraph::build(net, arch, &one_copy)?),
            search,
            pe_mw: InUse::by_pes(arch, per_chip).static_mw(arch) / per_chip as f64,
            firing_ns: longest.max().unwrap_or(0) as f64 * arch.tick_ns(),
            timed,
            known: Mutex::default(),
        })
    }

    /// All candidates, each mapping once.
    pub(super) fn candidates(&self) -> Result<Vec<Candidate>, OptimiseError> {
        let (mut found, mut seen) = (Vec::new(), BTreeSet::new());
        let counts = self.search.firing_counts();
        let most = self.search.most_firings();
        let measure = self.search.measure;
        let mut rungs = Vec::new();
        for &firings in &counts {
            rungs.push(Recipe::Fewest {
                firings,
                of: measure,
            });
            rungs.push(Recipe::ByHand { firings });
        }
        let of = Measure::Crossbars;
        rungs.push(Recipe::Fewest { firings: most, of });
        let energy = |&firings: &u64| PRICES.map(|price| Recipe::Energy { firings, price });
        let energy: Vec<Recipe> = apart(&counts, 1.05).iter().flat_map(energy).collect();
        let firings = |power| {
            (0..=STEPS).map(move |k| Recipe::Firings {
                power,
                price: f64::from(k) / f64::from(STEPS),
            })
        };
        let firings: Vec<Recipe> = [1, 2, 4].into_iter().flat_map(firings).collect();
        type Figure<'f> = &'f dyn Fn(&Candidate) -> f64;
        let better: [(Vec<Recipe>, Figure<'_>); 2] = [
            (energy, &|c| self.energy_pj(c)),
            (firings, &|c| self.fill.firings(&c.firings)),
        ];
        let mut take = |c: Candidate| {
            let key = |o: &MapOptions| (o.unroll.clone(), o.replicas.clone());
            if seen.insert(key(&c.options)) {
                found.push(c);
            }
        };
        for recipe in rungs {
            self.draw(recipe, &Bans::default())?.map(&mut take);
        }
        for (recipes, figure) in better {
            let drawn = recipes.iter().map(|&r| self.draw(r, &Bans::default()));
            let drawn: Vec<Option<Candidate>> = drawn.collect::<Result<_, _>>()?;
            let mut drawn: Vec<(f64, Candidate)> = drawn
                .into_iter()
                .flatten()
                .map(|c| (figure(&c), c))
                .collect();
            drawn.sort_by(|(a, c), (b, d)| {
                let size = |c: &Candidate| c.size.amount(measure);
                size(c).cmp(&size(d)).then(a.total_cmp(b))
            });
            // By size, so that what is taken does not depend on how far a budget reaches.
            let mut best = f64::INFINITY;
            for (figure, c) in drawn {
                if figure < BETTER * best {
                    best = figure;
                    take(c);
                }
            }
        }
        Ok(found)
    }

    /// The candidate of a recipe without what is banned; none if nothing else is left.
    pub(super) fn draw(
        &self,
        recipe: Recipe,
        bans: &Bans,
    ) -> Result<Option<Candidate>, OptimiseError> {
        let (options, picks) = match recipe {
            Recipe::ByHand { firings } => {
                let options = MapOptions {
                    max_firings: Some(firings),
                    ..self.base.clone()
                };
                (options, None)
            }
            _ => match self.picks(recipe, bans) {
                Some(picks) => (self.search.options(self.base, &picks), Some(picks)),
                None => return Ok(None),
            },
        };
        let mapping = Mapping::build(self.net, self.arch, &options)?;
        let mut settled = MapOptions {
            max_firings: None,
            ..options
        };
        let mut dynamic_pj = 0.0;
        for (n, l) in mapping.layers.iter().enumerate() {
            settled.unroll.insert(l.name.clone(), l.unroll);
            settled.replicas.insert(l.name.clone(), l.replicas);
            dynamic_pj += self.layer_pj(n, l);
        }
        let layers = mapping.layers.iter().filter(|_| self.timed);
        let busy = layers.map(|l| l.firings() * firing_ticks(l, self.arch));
        Ok(Some(Candidate {
            recipe,
            options: settled,
            picks,
            size: Size::of(self.arch, &mapping),
            firings: mapping.layers.iter().map(|l| l.firings()).collect(),
            busiest_ticks: busy.max().unwrap_or(0),
            dynamic_pj,
        }))
    }

    /// Actions of a layer as it is mapped. Many candidates map it alike.
    fn layer_pj(&self, layer: usize, map: &LayerMap) -> f64 {
        let choice = (layer, map.unroll, map.replicas);
        let known = || self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(&pj) = known().get(&choice) {
            return pj;
        }
        let pj = picojoules(self.arch, &parts::of_layer(map, self.arch));
        known().insert(choice, pj);
        pj
    }

    fn picks(&self, recipe: Recipe, bans: &Bans) -> Option<Picks> {
        let search = &self.search;
        let amount = |layer: usize, width: usize, c: &Copies| {
            search.amount(search.measure, &search.spaces[layer].widths[width], c)
        };
        match recipe {
            Recipe::ByHand { .. } => None,
            Recipe::Fewest { firings, of } => search.fewest(firings, of, bans),
            Recipe::Energy { firings, price } => {
                let pe_pj = self.pe_mw * firings as f64 * self.firing_ns;
                // Where PEs draw nothing, a price that weighs little beside the actions.
                let priced = price * pe_pj.max(1e-6);
                search.lightest(firings, bans, &|layer, width, c| {
                    let w = &search.spaces[layer].widths[width];
                    let pes = search.amount(Measure::Pes, w, c);
                    let actions = self.energies.of(layer, width, c);
                    let energy = actions + pes * pe_pj + amount(layer, width, c) * priced;
                    [energy, c.crossbars as f64]
                })
            }
            Recipe::Firings { power, price } => {
                let most = search.most_firings();
                // From the price at which nothing is worth a copy to the one at which everything is.
                let (dear, size) = ((most as f64).powi(power), self.largest_layer());
                let price = dear * (dear * size).powf(-price);
                search.lightest(most, bans, &|layer, width, c| {
                    let gain = (c.firings as f64).powi(power);
                    [gain + price * amount(layer, width, c), c.crossbars as f64]
                })
            }
        }
    }

    /// Crossbars or PEs of one copy of the layer that takes most.
    fn largest_layer(&self) -> f64 {
        let search = &self.search;
        let amounts = search.spaces.iter().flat_map(|s| &s.widths).flat_map(|w| {
            let least = w.fronts().filter_map(|f| f.iter().last());
            least.map(|c| search.amount(search.measure, w, c))
        });
        amounts.fold(1.0, f64::max)
    }

    /// Energy of an image, with the interval that the crossbar layers alone would have.
    fn energy_pj(&self, c: &Candidate) -> f64 {
        let interval_ns = c.busiest_ticks as f64 * self.arch.tick_ns();
        c.dynamic_pj + c.size.in_use.static_mw(self.arch) * interval_ns
    }
}

/// Of rising numbers those that are larger than the one before by a ratio.
fn apart(counts: &[u64], ratio: f64) -> Vec<u64> {
    let mut kept: Vec<u64> = Vec::new();
    for &n in counts {
        if kept
            .last()
            .is_none_or(|&last| n as f64 >= last as f64 * ratio)
        {
            kept.push(n);
        }
    }
    kept
}
