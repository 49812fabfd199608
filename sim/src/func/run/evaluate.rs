//! Accuracy of a data set: float, integer reference, simulated crossbars, and what lies between them.

use crate::func::adc::stats::LayerStats;
use crate::func::error::FuncError;
use crate::func::run::diagnosis::diagnose;
use crate::func::run::divergence::first_wrong;
use crate::func::run::fidelity::of_layer;
use crate::func::run::images::{Errors, ImageRun, three_ways};
use crate::func::run::model::FuncModel;
use crate::func::run::result::{Divergence, FuncResult};
use crosscut_traces::{LayerId, QuantNetwork, Tensor};
use rayon::prelude::*;
use std::collections::BTreeMap;

/// Images whose first wrong layer is looked for, at most.
const TRACED: usize = 64;

/// Images whose statistics are held before they are merged.
const BATCH: usize = 256;

/// Runs every image three ways. `progress` is told of each finished image. The result does not depend on the number
/// of threads. If the model's options ask to stop, it is that of the images done until then.
///
/// # Errors
/// If images and labels differ in number, an image does not fit the network, or not even one was done before the stop.
pub fn evaluate(
    model: &FuncModel,
    qnet: &QuantNetwork,
    images: &[Tensor],
    labels: &[u16],
    progress: &(dyn Fn() + Sync),
) -> Result<FuncResult, FuncError> {
    check(images, labels)?;
    let mut stats: BTreeMap<LayerId, LayerStats> = BTreeMap::new();
    let mut errors: BTreeMap<LayerId, Errors> = BTreeMap::new();
    // Classes: float, reference, crossbars.
    let mut classes: Vec<[usize; 3]> = Vec::with_capacity(images.len());
    'all: for (batch, part) in images.chunks(BATCH).enumerate() {
        let run = |(i, image): (usize, &Tensor)| {
            if model.options.stop.is_asked() {
                return Ok(None);
            }
            let run = three_ways(model, qnet, image, (batch * BATCH + i) as u64);
            progress();
            run.map(Some)
        };
        let runs: Vec<Option<ImageRun>> = part
            .par_iter()
            .enumerate()
            .map(run)
            .collect::<Result<_, _>>()?;
        // In the order of images: sums of floats depend on it.
        for r in runs {
            // Images behind a gap do not count.
            let Some(r) = r else { break 'all };
            classes.push([r.float, r.reference, r.crossbar]);
            for (id, s) in &r.stats {
                let empty = || model.layers[id].no_statistics();
                stats.entry(*id).or_insert_with(empty).merge(s);
            }
            for (id, e) in &r.errors {
                errors.entry(*id).or_default().add(e);
            }
        }
    }
    let images = &images[..classes.len()];
    if images.is_empty() {
        return Err(FuncError::Interrupted);
    }
    let n = images.len() as f64;
    let right = |way: usize| {
        let hits = classes
            .iter()
            .zip(labels)
            .filter(|(c, l)| c[way] == usize::from(**l));
        hits.count() as f64 / n
    };
    let differing: Vec<usize> = (0..images.len())
        .filter(|&i| classes[i][1] != classes[i][2])
        .collect();
    let wrong = trace(model, qnet, images, &differing, &classes)?;
    let layers = model.layers().map(|(id, l)| {
        let wrong = wrong.get(&id).copied().unwrap_or(0);
        of_layer(l, &stats[&id], &errors[&id], wrong)
    });
    let name = |id: &LayerId| qnet.network.layer(*id).name.clone();
    // The first of equals.
    let main = wrong
        .iter()
        .max_by_key(|(id, n)| (**n, std::cmp::Reverse(**id)));
    let accuracy = right(2);
    let mut result = FuncResult {
        images: images.len() as u64,
        float_accuracy: right(0),
        reference_accuracy: right(1),
        accuracy,
        agreement: 1.0 - differing.len() as f64 / n,
        accuracy_interval: wilson(accuracy, n),
        divergence: Divergence {
            images: differing.len() as u64,
            traced: differing.len().min(TRACED) as u64,
            first_layer: wrong.keys().next().map(name),
            main_layer: main.map(|(id, _)| name(id)),
        },
        verdict: Vec::new(),
        layers: layers.collect(),
    };
    result.verdict = diagnose(&result, model);
    Ok(result)
}

/// Images and labels in equal number, at least one.
pub(super) fn check(images: &[Tensor], labels: &[u16]) -> Result<(), FuncError> {
    if images.is_empty() || images.len() != labels.len() {
        return Err(FuncError::Labels {
            images: images.len(),
            labels: labels.len(),
        });
    }
    Ok(())
}

/// How often each layer is the first wrong one, over the first differing images.
fn trace(
    model: &FuncModel,
    qnet: &QuantNetwork,
    images: &[Tensor],
    differing: &[usize],
    classes: &[[usize; 3]],
) -> Result<BTreeMap<LayerId, u64>, FuncError> {
    let some = &differing[..differing.len().min(TRACED)];
    let firsts: Vec<Option<LayerId>> = some
        .par_iter()
        .map(|&i| first_wrong(model, qnet, &images[i], i as u64, classes[i][1]))
        .collect::<Result<_, _>>()?;
    let mut wrong = BTreeMap::new();
    for layer in firsts.into_iter().flatten() {
        *wrong.entry(layer).or_default() += 1;
    }
    Ok(wrong)
}

/// 95 % interval of a proportion (Wilson 1927).
pub fn wilson(p: f64, n: f64) -> [f64; 2] {
    let z = 1.959_963_984_540_054;
    let centre = p + z * z / (2.0 * n);
    let half = z * (p * (1.0 - p) / n + z * z / (4.0 * n * n)).sqrt();
    let scale = 1.0 + z * z / n;
    [
        ((centre - half) / scale).max(0.0),
        ((centre + half) / scale).min(1.0),
    ]
}

#[cfg(test)]
mod tests {
    use super::wilson;

    #[test]
    fn wilson_interval_of_a_textbook_case() {
        // 9 of 10: 0.5958 to 0.9821.
        let [lo, hi] = wilson(0.9, 10.0);
        assert!(
            (lo - 0.5958).abs() < 1e-4 && (hi - 0.9821).abs() < 1e-4,
            "{lo} {hi}"
        );
    }
}
