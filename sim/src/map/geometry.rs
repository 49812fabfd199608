//! Geometry of a compute layer, and what follows it in the network.

use super::layer::Geometry;
use crosscut_traces::{LayerId, Network, Op, Shape};

impl Geometry {
    /// Geometry of a compute layer; `None` for any other layer.
    pub fn of(net: &Network, id: LayerId) -> Option<Geometry> {
        let layer = net.layer(id);
        let input = net.layer(*net.inputs(id).first()?).shape;
        match &layer.op {
            Op::Conv(c) => {
                let shape = c.weight.shape();
                Some(Geometry {
                    input,
                    output: layer.shape,
                    kernel: [shape[2], shape[3]],
                    stride: c.stride,
                    dilation: c.dilation,
                    pad: c.pad,
                    groups: c.groups,
                    is_gemm: false,
                })
            }
            Op::Gemm(_) => Some(Geometry {
                input: Shape::new(input.len(), 1, 1),
                output: layer.shape,
                kernel: [1, 1],
                stride: [1, 1],
                dilation: [1, 1],
                pad: [0; 4],
                groups: 1,
                is_gemm: true,
            }),
            _ => None,
        }
    }
}

/// The layer that consumes the values of `id` once activations and shape-only layers are skipped;
/// `None` at the output or where the values branch.
pub(crate) fn next_worker(net: &Network, id: LayerId) -> Option<LayerId> {
    let mut at = id;
    loop {
        let &[next] = net.consumers(at).as_slice() else {
            return None;
        };
        match net.layer(next).op {
            Op::Conv(_)
            | Op::Gemm(_)
            | Op::Pool(_)
            | Op::GlobalAveragePool
            | Op::GlobalMaxPool
            | Op::Add
            | Op::Concat => return Some(next),
            _ => at = next,
        }
    }
}
