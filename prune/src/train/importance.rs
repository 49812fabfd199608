//! How much the loss would change without a filter, to first order.
//!
//! Molchanov et al., "Importance Estimation for Neural Network Pruning", CVPR 2019: the square of the sum over a
//! filter's weights of gradient x weight, added up over batches of training images.

use super::batch::{self, Change};
use super::engine::Engine;
use super::error::TrainError;
use super::node::Mode;
use super::options::{BatchNorm, TrainOptions};
use crosscut_traces::{LayerId, Network, Tensor};
use std::collections::BTreeMap;

/// Images of a gradient.
const BATCH: usize = 16;

/// Importance of every output of every compute layer.
///
/// # Errors
/// If there is nothing to train.
pub fn filters(
    net: &Network,
    images: &[Tensor],
    labels: &[u16],
) -> Result<BTreeMap<LayerId, Vec<f64>>, TrainError> {
    let options = TrainOptions {
        batch: BATCH,
        batch_norm: BatchNorm::Frozen,
        ..TrainOptions::default()
    };
    let mut engine = Engine::<f32>::new(net, &options)?;
    let (norms, all) = (&mut engine.params.norms, &engine.params.all);
    norms.iter_mut().for_each(|n| n.freeze(all));
    let mut out: BTreeMap<LayerId, Vec<f64>> = BTreeMap::new();
    for (images, labels) in images.chunks(BATCH).zip(labels.chunks(BATCH)) {
        engine.load(images.len(), &|i, to, stride| {
            batch::write(&images[i], Change::default(), to, stride);
        });
        engine.forward(Mode::Evaluate, None);
        engine.score(labels, true);
        engine.backward(Mode::Evaluate);
        for p in engine.params.all.iter().filter(|p| p.decays) {
            let rows = p.value.chunks(p.row).zip(p.gradient.chunks(p.row));
            let change = rows.map(|(w, g)| {
                let terms = w.iter().zip(g);
                terms.map(|(w, g)| f64::from(*w) * f64::from(*g)).sum()
            });
            let change: Vec<f64> = change.collect();
            let sums = out
                .entry(LayerId(p.layer))
                .or_insert_with(|| vec![0.0; change.len()]);
            sums.iter_mut().zip(change).for_each(|(s, c)| *s += c * c);
        }
    }
    Ok(out)
}
