//! One budget for the whole network: which ratio each layer gets.
//!
//! Every layer offers candidates, each with what it saves and the error it causes at the network's output; errors of
//! layers are taken to add up. The choice of least error that saves enough is a knapsack, solved exactly over whole
//! units of saving (crossbars, or 1/4096 of the dense energy).

use super::candidate::{Candidate, Price, Probe};
use super::driver::Study;
use super::knapsack::{Offer, choose};
use super::market::{Market, Objective};
use super::planned::{Chosen, Planned};
use crate::error::PruneError;
use crate::progress::Progress;
use crate::select::methods::Entry;
use std::collections::BTreeMap;
use std::rc::Rc;

/// Ratios that layers are offered at, of pairs alone.
const RATIOS: [f64; 10] = [0.2, 0.35, 0.5, 0.6, 0.7, 0.8, 0.86, 0.91, 0.95, 0.98];

/// Ratios of pairs where filters went before.
const AFTER_FILTERS: [f64; 3] = [0.0, 0.6, 0.85];

/// Units that the dense energy is cut into.
const UNITS: f64 = 4096.0;

/// Knapsacks solved at most for one budget, since savings of layers do not quite add up.
const ATTEMPTS: usize = 8;

/// Share of the dense cost by which a plan may stay below its budget without another attempt.
const CLOSE: f64 = 0.01;

/// Part of what a plan saved too much that the next one is given back.
const GIVE_BACK: f64 = 0.7;

impl Study<'_> {
    /// Candidates of all layers under an objective. `price` says what a mapped network costs in energy.
    ///
    /// # Errors
    /// As [`Study::plan`].
    pub fn market(
        &self,
        entry: &Entry,
        probe: Probe<'_>,
        objective: Objective,
        price: Option<Price<'_>>,
        progress: &mut dyn Progress,
    ) -> Result<Market, PruneError> {
        let price = price.filter(|_| objective == Objective::Energy);
        let found = self.candidates(entry, &[&RATIOS, &AFTER_FILTERS], probe, price, progress)?;
        // What is saved by options that touch no pair (adders, slices) is part of every saving.
        let untouched = self.mapped(entry, [])?;
        let before = match price {
            Some(price) => price(self.net, &untouched),
            None => untouched.totals().total() as f64,
        };
        let dense = price.map_or(before, |p| self.dense_price(p));
        let scale = match objective {
            Objective::Crossbars => 1.0,
            Objective::Energy => UNITS / dense.max(f64::MIN_POSITIVE),
        };
        let item = |c: &Candidate| {
            let after = c.price.unwrap_or(c.total as f64);
            Offer {
                saving: ((before - after) * scale).max(0.0) as u64,
                error: c.output_error,
            }
        };
        let (layers, candidates): (Vec<_>, Vec<_>) = found.into_iter().unzip();
        let items = candidates
            .iter()
            .map(|own| own.iter().map(item).collect())
            .collect();
        Ok(Market {
            layers,
            candidates,
            items,
            objective,
        })
    }

    /// As [`Study::market`], found once per method, options and objective; the probe and price are taken to be the same
    /// throughout the study.
    ///
    /// # Errors
    /// As [`Study::market`].
    pub fn known_market(
        &self,
        entry: &Entry,
        probe: Probe<'_>,
        objective: Objective,
        price: Option<Price<'_>>,
        progress: &mut dyn Progress,
    ) -> Result<Rc<Market>, PruneError> {
        let key = format!("{} {:?} {objective:?}", entry.method.name(), entry.options);
        if let Some(known) = self.markets.borrow().get(&key) {
            return Ok(known.clone());
        }
        let found = Rc::new(self.market(entry, probe, objective, price, progress)?);
        self.markets.borrow_mut().insert(key, found.clone());
        Ok(found)
    }

    /// The plan of least expected error that keeps at most `share` of what the objective counts.
    ///
    /// # Errors
    /// [`PruneError::BudgetTooSmall`], and as [`Study::plan`].
    pub fn spend(
        &self,
        entry: &Entry,
        market: &Market,
        share: f64,
        price: Option<Price<'_>>,
    ) -> Result<Planned, PruneError> {
        if !(share > 0.0 && share <= 1.0) {
            return Err(PruneError::ShareOutOfRange { value: share });
        }
        let price = price.filter(|_| market.objective == Objective::Energy);
        let cost = |plan: &Planned| -> Result<f64, PruneError> {
            Ok(match price {
                Some(price) => {
                    let mapping = self.mapped(entry, plan.decisions())?;
                    UNITS * price(self.net, &mapping) / self.dense_price(price)
                }
                None => plan.total as f64,
            })
        };
        let dense = match price {
            Some(_) => UNITS,
            None => self.dense_total() as f64,
        };
        let budget = (share * dense).floor();
        let start = cost(&self.plan(entry, &BTreeMap::new())?)?;
        let mut need = (start - budget).max(0.0).ceil() as u64;
        let mut best: Option<(f64, Planned)> = None;
        // Layers bear on each other (slices on adders, unread maps), so savings do not quite add up.
        for _ in 0..ATTEMPTS {
            let Some(choice) = choose(&market.items, need) else {
                break;
            };
            let mut ratios = BTreeMap::new();
            for ((layer, chosen), own) in market.layers.iter().zip(choice).zip(&market.candidates) {
                if let Some(c) = chosen {
                    let Candidate { by, ratio, .. } = own[c];
                    ratios.insert(*layer, Chosen { by, ratio });
                }
            }
            let plan = self.plan(entry, &ratios)?;
            let now = cost(&plan)?;
            let miss = now - budget;
            if miss <= 0.0 && best.as_ref().is_none_or(|(b, _)| now > *b) {
                best = Some((now, plan));
            }
            if (-CLOSE * dense..=0.0).contains(&miss) {
                break;
            }
            let next = need as f64
                + if miss > 0.0 {
                    miss.ceil()
                } else {
                    (GIVE_BACK * miss).floor()
                };
            if next <= 0.0 || next as u64 == need {
                break;
            }
            need = next as u64;
        }
        match best {
            Some((_, plan)) => Ok(plan),
            None => {
                let strongest = market.candidates.iter().zip(&market.layers);
                let least = |own: &[Candidate]| -> Option<Chosen> {
                    let c = own.iter().min_by_key(|c| c.total)?;
                    Some(Chosen {
                        by: c.by,
                        ratio: c.ratio,
                    })
                };
                let ratios = strongest
                    .filter_map(|(own, &id)| least(own).map(|c| (id, c)))
                    .collect();
                let plan = self.plan(entry, &ratios)?;
                let lowest = cost(&plan)?;
                if lowest <= budget {
                    return Ok(plan);
                }
                let (budget, lowest) = match price {
                    None => (
                        format!("{budget} crossbars"),
                        format!("{lowest} of {dense}"),
                    ),
                    Some(_) => (
                        format!("{:.1} % of the dense energy", 100.0 * share),
                        format!("{:.1} %", 100.0 * lowest / dense),
                    ),
                };
                Err(PruneError::BudgetTooSmall {
                    method: entry.method.name(),
                    budget,
                    lowest,
                })
            }
        }
    }
}
