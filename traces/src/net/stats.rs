//! Work, size and identity of a network.

use super::network::{LayerId, Network};
use crate::op::Op;
use crate::random::digest;
use crate::weights::Weights;

/// Multiply-accumulates and parameters of one layer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct LayerStats {
    /// Multiply-accumulates of one image.
    pub macs: u64,
    /// Weights and biases.
    pub parameters: u64,
}

impl Network {
    /// Work and size of a layer (zero for layers without weights).
    pub fn stats(&self, id: LayerId) -> LayerStats {
        let layer = self.layer(id);
        layer
            .op
            .operator()
            .product()
            .map_or_else(LayerStats::default, |p| LayerStats {
                macs: p.macs(layer.shape),
                parameters: p.parameters(),
            })
    }

    /// Weights that are not zero.
    pub fn nonzero_weights(&self) -> u64 {
        let of = |op: &Op| {
            let product = op.operator().product();
            product.map_or(0, |p| {
                p.weight.values().iter().filter(|w| **w != 0.0).count()
            })
        };
        self.layers().map(|(_, l)| of(&l.op) as u64).sum()
    }

    /// Work and size of the whole network.
    pub fn total_stats(&self) -> LayerStats {
        self.layers().fold(LayerStats::default(), |t, (id, _)| {
            let s = self.stats(id);
            LayerStats {
                macs: t.macs + s.macs,
                parameters: t.parameters + s.parameters,
            }
        })
    }

    /// A digest over structure, parameters, shapes and weights (generated weights enter by their seed).
    pub fn digest(&self) -> String {
        let mut h = 0u64;
        for (id, layer) in self.layers() {
            h = digest(h, bytes_hash(layer.name.as_bytes()));
            h = digest(h, bytes_hash(layer.op.name().as_bytes()));
            for n in [layer.shape.c, layer.shape.h, layer.shape.w] {
                h = digest(h, n as u64);
            }
            for i in self.inputs(id) {
                h = digest(h, i.0 as u64);
            }
            let operator = layer.op.operator();
            h = operator.parameters().into_iter().fold(h, digest);
            let Some(product) = operator.product() else {
                continue;
            };
            h = product
                .weight
                .shape()
                .iter()
                .fold(h, |h, &n| digest(h, n as u64));
            h = match product.weight {
                Weights::Dense(a) => a.iter().fold(h, |h, v| digest(h, u64::from(v.to_bits()))),
                Weights::Seeded { seed, std, .. } => {
                    digest(digest(h, *seed), u64::from(std.to_bits()))
                }
            };
            h = (product.bias.into_iter().flatten())
                .fold(h, |h, v| digest(h, u64::from(v.to_bits())));
        }
        format!("{h:016x}")
    }
}

fn bytes_hash(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0, |h, &b| digest(h, u64::from(b)))
}
