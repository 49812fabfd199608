//! The network as a list of nodes with buffers: which values stay, which gradients share memory, who adds to whom.

use super::error::TrainError;
use super::ops::columns::Geometry;
use super::ops::moves::Moves;
use super::ops::row::Lrn;
use super::options::TrainOptions;
use super::params::{Norm, Param, Params};
use super::real::Real;
use crosscut_traces::op::{Gradient, Pointwise};
use crosscut_traces::random::Key;
use crosscut_traces::{LayerId, Network, Op, Pool, ScaleShift, Shape};
use std::collections::BTreeMap;
use std::sync::Arc;

/// What a node computes. Numbers point into [`Params`].
#[derive(Debug, Clone)]
pub enum Kind<T> {
    /// The images.
    Input,
    /// Convolution.
    Conv {
        /// Geometry.
        geometry: Geometry,
        /// Weight.
        weight: usize,
        /// Bias.
        bias: Option<usize>,
    },
    /// Fully connected.
    Dense {
        /// Values of one image that go in.
        inputs: usize,
        /// Values that come out.
        outputs: usize,
        /// Weight.
        weight: usize,
        /// Bias.
        bias: Option<usize>,
    },
    /// Batch norm behind a compute layer.
    Norm(usize),
    /// Scale and shift that no compute layer comes before: input scaling, kept as it is.
    Affine(Vec<T>, Vec<T>),
    /// Function of one value.
    Function(Arc<dyn Pointwise>),
    /// Windowed or global pooling.
    Pool(Pool),
    /// Sum.
    Add,
    /// Joined channels.
    Concat,
    /// Nothing.
    Same,
    /// Values moved.
    Moves(Moves<T>),
    /// Response normalisation.
    Lrn(Lrn<T>),
    /// Softmax that is not the last layer.
    Softmax,
    /// Values dropped at random in training: share kept, key of the draw.
    Dropout(f64, Key),
}

/// A node and its buffers.
#[derive(Debug, Clone)]
pub struct Node<T> {
    /// Name of the layer.
    pub name: String,
    /// Function.
    pub kind: Kind<T>,
    /// Nodes it reads.
    pub inputs: Vec<usize>,
    /// Shape of one image's result.
    pub shape: Shape,
    /// Whether the result overwrites the operand (and its gradient the operand's gradient).
    pub in_place: bool,
    /// Buffer of the result.
    pub slot: usize,
    /// Buffer of the gradient.
    pub gradient: usize,
    /// Per input: whether its gradient is added to what later nodes wrote.
    pub adds: Vec<bool>,
    /// Whether parameters lie at or before it.
    pub learns: bool,
}

/// All nodes, in an order where operands come first; the last one gives the outputs before any final softmax.
#[derive(Debug, Clone)]
pub struct Plan<T> {
    /// Nodes.
    pub nodes: Vec<Node<T>>,
    /// Values per image of each result buffer.
    pub slots: Vec<usize>,
    /// Values per image of each gradient buffer.
    pub gradients: Vec<usize>,
}

/// Nodes and parameters of a network.
///
/// # Errors
/// If it has no parameters, or an operator without a gradient.
pub fn build<T: Real>(
    net: &Network,
    options: &TrainOptions,
) -> Result<(Plan<T>, Params<T>), TrainError> {
    let mut output = net.output();
    // Softmax and cross-entropy are one function, which is exact where the two in a row are not.
    while ends(net, output) {
        output = net.inputs(output)[0];
    }
    let used = ancestors(net, output);
    let mut lowering = Lowering {
        net,
        options,
        nodes: Vec::new(),
        params: Params::default(),
        of_layer: BTreeMap::new(),
    };
    for (id, _) in net.layers().filter(|(id, _)| used[id.0]) {
        lowering.layer(id)?;
    }
    let Lowering { nodes, params, .. } = lowering;
    if params.all.is_empty() {
        return Err(TrainError::NothingToTrain {
            network: net.name.clone(),
        });
    }
    let mut plan = Plan {
        nodes,
        slots: Vec::new(),
        gradients: Vec::new(),
    };
    plan.assign_buffers();
    Ok((plan, params))
}

