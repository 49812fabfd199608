//! Work, size and identity of a network.

use crate::layer::{Op, Weights};
use crate::network::{LayerId, Network};
use crate::weights::hash;

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
        match &layer.op {
            Op::Conv(c) => {
                let per_output = c.weight.len() as u64 / c.weight.shape()[0] as u64;
                let bias = c.bias.as_ref().map_or(0, |b| b.len());
                LayerStats {
                    macs: per_output * layer.shape.len() as u64,
                    parameters: (c.weight.len() + bias) as u64,
                }
            }
            Op::Gemm(g) => {
                let bias = g.bias.as_ref().map_or(0, |b| b.len());
                LayerStats {
                    macs: g.weight.len() as u64,
                    parameters: (g.weight.len() + bias) as u64,
                }
            }
            _ => LayerStats::default(),
        }
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

    /// A hash over structure, shapes and weights (generated weights enter by their seed).
    pub fn digest(&self) -> String {
        let mut h = 0u64;
        for (id, layer) in self.layers() {
            h = hash(h, bytes_hash(layer.name.as_bytes()));
            h = hash(h, bytes_hash(layer.op.name().as_bytes()));
            for n in [layer.shape.c, layer.shape.h, layer.shape.w] {
                h = hash(h, n as u64);
            }
            for i in self.inputs(id) {
                h = hash(h, i.0 as u64);
            }
            let (weight, bias) = match &layer.op {
                Op::Conv(c) => (Some(&c.weight), c.bias.as_ref()),
                Op::Gemm(g) => (Some(&g.weight), g.bias.as_ref()),
                _ => (None, None),
            };
            match weight {
                Some(Weights::Dense(a)) => {
                    h = a.iter().fold(h, |h, v| hash(h, u64::from(v.to_bits())))
                }
                Some(Weights::Seeded { seed, std, .. }) => {
                    h = hash(hash(h, *seed), u64::from(std.to_bits()))
                }
                None => {}
            }
            h = bias
                .into_iter()
                .flatten()
                .fold(h, |h, v| hash(h, u64::from(v.to_bits())));
        }
        format!("{h:016x}")
    }
}

fn bytes_hash(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0, |h, &b| hash(h, u64::from(b)))
}
