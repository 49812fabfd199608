//! A data set on simulated crossbars, beside the float network and the integer reference.

use super::error::FuncError;
use super::program::FuncModel;
use super::result::FuncResult;
use super::session::{FuncSession, LayerTally, fidelity};
use crosscut_traces::exec::exact::ExactAccumulator;
use crosscut_traces::exec::{float, int, top1};
use crosscut_traces::{Network, QuantNetwork, Tensor};
use rayon::prelude::*;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Classes of one image.
struct Outcome {
    float: usize,
    reference: usize,
    crossbar: usize,
    tallies: Vec<LayerTally>,
}

/// Runs every image three ways and compares. `progress` is told how many images are done. Images are spread over
/// the current rayon pool; the result does not depend on its size.
///
/// # Errors
/// [`FuncError::Labels`] without images or with another number of labels, [`FuncError::Exec`] if an image does not
/// fit the network.
pub fn evaluate(
    model: &FuncModel,
    qnet: &QuantNetwork,
    net_float: &Network,
    images: &[Tensor],
    labels: &[u8],
    progress: &(dyn Fn(usize) + Sync),
) -> Result<FuncResult, FuncError> {
    if images.is_empty() || images.len() != labels.len() {
        return Err(FuncError::Labels {
            images: images.len(),
            labels: labels.len(),
        });
    }
    let done = AtomicUsize::new(0);
    let outcomes = images
        .par_iter()
        .map(|image| {
            let mut session = FuncSession::new(model);
            let outcome = Outcome {
                float: top1(&float::run(net_float, image)?),
                reference: top1(&int::run(qnet, image, &mut ExactAccumulator::new(qnet))?),
                crossbar: top1(&int::run(qnet, image, &mut session)?),
                tallies: session.tallies().to_vec(),
            };
            progress(done.fetch_add(1, Ordering::Relaxed) + 1);
            Ok(outcome)
        })
        .collect::<Result<Vec<Outcome>, FuncError>>()?;
    let mut tallies = vec![LayerTally::default(); model.layers.len()];
    for outcome in &outcomes {
        tallies
            .iter_mut()
            .zip(&outcome.tallies)
            .for_each(|(t, o)| *t += o);
    }
    let share = |right: &dyn Fn(&Outcome, usize) -> bool| {
        let hits = outcomes
            .iter()
            .zip(labels)
            .filter(|&(o, &l)| right(o, usize::from(l)));
        hits.count() as f64 / images.len() as f64
    };
    let accuracy = share(&|o, label| o.crossbar == label);
    Ok(FuncResult {
        images: images.len() as u64,
        float_accuracy: share(&|o, label| o.float == label),
        reference_accuracy: share(&|o, label| o.reference == label),
        accuracy,
        agreement: share(&|o, _| o.crossbar == o.reference),
        accuracy_interval: wilson(accuracy, images.len() as f64),
        layers: fidelity(model, &tallies),
    })
}

/// Wilson's 95 % interval of a proportion seen in `n` trials (Wilson 1927).
fn wilson(p: f64, n: f64) -> [f64; 2] {
    // 0.975 quantile of the normal distribution.
    const Z: f64 = 1.959_963_984_540_054;
    let z2 = Z * Z;
    let middle = (p + z2 / (2.0 * n)) / (1.0 + z2 / n);
    let half = Z / (1.0 + z2 / n) * (p * (1.0 - p) / n + z2 / (4.0 * n * n)).sqrt();
    [(middle - half).max(0.0), (middle + half).min(1.0)]
}

#[cfg(test)]
mod tests {
    #[test]
    fn wilson_interval_of_the_textbook_case() {
        // 5 of 10: 0.5 +- 1.96 sqrt(0.025 + 0.0096) / 1.384, computed by hand.
        let [lo, hi] = super::wilson(0.5, 10.0);
        assert!(
            (lo - 0.2366).abs() < 1e-4 && (hi - 0.7634).abs() < 1e-4,
            "{lo} {hi}"
        );
    }
}
