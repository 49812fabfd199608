//! Builds networks layer by layer, inferring shapes.

use super::network::{LayerId, Network};
use crate::op::{Conv, Gemm, Op, Pool, PoolKind, Relu, infer};
use crate::random::Key;
use crate::shape::{Shape, ShapeError};
use crate::weights::Weights;
use ndarray::Array1;

/// A network under construction whose weights are generated from one seed.
pub struct Builder {
    net: Network,
    seed: u64,
}

impl Builder {
    /// Starts with an input of the given shape.
    pub fn new(name: &str, input: Shape, seed: u64) -> (Builder, LayerId) {
        let mut b = Builder {
            net: Network::new(name),
            seed,
        };
        let id = b.push("input", Op::Input(input), &[]);
        (b, id)
    }

    /// Appends any layer.
    ///
    /// # Panics
    /// If shapes do not fit: the networks built here are part of the program.
    pub fn push(&mut self, name: &str, op: Op, inputs: &[LayerId]) -> LayerId {
        push(&mut self.net, name, op, inputs).expect("built-in networks are consistent")
    }

    fn weights(&self, shape: Vec<usize>) -> Weights {
        let fan_in: usize = shape[1..].iter().product();
        // He initialisation keeps activations in range through many layers.
        Weights::Seeded {
            seed: Key::new(self.seed).child(self.net.len() as u64).value(),
            shape,
            std: (2.0 / fan_in as f32).sqrt(),
        }
    }

    /// Square convolution with bias zero.
    pub fn conv(
        &mut self,
        name: &str,
        x: LayerId,
        q: usize,
        k: usize,
        stride: usize,
        pad: usize,
    ) -> LayerId {
        let p = self.net.layer(x).shape.c;
        let conv = Conv {
            weight: self.weights(vec![q, p, k, k]),
            bias: Some(Array1::zeros(q)),
            stride: [stride; 2],
            pad: [pad; 4],
            dilation: [1; 2],
            groups: 1,
        };
        self.push(name, Op::Conv(conv), &[x])
    }

    /// Fully connected layer with bias zero.
    pub fn gemm(&mut self, name: &str, x: LayerId, outputs: usize) -> LayerId {
        let k = self.net.layer(x).shape.len();
        let gemm = Gemm {
            weight: self.weights(vec![outputs, k]),
            bias: Some(Array1::zeros(outputs)),
        };
        self.push(name, Op::Gemm(gemm), &[x])
    }

    /// ReLU named after the layer before it.
    pub fn relu(&mut self, x: LayerId) -> LayerId {
        let name = format!("{}_relu", self.net.layer(x).name);
        self.push(&name, Op::of(Relu), &[x])
    }

    /// Max pooling.
    pub fn max_pool(
        &mut self,
        name: &str,
        x: LayerId,
        k: usize,
        stride: usize,
        pad: usize,
    ) -> LayerId {
        let pool = Pool {
            kind: PoolKind::Max,
            kernel: [k; 2],
            stride: [stride; 2],
            pad: [pad; 4],
            ceil: false,
        };
        self.push(name, Op::Pool(pool), &[x])
    }

    /// The network.
    pub fn finish(self) -> Network {
        self.net
    }
}

/// Appends a layer with its inferred shape.
///
/// # Errors
/// If the shapes do not fit.
pub fn push(
    net: &mut Network,
    name: &str,
    op: Op,
    inputs: &[LayerId],
) -> Result<LayerId, ShapeError> {
    let shapes: Vec<Shape> = inputs.iter().map(|&i| net.layer(i).shape).collect();
    let shape = infer(&op, &shapes)?;
    Ok(net.push(name, op, inputs, shape))
}