/// Whether a layer at the end changes nothing but the form of the outputs.
fn ends(net: &Network, id: LayerId) -> bool {
    let layer = net.layer(id);
    let gradient = layer.op.operator().gradient(layer.shape);
    matches!(gradient, Gradient::Softmax | Gradient::Same)
}

fn ancestors(net: &Network, output: LayerId) -> Vec<bool> {
    let mut used = vec![false; net.len()];
    let mut todo = vec![output];
    while let Some(id) = todo.pop() {
        if !std::mem::replace(&mut used[id.0], true) {
            todo.extend(net.inputs(id));
        }
    }
    used
}

struct Lowering<'a, T> {
    net: &'a Network,
    options: &'a TrainOptions,
    nodes: Vec<Node<T>>,
    params: Params<T>,
    of_layer: BTreeMap<LayerId, usize>,
}

impl<T: Real> Lowering<'_, T> {
    fn layer(&mut self, id: LayerId) -> Result<(), TrainError> {
        let layer = self.net.layer(id);
        let inputs: Vec<usize> = self
            .net
            .inputs(id)
            .iter()
            .map(|i| self.of_layer[i])
            .collect();
        let input = inputs.first().map_or(layer.shape, |&i| self.nodes[i].shape);
        let kind = self.kind(id, input, inputs.iter().any(|&i| self.nodes[i].learns))?;
        let mut at = self.push(&layer.name, kind, inputs, layer.shape);
        if let Some(&rate) = self.options.dropout.get(&layer.name) {
            let key = Key::new(self.options.seed).named("dropout");
            let kind = Kind::Dropout(1.0 - rate, key.child(id.0 as u64));
            at = self.push(&layer.name, kind, vec![at], layer.shape);
        }
        self.of_layer.insert(id, at);
        Ok(())
    }

    fn push(&mut self, name: &str, kind: Kind<T>, inputs: Vec<usize>, shape: Shape) -> usize {
        let own = matches!(kind, Kind::Conv { .. } | Kind::Dense { .. } | Kind::Norm(_));
        let learns = own || inputs.iter().any(|&i| self.nodes[i].learns);
        self.nodes.push(Node {
            name: name.to_string(),
            kind,
            adds: vec![false; inputs.len()],
            inputs,
            shape,
            in_place: false,
            slot: 0,
            gradient: 0,
            learns,
        });
        self.nodes.len() - 1
    }

    fn kind(
        &mut self,
        id: LayerId,
        input: Shape,
        behind_weights: bool,
    ) -> Result<Kind<T>, TrainError> {
        let layer = self.net.layer(id);
        let t = |v: f32| T::of(f64::from(v));
        let all = |v: &ndarray::Array1<f32>| v.iter().map(|&v| t(v)).collect::<Vec<T>>();
        Ok(match &layer.op {
            Op::Input(_) => Kind::Input,
            Op::Conv(c) => {
                let values = c.weight.values();
                let weight = self.params.add(Param::weight(&layer.name, id, &values));
                let bias = c.bias.as_ref();
                let bias = bias.map(|b| self.params.add(Param::bias(&layer.name, id, b)));
                let geometry = Geometry::of(c, input, layer.shape);
                Kind::Conv {
                    geometry,
                    weight,
                    bias,
                }
            }
            Op::Gemm(g) => {
                let values = g.weight.values();
                let weight = self.params.add(Param::weight(&layer.name, id, &values));
                let bias = g.bias.as_ref();
                let bias = bias.map(|b| self.params.add(Param::bias(&layer.name, id, b)));
                Kind::Dense {
                    inputs: input.len(),
                    outputs: layer.shape.c,
                    weight,
                    bias,
                }
            }
            Op::ScaleShift(ScaleShift { scale, shift }) if behind_weights => {
                let norm = Norm::declared(&mut self.params, &layer.name, id, scale, shift);
                self.params.norms.push(norm);
                Kind::Norm(self.params.norms.len() - 1)
            }
            Op::ScaleShift(ScaleShift { scale, shift }) => Kind::Affine(all(scale), all(shift)),
            op => match op.operator().gradient(input) {
                Gradient::Function(f) => Kind::Function(f),
                Gradient::Pool(p) => Kind::Pool(p),
                Gradient::Sum => Kind::Add,
                Gradient::Join => Kind::Concat,
                Gradient::Same => Kind::Same,
                Gradient::Softmax => Kind::Softmax,
                Gradient::Moves(m) => Kind::Moves(Moves::of(m, input, layer.shape)),
                Gradient::Response {
                    size,
                    alpha,
                    beta,
                    bias,
                } => Kind::Lrn(Lrn {
                    size,
                    alpha: t(alpha),
                    beta: t(beta),
                    bias: t(bias),
                }),
                Gradient::Learned | Gradient::None => {
                    return Err(TrainError::NoGradient {
                        layer: layer.name.clone(),
                        operator: op.name(),
                    });
                }
            },
        })
    }
}

