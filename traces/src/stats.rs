//! Work, size and identity of a network.

use crate::layer::{Op, Weights};
use crate::network::{LayerId, Network};
use crate::random::hash;

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

    /// A hash over structure, parameters, shapes and weights (generated weights enter by their seed).
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
            h = parameters(&layer.op).into_iter().fold(h, hash);
            let (weight, bias) = match &layer.op {
                Op::Conv(c) => (Some(&c.weight), c.bias.as_ref()),
                Op::Gemm(g) => (Some(&g.weight), g.bias.as_ref()),
                _ => (None, None),
            };
            match weight {
                Some(w @ Weights::Dense(a)) => {
                    h = w.shape().iter().fold(h, |h, &n| hash(h, n as u64));
                    h = a.iter().fold(h, |h, v| hash(h, u64::from(v.to_bits())))
                }
                Some(Weights::Seeded { seed, std, shape }) => {
                    h = shape.iter().fold(h, |h, &n| hash(h, n as u64));
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

/// Everything of a layer but weights, bias and shape, as numbers.
fn parameters(op: &Op) -> Vec<u64> {
    let bits = |v: &f32| u64::from(v.to_bits());
    let sizes = |v: &[usize]| v.iter().map(|&n| n as u64).collect::<Vec<_>>();
    match op {
        Op::Conv(c) => [
            sizes(&c.stride),
            sizes(&c.pad),
            sizes(&c.dilation),
            vec![c.groups as u64],
        ]
        .concat(),
        Op::Pool(p) => [
            sizes(&p.kernel),
            sizes(&p.stride),
            sizes(&p.pad),
            vec![p.ceil.into(), p.kind as u64],
        ]
        .concat(),
        Op::ScaleShift { scale, shift } => scale.iter().chain(shift).map(bits).collect(),
        Op::LeakyRelu(a) => vec![bits(a)],
        Op::Clip(lo, hi) => vec![bits(lo), bits(hi)],
        Op::Transpose(axes) => sizes(axes),
        Op::ChannelShuffle(groups) => vec![*groups as u64],
        Op::Pad { pad, value } => [sizes(pad), vec![bits(value)]].concat(),
        Op::Lrn {
            size,
            alpha,
            beta,
            bias,
        } => vec![*size as u64, bits(alpha), bits(beta), bits(bias)],
        Op::FakeQuant {
            scale,
            zero,
            lo,
            hi,
        } => scale.iter().chain(zero).chain([lo, hi]).map(bits).collect(),
        Op::Input(_)
        | Op::Gemm(_)
        | Op::Relu
        | Op::Sigmoid
        | Op::Tanh
        | Op::GlobalAveragePool
        | Op::GlobalMaxPool
        | Op::Add
        | Op::Concat
        | Op::Flatten
        | Op::Reshape(_)
        | Op::Softmax
        | Op::Identity => Vec::new(),
    }
}

fn bytes_hash(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0, |h, &b| hash(h, u64::from(b)))
}
