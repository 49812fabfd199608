//! Single-layer sweeps: one layer pruned and refitted, all others as they are, at a list of ratios.

use super::Study;
use crate::error::PruneError;
use crate::layer::fit;
use crate::methods::Entry;
use crate::prefix::Prefix;
use crosscut_sim::map::{Mapping, PlacementMethod};
use crosscut_traces::exec::top1;
use crosscut_traces::{LayerId, Network, Tensor};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// One layer at one ratio.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Candidate {
    /// Which way of the entry.
    pub by: usize,
    /// Ratio asked.
    pub ratio: f64,
    /// Crossbars of all roles of the whole network.
    pub total: u64,
    /// Compute crossbars of the layer.
    pub compute: u64,
    /// What the price function says of the whole network, if there is one.
    pub price: Option<f64>,
    /// Relative error of the layer's sums.
    pub residual: f64,
    /// Squared change of the network's outputs over their squared deviation from their means.
    pub output_error: f64,
    /// Accuracy lost on the probe images (against their labels).
    pub drop: f64,
}

/// Images that layers are probed with.
#[derive(Debug, Clone, Copy)]
pub struct Probe<'a> {
    /// Images that the refit has not seen, if possible.
    pub images: &'a [Tensor],
    /// Their labels.
    pub labels: &'a [u16],
}

/// A price of a mapped network, such as its energy.
pub type Price<'a> = &'a dyn Fn(&Network, &Mapping) -> f64;

impl Study<'_> {
    /// Candidates of every layer: for every way of the entry, the ratios listed for it (the last list holds for all
    /// further ways). Ratios a layer cannot bear are left out.
    ///
    /// # Errors
    /// As [`Study::plan`].
    pub fn candidates(
        &self,
        entry: &Entry,
        ratios: &[&[f64]],
        probe: Probe<'_>,
        price: Option<Price<'_>>,
        progress: &mut dyn FnMut(&str, usize, usize),
    ) -> Result<BTreeMap<LayerId, Vec<Candidate>>, PruneError> {
        let mut prefix = Prefix::new(self.net, probe.images);
        let dense = prefix.clone().outputs();
        let right = |outputs: &[Tensor]| {
            let pairs = outputs.iter().zip(probe.labels);
            pairs.filter(|(y, l)| top1(y) == usize::from(**l)).count() as f64
        };
        let before = right(&dense);
        let spread = spread(&dense);
        let mut all = BTreeMap::new();
        for (done, known) in self.layers.iter().enumerate() {
            let id = known.map.layer;
            progress(&known.map.name, done, self.layers.len());
            let site = self.site(known);
            prefix.inputs(id);
            let mut own = Vec::new();
            let ways = (0..=entry.others.len()).flat_map(|by| {
                let list = ratios[by.min(ratios.len() - 1)];
                list.iter().map(move |&ratio| (by, ratio))
            });
            for (by, ratio) in ways {
                let selection = match entry.way(by).select(&site, ratio) {
                    Ok(selection) => selection,
                    Err(PruneError::WouldEmpty { .. }) => continue,
                    Err(e) => return Err(e),
                };
                if !selection.changes() {
                    continue;
                }
                let ridge = entry.options.refit.then_some(entry.options.ridge);
                let fitted = fit(&site, &selection, ridge);
                let op = fitted.choice.matrix.write_to(&self.net.layer(id).op);
                let mut with = prefix.clone();
                with.replace(id, op);
                let outputs = with.outputs();
                let mapping = self.mapped(entry, &BTreeMap::from([(id, selection)]))?;
                let change: f64 = dense.iter().zip(&outputs).map(|(a, b)| square(a, b)).sum();
                own.push(Candidate {
                    by,
                    ratio,
                    total: mapping.totals().total(),
                    compute: mapping.layer(id).map_or(0, |l| l.roles.compute),
                    price: price.map(|p| p(self.net, &mapping)),
                    residual: fitted.residual_refitted.unwrap_or(fitted.residual_masked),
                    output_error: change / spread.max(f64::MIN_POSITIVE),
                    drop: (before - right(&outputs)) / probe.labels.len().max(1) as f64,
                });
            }
            all.insert(id, own);
        }
        Ok(all)
    }

    /// What the dense network costs by `price`.
    pub fn dense_price(&self, price: Price<'_>) -> f64 {
        let in_order = self.mapping.clone();
        let in_order = in_order.with_placement(self.net, self.arch, PlacementMethod::InOrder);
        in_order.map_or(0.0, |m| price(self.net, &m))
    }
}

fn square(a: &Tensor, b: &Tensor) -> f64 {
    let terms = a.iter().zip(b);
    terms.map(|(a, b)| f64::from(a - b).powi(2)).sum()
}

fn spread(outputs: &[Tensor]) -> f64 {
    let Some(first) = outputs.first() else {
        return 0.0;
    };
    let mut mean = Tensor::zeros(first.dim());
    outputs.iter().for_each(|y| mean += y);
    mean /= outputs.len() as f32;
    outputs.iter().map(|y| square(y, &mean)).sum()
}
