//! Reference executors: float (oracle of the importer) and integer (oracle of the functional engine).

pub mod exact;
pub mod float;
pub mod int;

use crate::layer::{Op, Shape, Tensor};
use crate::network::{LayerId, Network};
use crate::ops::{conv, join, pointwise, pool};

/// Why a network cannot be run on an input.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ExecError {
    /// The image does not have the shape of the input layer.
    #[error(
        "the network `{network}` takes an image of {expected} (channels x height x width), but got {found}"
    )]
    InputShape {
        /// Network name.
        network: String,
        /// Shape of the input layer.
        expected: Shape,
        /// Shape of the image.
        found: Shape,
    },
}

/// Shape of a tensor.
pub fn shape_of(x: &Tensor) -> Shape {
    let (c, h, w) = x.dim();
    Shape::new(c, h, w)
}

fn check_input(net: &Network, input: &Tensor) -> Result<(), ExecError> {
    let expected = net.layer(net.input()).shape;
    let found = shape_of(input);
    if expected == found {
        Ok(())
    } else {
        Err(ExecError::InputShape {
            network: net.name.clone(),
            expected,
            found,
        })
    }
}

/// Values that are dropped as soon as their last user has run.
struct Values {
    values: Vec<Option<Tensor>>,
    uses: Vec<usize>,
}

impl Values {
    fn new(net: &Network) -> Values {
        let uses = net
            .layers()
            .map(|(id, _)| net.consumers(id).len())
            .collect();
        Values {
            values: vec![None; net.len()],
            uses,
        }
    }

    fn get(&self, id: LayerId) -> &Tensor {
        self.values[id.0]
            .as_ref()
            .expect("inputs run before their users")
    }

    fn release(&mut self, id: LayerId) {
        self.uses[id.0] -= 1;
        if self.uses[id.0] == 0 {
            self.values[id.0] = None;
        }
    }
}

/// Runs every layer in order. `compute` gives the value of compute layers; `seen` sees every value.
fn walk(
    net: &Network,
    input: &Tensor,
    mut compute: impl FnMut(LayerId, &Tensor) -> Tensor,
    mut seen: impl FnMut(LayerId, &Tensor),
) -> Result<Tensor, ExecError> {
    check_input(net, input)?;
    let mut values = Values::new(net);
    for (id, layer) in net.layers() {
        let inputs = net.inputs(id);
        let value = if layer.op.is_compute() {
            compute(id, values.get(inputs[0]))
        } else {
            let xs: Vec<&Tensor> = inputs.iter().map(|&i| values.get(i)).collect();
            apply(&layer.op, &xs, input, layer.shape)
        };
        seen(id, &value);
        values.values[id.0] = Some(value);
        let mut distinct = inputs;
        distinct.sort_unstable();
        distinct.dedup();
        distinct.into_iter().for_each(|i| values.release(i));
    }
    Ok(values.values[net.output().0]
        .take()
        .expect("the output has just been computed"))
}

/// Value of a layer in float arithmetic.
pub fn apply(op: &Op, xs: &[&Tensor], input: &Tensor, shape: Shape) -> Tensor {
    match op {
        Op::Input(_) => input.clone(),
        Op::Conv(c) => conv::conv(c, xs[0].view()),
        Op::Gemm(g) => conv::gemm(g, xs[0].view()),
        Op::ScaleShift { scale, shift } => pointwise::scale_shift(xs[0], scale, shift),
        Op::Relu => xs[0].mapv(|v| v.max(0.0)),
        Op::LeakyRelu(a) => xs[0].mapv(|v| if v >= 0.0 { v } else { a * v }),
        Op::Clip(lo, hi) => xs[0].mapv(|v| v.max(*lo).min(*hi)),
        Op::Sigmoid => xs[0].mapv(|v| 1.0 / (1.0 + (-v).exp())),
        Op::Tanh => xs[0].mapv(f32::tanh),
        Op::Pool(p) => pool::pool(p, xs[0].view(), shape),
        Op::GlobalAveragePool => pool::global(xs[0].view(), false),
        Op::GlobalMaxPool => pool::global(xs[0].view(), true),
        Op::Add => join::add(xs),
        Op::Concat => join::concat(xs),
        Op::Flatten | Op::Reshape(_) => join::reshape(xs[0], shape),
        Op::Transpose(axes) => join::transpose(xs[0].view(), *axes),
        Op::ChannelShuffle(groups) => join::channel_shuffle(xs[0], *groups),
        Op::Pad { pad, value } => pointwise::pad(xs[0].view(), *pad, *value),
        Op::Lrn {
            size,
            alpha,
            beta,
            bias,
        } => pointwise::lrn(xs[0], *size, *alpha, *beta, *bias),
        Op::Softmax => pointwise::softmax(xs[0]),
        Op::Identity => xs[0].clone(),
        Op::FakeQuant {
            scale,
            zero,
            lo,
            hi,
        } => pointwise::fake_quant(xs[0], scale, zero, *lo, *hi),
    }
}

/// Index of the largest value; the first of equals.
pub fn top1(x: &Tensor) -> usize {
    let mut best = (f32::NEG_INFINITY, 0);
    for (i, &v) in x.iter().enumerate() {
        if v > best.0 {
            best = (v, i);
        }
    }
    best.1
}
