//! Geometry of a compute layer, and what follows it in the network.

use crosscut_traces::op::{Dataflow, DigitalWork};
use crosscut_traces::{LayerId, Network, Op, Shape};

/// What the mapping needs to know of a compute layer. A Gemm is a 1x1 convolution on `M x 1 x 1`.
#[derive(Debug, Clone, PartialEq)]
pub struct Geometry {
    /// Input shape: P feature maps.
    pub input: Shape,
    /// Output shape: Q feature maps.
    pub output: Shape,
    /// Kernel (vertical, horizontal).
    pub kernel: [usize; 2],
    /// Stride (vertical, horizontal).
    pub stride: [usize; 2],
    /// Dilation (vertical, horizontal).
    pub dilation: [usize; 2],
    /// Padding: top, left, bottom, right.
    pub pad: [usize; 4],
    /// Channel groups.
    pub groups: usize,
    /// Whether it is a fully connected layer.
    pub is_gemm: bool,
}

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

    /// Output positions.
    pub fn positions(&self) -> usize {
        self.output.h * self.output.w
    }

    /// Weights of one input FM for one output FM.
    pub fn taps(&self) -> usize {
        self.kernel[0] * self.kernel[1]
    }

    /// im2col rows of the whole layer (all channel groups).
    pub fn rows(&self) -> usize {
        self.input.c * self.taps()
    }

    /// Input FMs of one channel group.
    pub fn group_inputs(&self) -> usize {
        self.input.c / self.groups
    }

    /// im2col rows of one channel group.
    pub fn group_rows(&self) -> usize {
        self.rows() / self.groups
    }

    /// Input columns (w_in) that `unroll` neighbouring output columns look at, each counted once.
    ///
    /// The columns are `i*stride + j*dilation`, i < w, j < k. With the greatest common divisor taken out of both, (i, j)
    /// and (i - dilation, j + stride) are the same column. For dilation 1 and stride <= k this is the published
    /// `(w-1)*stride + k` (SemiMap); a stride beyond the kernel leaves columns out.
    pub fn input_columns(&self, unroll: usize) -> usize {
        let (k, common) = (self.kernel[1], gcd(self.stride[1], self.dilation[1]));
        let (stride, dilation) = (self.stride[1] / common, self.dilation[1] / common);
        unroll * k - unroll.saturating_sub(dilation) * k.saturating_sub(stride)
    }

    /// Multiply-accumulates of one image.
    pub fn macs(&self) -> u64 {
        (self.rows() / self.groups) as u64 * self.output.len() as u64
    }
}

fn gcd(a: usize, b: usize) -> usize {
    if b == 0 { a } else { gcd(b, a % b) }
}

/// The layer that consumes the values of `id` once activations and shape-only layers are skipped;
/// `None` at the output or where the values branch.
pub(crate) fn next_worker(net: &Network, id: LayerId) -> Option<LayerId> {
    let mut at = id;
    loop {
        let &[next] = net.consumers(at).as_slice() else {
            return None;
        };
        // Padding and turned axes are on the way to the layer that works on the values.
        match net.dataflow(next) {
            Dataflow::Product => return Some(next),
            Dataflow::Digital(unit) if unit.work != DigitalWork::Move => return Some(next),
            _ => at = next,
        }
    }
}