impl<T: Real> Plan<T> {
    fn assign_buffers(&mut self) {
        let count = self.nodes.len();
        let mut readers = vec![0usize; count];
        for node in &self.nodes {
            node.inputs.iter().for_each(|&input| readers[input] += 1);
        }
        for i in 0..count {
            let in_place = self.may_overwrite(i, &readers);
            let node = &self.nodes[i];
            let slot = if in_place {
                self.nodes[node.inputs[0]].slot
            } else {
                self.slots.push(node.shape.len());
                self.slots.len() - 1
            };
            (self.nodes[i].slot, self.nodes[i].in_place) = (slot, in_place);
        }
        self.assign_gradients();
    }

    /// Whether node `i` may write over its operand: nobody else reads that, and its own backward pass does not need it.
    fn may_overwrite(&self, i: usize, readers: &[usize]) -> bool {
        let node = &self.nodes[i];
        let [input] = node.inputs[..] else {
            return false;
        };
        let fits = match &node.kind {
            Kind::Function(f) => f.slope_from_result(),
            Kind::Dropout(..) | Kind::Same => true,
            _ => false,
        };
        let producer = &self.nodes[input].kind;
        let needs_result = matches!(
            producer,
            Kind::Function(_) | Kind::Input | Kind::Softmax | Kind::Same
        );
        fits && readers[input] == 1 && !needs_result && self.nodes[input].learns
    }

    /// The gradient of a node lives from its last reader's backward pass to its own; buffers are reused outside.
    fn assign_gradients(&mut self) {
        let mut free: Vec<usize> = Vec::new();
        let mut written = vec![false; self.nodes.len()];
        let last = self.nodes.len() - 1;
        self.gradients.push(self.nodes[last].shape.len());
        written[last] = true;
        for i in (0..self.nodes.len()).rev() {
            if !self.nodes[i].learns {
                continue;
            }
            for k in 0..self.nodes[i].inputs.len() {
                let input = self.nodes[i].inputs[k];
                if !self.nodes[input].learns {
                    continue;
                }
                self.nodes[i].adds[k] = std::mem::replace(&mut written[input], true);
                if self.nodes[i].adds[k] {
                    continue;
                }
                let slot = if self.nodes[i].in_place {
                    self.nodes[i].gradient
                } else {
                    self.take_gradient(&mut free, self.nodes[input].shape.len())
                };
                self.nodes[input].gradient = slot;
            }
            if !self.nodes[i].in_place {
                free.push(self.nodes[i].gradient);
            }
        }
    }

    /// A free buffer: the smallest that is large enough, else the largest, made larger, else a new one.
    fn take_gradient(&mut self, free: &mut Vec<usize>, size: usize) -> usize {
        let sizes = &self.gradients;
        let enough = (0..free.len()).filter(|&f| sizes[free[f]] >= size);
        let found = enough
            .min_by_key(|&f| sizes[free[f]])
            .or_else(|| (0..free.len()).max_by_key(|&f| sizes[free[f]]));
        match found {
            Some(f) => {
                let slot = free.swap_remove(f);
                self.gradients[slot] = self.gradients[slot].max(size);
                slot
            }
            None => {
                self.gradients.push(size);
                self.gradients.len() - 1
            }
        }
    }
}
