//! Layer kinds and their parameters.

use ndarray::{Array1, Array3, ArrayD};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// One activation: channels x height x width. A vector is `n x 1 x 1`.
pub type Tensor = Array3<f32>;

/// Shape of an activation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Shape {
    /// Channels (feature maps).
    pub c: usize,
    /// Height.
    pub h: usize,
    /// Width.
    pub w: usize,
}

impl Shape {
    /// A shape.
    pub fn new(c: usize, h: usize, w: usize) -> Self {
        Shape { c, h, w }
    }

    /// Number of values.
    pub fn len(&self) -> usize {
        self.c * self.h * self.w
    }

    /// Whether there are no values.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl std::fmt::Display for Shape {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}x{}x{}", self.c, self.h, self.w)
    }
}

/// Weights: present, or made from a seed when first asked for (large zoo networks never need them for timing).
#[derive(Debug, Clone)]
pub enum Weights {
    /// Values at hand.
    Dense(Arc<ArrayD<f32>>),
    /// Normal values of the given deviation, a pure function of seed and index.
    Seeded {
        /// Seed of this tensor.
        seed: u64,
        /// Shape.
        shape: Vec<usize>,
        /// Standard deviation.
        std: f32,
    },
}

/// Convolution. Weight is `Q x P/groups x kh x kw` (ONNX order).
#[derive(Debug, Clone)]
pub struct Conv {
    /// Kernel values.
    pub weight: Weights,
    /// Bias, one per output channel.
    pub bias: Option<Array1<f32>>,
    /// Stride (vertical, horizontal).
    pub stride: [usize; 2],
    /// Padding: top, left, bottom, right (ONNX order).
    pub pad: [usize; 4],
    /// Dilation (vertical, horizontal).
    pub dilation: [usize; 2],
    /// Channel groups.
    pub groups: usize,
}

/// Fully connected layer on the flattened input. Weight is `out x in`.
#[derive(Debug, Clone)]
pub struct Gemm {
    /// Weight values.
    pub weight: Weights,
    /// Bias, one per output.
    pub bias: Option<Array1<f32>>,
}

/// What a pooling window computes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum PoolKind {
    /// Largest value; padding never wins.
    Max,
    /// Mean of the values inside the image.
    Average,
    /// Mean with padding counted as zeros.
    AverageWithPad,
}

/// Pooling over windows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pool {
    /// Function.
    pub kind: PoolKind,
    /// Window (vertical, horizontal).
    pub kernel: [usize; 2],
    /// Stride (vertical, horizontal).
    pub stride: [usize; 2],
    /// Padding: top, left, bottom, right.
    pub pad: [usize; 4],
    /// Whether the last, incomplete window counts.
    pub ceil: bool,
}

/// What a layer computes. Inputs are in declared order.
#[derive(Debug, Clone)]
pub enum Op {
    /// A network input of the given shape.
    Input(Shape),
    /// Convolution.
    Conv(Conv),
    /// Fully connected; flattens its input.
    Gemm(Gemm),
    /// y = x * scale + shift, per channel (batch norm at inference, or an affine Mul/Add).
    ScaleShift {
        /// Factor per channel.
        scale: Array1<f32>,
        /// Addend per channel.
        shift: Array1<f32>,
    },
    /// max(x, 0).
    Relu,
    /// max(x, alpha x).
    LeakyRelu(f32),
    /// x limited to [lo, hi].
    Clip(f32, f32),
    /// Logistic function.
    Sigmoid,
    /// Hyperbolic tangent.
    Tanh,
    /// Windowed pooling.
    Pool(Pool),
    /// Mean over height and width.
    GlobalAveragePool,
    /// Maximum over height and width.
    GlobalMaxPool,
    /// Sum of the inputs.
    Add,
    /// Inputs joined along the channels.
    Concat,
    /// To `n x 1 x 1`, row-major over c, h, w.
    Flatten,
    /// To another shape of the same length, row-major.
    Reshape(Shape),
    /// Axes of (c, h, w) permuted.
    Transpose([usize; 3]),
    /// Channels regrouped: index (g, i) of `groups` x rest becomes (i, g) (ShuffleNet).
    ChannelShuffle(usize),
    /// Constant padding: top, left, bottom, right.
    Pad {
        /// Widths.
        pad: [usize; 4],
        /// Fill.
        value: f32,
    },
    /// Local response normalisation across channels.
    Lrn {
        /// Window of channels.
        size: usize,
        /// Alpha.
        alpha: f32,
        /// Beta.
        beta: f32,
        /// Bias k.
        bias: f32,
    },
    /// Softmax over all values.
    Softmax,
    /// Does nothing at inference (Dropout, Identity).
    Identity,
    /// Rounds to an 8-bit (or other) grid and back: QuantizeLinear followed by DequantizeLinear.
    FakeQuant {
        /// Step; one, or one per channel.
        scale: Array1<f32>,
        /// Zero point; as many as `scale`.
        zero: Array1<f32>,
        /// Lowest code.
        lo: f32,
        /// Highest code.
        hi: f32,
    },
}

impl Op {
    /// The name users know.
    pub fn name(&self) -> &'static str {
        match self {
            Op::Input(_) => "Input",
            Op::Conv(_) => "Conv",
            Op::Gemm(_) => "Gemm",
            Op::ScaleShift { .. } => "BatchNorm",
            Op::Relu => "Relu",
            Op::LeakyRelu(_) => "LeakyRelu",
            Op::Clip(..) => "Clip",
            Op::Sigmoid => "Sigmoid",
            Op::Tanh => "Tanh",
            Op::Pool(p) => match p.kind {
                PoolKind::Max => "MaxPool",
                _ => "AveragePool",
            },
            Op::GlobalAveragePool => "GlobalAveragePool",
            Op::GlobalMaxPool => "GlobalMaxPool",
            Op::Add => "Add",
            Op::Concat => "Concat",
            Op::Flatten => "Flatten",
            Op::Reshape(_) => "Reshape",
            Op::Transpose(_) => "Transpose",
            Op::ChannelShuffle(_) => "ChannelShuffle",
            Op::Pad { .. } => "Pad",
            Op::Lrn { .. } => "LRN",
            Op::Softmax => "Softmax",
            Op::Identity => "Identity",
            Op::FakeQuant { .. } => "FakeQuant",
        }
    }

    /// Whether the layer runs on crossbars (has a weight matrix).
    pub fn is_compute(&self) -> bool {
        matches!(self, Op::Conv(_) | Op::Gemm(_))
    }
}
