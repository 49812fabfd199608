//! Single-layer sweeps: one layer pruned and refitted, all others as they are, at a list of ratios.

use super::candidate::{Candidate, Price, Probe};
use super::driver::Study;
use super::prefix::Prefix;
use crate::error::PruneError;
use crate::progress::{Progress, Stage, Step};
use crate::refit::fit;
use crate::select::methods::Entry;
use crosscut_traces::exec::top1;
use crosscut_traces::{LayerId, Tensor};
use std::collections::BTreeMap;

impl Study<'_> {
    /// Candidates of every layer: for every method of the entry, the ratios listed for it (the last list holds for
    /// all further ones). Ratios a layer cannot bear are left out.
    ///
    /// # Errors
    /// As [`Study::plan`].
    pub fn candidates(
        &self,
        entry: &Entry,
        ratios: &[&[f64]],
        probe: Probe<'_>,
        price: Option<Price<'_>>,
        progress: &mut dyn Progress,
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
        let layers = self.dense()?;
        for (done, known) in layers.iter().enumerate() {
            let id = known.map.layer;
            progress.step(Step {
                stage: Stage::Sweep,
                what: &known.map.name,
                done,
                of: layers.len(),
            });
            if progress.stop().is_asked() {
                return Err(PruneError::Interrupted);
            }
            let context = self.context(known);
            prefix.inputs(id);
            let mut own = Vec::new();
            let trials = (0..=entry.others.len()).flat_map(|by| {
                let list = ratios[by.min(ratios.len() - 1)];
                list.iter().map(move |&ratio| (by, ratio))
            });
            for (by, ratio) in trials {
                let decision = match entry.alternative(by).decide(&context, ratio) {
                    Ok(decision) => decision,
                    Err(PruneError::WouldEmpty { .. }) => continue,
                    Err(e) => return Err(e),
                };
                if !decision.changes() {
                    continue;
                }
                let ridge = entry.options.refit.then_some(entry.options.ridge);
                let fitted = fit(&context, decision, ridge);
                let op = fitted.matrix.write_to(&self.net.layer(id).op);
                let mut with = prefix.clone();
                with.replace(id, op);
                let outputs = with.outputs();
                let mapping = self.mapped(entry, [(id, &fitted.decision)])?;
                let change: f64 = dense.iter().zip(&outputs).map(|(a, b)| square(a, b)).sum();
                own.push(Candidate {
                    by,
                    ratio,
                    total: mapping.totals().total(),
                    compute: mapping.layer(id).map_or(0, |l| l.roles.compute),
                    price: price.map(|p| p(self.net, &mapping)),
                    residual: (fitted.quality.residual_refitted)
                        .unwrap_or(fitted.quality.residual_masked),
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
        price(self.net, &self.mapping.clone().in_order(self.arch))
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
