//! The network graph: named layers, each fed by earlier ones.

use crate::op::{Dataflow, Op};
use crate::shape::Shape;
use petgraph::Direction;
use petgraph::graph::{DiGraph, NodeIndex};
use petgraph::visit::EdgeRef;
use serde::{Deserialize, Serialize};

/// Index of a layer; layers are numbered so that inputs come before users.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct LayerId(pub usize);

/// A layer as declared.
#[derive(Debug, Clone)]
pub struct Layer {
    /// Unique name.
    pub name: String,
    /// What it computes.
    pub op: Op,
    /// Shape of its output.
    pub shape: Shape,
}

/// A directed acyclic graph of layers with one output (the last layer).
#[derive(Debug, Clone)]
pub struct Network {
    /// Name shown in reports.
    pub name: String,
    graph: DiGraph<Layer, usize>,
}

impl Network {
    /// An empty network.
    pub fn new(name: impl Into<String>) -> Self {
        Network {
            name: name.into(),
            graph: DiGraph::new(),
        }
    }

    /// Appends a layer fed by earlier layers, in order. The caller has inferred `shape` (see `op::infer`).
    ///
    /// # Panics
    /// If an input does not exist yet: that is a bug of the caller, not of the user's file.
    pub fn push(
        &mut self,
        name: impl Into<String>,
        op: Op,
        inputs: &[LayerId],
        shape: Shape,
    ) -> LayerId {
        let id = self.graph.add_node(Layer {
            name: name.into(),
            op,
            shape,
        });
        for (slot, input) in inputs.iter().enumerate() {
            assert!(
                input.0 < id.index(),
                "layer input must exist before its user"
            );
            self.graph.add_edge(NodeIndex::new(input.0), id, slot);
        }
        LayerId(id.index())
    }

    /// Number of layers.
    pub fn len(&self) -> usize {
        self.graph.node_count()
    }

    /// Whether there are no layers.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Layers in topological (declared) order.
    pub fn layers(&self) -> impl Iterator<Item = (LayerId, &Layer)> {
        self.graph
            .node_indices()
            .map(|n| (LayerId(n.index()), &self.graph[n]))
    }

    /// One layer.
    pub fn layer(&self, id: LayerId) -> &Layer {
        &self.graph[NodeIndex::new(id.0)]
    }

    /// One layer, to be changed (weights, bias); shape-changing edits are the caller's duty to propagate.
    pub fn layer_mut(&mut self, id: LayerId) -> &mut Layer {
        &mut self.graph[NodeIndex::new(id.0)]
    }

    /// The layers that feed `id`, in slot order.
    pub fn inputs(&self, id: LayerId) -> Vec<LayerId> {
        let mut edges: Vec<_> = self
            .graph
            .edges_directed(NodeIndex::new(id.0), Direction::Incoming)
            .map(|e| (*e.weight(), LayerId(e.source().index())))
            .collect();
        edges.sort_unstable();
        edges.into_iter().map(|(_, id)| id).collect()
    }

    /// The layers fed by `id`, ascending.
    pub fn consumers(&self, id: LayerId) -> Vec<LayerId> {
        let mut out: Vec<_> = self
            .graph
            .neighbors_directed(NodeIndex::new(id.0), Direction::Outgoing)
            .map(|n| LayerId(n.index()))
            .collect();
        out.sort_unstable();
        out.dedup();
        out
    }

    /// Shapes of the values that feed `id`, in slot order.
    pub fn input_shapes(&self, id: LayerId) -> Vec<Shape> {
        let inputs = self.inputs(id);
        inputs.iter().map(|&i| self.layer(i).shape).collect()
    }

    /// How the values of `id` are made where layers run as a pipeline.
    pub fn dataflow(&self, id: LayerId) -> Dataflow {
        let layer = self.layer(id);
        let inputs = self.input_shapes(id);
        layer.op.operator().dataflow(&inputs, layer.shape)
    }

    /// Finds a layer by name.
    pub fn find(&self, name: &str) -> Option<LayerId> {
        self.layers()
            .find(|(_, l)| l.name == name)
            .map(|(id, _)| id)
    }

    /// The layer whose value is the network's result.
    pub fn output(&self) -> LayerId {
        LayerId(self.len() - 1)
    }

    /// The input layer (networks with one input).
    pub fn input(&self) -> LayerId {
        self.layers()
            .find(|(_, l)| matches!(l.op, Op::Input(_)))
            .map(|(id, _)| id)
            .expect("a network has an input layer")
    }

    /// Layers that run on crossbars, in order.
    pub fn compute_layers(&self) -> Vec<LayerId> {
        self.layers()
            .filter(|(_, l)| l.op.is_compute())
            .map(|(id, _)| id)
            .collect()
    }
}
