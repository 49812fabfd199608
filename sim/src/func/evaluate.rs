//! Accuracy of a data set: float, integer reference, simulated crossbars.

use super::error::FuncError;
use super::model::{FuncModel, LayerModel};
use super::result::{FuncResult, LayerFidelity};
use super::session::FuncSession;
use super::stats::LayerStats;
use crosscut_traces::exec::{exact::ExactAccumulator, float, int, top1};
use crosscut_traces::{LayerId, QuantNetwork, Tensor};
use rayon::prelude::*;
use std::collections::BTreeMap;

struct Image {
    float: usize,
    reference: usize,
    crossbar: usize,
    stats: BTreeMap<LayerId, LayerStats>,
}

/// Runs every image three ways. `progress` is told of each finished image. The result does not depend on the number
/// of threads.
///
/// # Errors
/// If images and labels differ in number or an image does not fit the network.
pub fn evaluate(
    model: &FuncModel,
    qnet: &QuantNetwork,
    images: &[Tensor],
    labels: &[u16],
    progress: &(dyn Fn() + Sync),
) -> Result<FuncResult, FuncError> {
    if images.is_empty() || images.len() != labels.len() {
        return Err(FuncError::Labels {
            images: images.len(),
            labels: labels.len(),
        });
    }
    let run = |(number, image): (usize, &Tensor)| -> Result<Image, FuncError> {
        let mut session = FuncSession::of_image(model, number as u64);
        let crossbar = top1(&int::run(qnet, image, &mut session)?);
        let reference = top1(&int::run(qnet, image, &mut ExactAccumulator::new(qnet))?);
        let float = top1(&float::run(&qnet.network, image)?);
        progress();
        Ok(Image {
            float,
            reference,
            crossbar,
            stats: session.stats,
        })
    };
    let runs: Vec<Image> = images
        .par_iter()
        .enumerate()
        .map(run)
        .collect::<Result<_, _>>()?;
    let n = runs.len() as f64;
    let right = |of: fn(&Image) -> usize| {
        runs.iter()
            .zip(labels)
            .filter(|(r, l)| of(r) == usize::from(**l))
            .count() as f64
            / n
    };
    let accuracy = right(|r| r.crossbar);
    let mut stats: BTreeMap<LayerId, LayerStats> = BTreeMap::new();
    for r in &runs {
        for (id, s) in &r.stats {
            let empty = || model.layers[id].no_statistics();
            stats.entry(*id).or_insert_with(empty).merge(s);
        }
    }
    Ok(FuncResult {
        images: runs.len() as u64,
        float_accuracy: right(|r| r.float),
        reference_accuracy: right(|r| r.reference),
        accuracy,
        agreement: runs.iter().filter(|r| r.crossbar == r.reference).count() as f64 / n,
        accuracy_interval: wilson(accuracy, n),
        layers: model
            .layers()
            .map(|(id, l)| fidelity(l, &stats[&id]))
            .collect(),
    })
}

fn fidelity(layer: &LayerModel, s: &LayerStats) -> LayerFidelity {
    let ratio = |a: f64, b: f64| if b == 0.0 { 0.0 } else { a / b };
    LayerFidelity {
        name: layer.name.clone(),
        kernel: layer.kernel.name().to_string(),
        conversions: s.conversions(),
        clipped: s.clipped(),
        clip_rate: ratio(s.clipped() as f64, s.conversions() as f64),
        largest_sum: s.largest().unwrap_or_else(|| layer.largest_sum()),
        rms_error: ratio(s.error as f64, s.signal as f64).sqrt(),
    }
}

/// 95 % interval of a proportion (Wilson 1927).
fn wilson(p: f64, n: f64) -> [f64; 2] {
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
