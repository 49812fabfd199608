//! Roughly how long one image takes, from the firings of every layer alone: good enough to tell which of two mappings is
//! worth a closer look.

use crate::graph::{DataflowGraph, StationKind};
use petgraph::Direction;
use petgraph::graph::NodeIndex;
use petgraph::visit::EdgeRef;

/// A station: the layer whose firings it takes time for, and how much of each producer's image its first firing needs.
struct Step {
    layer: Option<usize>,
    inputs: Vec<(usize, f64)>,
}

/// The stations of a network in its order.
pub(super) struct Fill(Vec<Step>);

impl Fill {
    /// Of a graph; the shares that first firings need are those of its copies.
    pub(super) fn of(graph: &DataflowGraph) -> Fill {
        let graph = &graph.graph;
        let mut layers = 0;
        let step = |n: NodeIndex| {
            let is_layer = graph[n].kind == StationKind::Compute;
            let layer = is_layer.then_some(layers);
            layers += usize::from(is_layer);
            let incoming = graph.edges_directed(n, Direction::Incoming);
            let inputs = incoming.map(|e| {
                let (from, to) = (&graph[e.source()].blocks, &graph[n].blocks);
                let need = e.weight().window.need(from, to, to.lead as u64);
                let share = need as f64 / from.yielding().max(1) as f64;
                (e.source().index(), share.min(1.0))
            });
            Step {
                layer,
                inputs: inputs.collect(),
            }
        };
        Fill(graph.node_indices().map(step).collect())
    }

    /// Firings that follow one another until the last layer is done: a layer begins with its first window and ends after
    /// its own firings and not before its producers.
    pub(super) fn firings(&self, of_layers: &[u64]) -> f64 {
        let mut times: Vec<(f64, f64)> = Vec::with_capacity(self.0.len());
        for step in &self.0 {
            let own = step.layer.map_or(0.0, |l| of_layers[l] as f64);
            let (mut begin, mut end) = (0.0_f64, 0.0_f64);
            for &(from, share) in &step.inputs {
                let (first, last) = times[from];
                begin = begin.max(first + share * (last - first));
                end = end.max(last);
            }
            times.push((begin, end.max(begin + own)));
        }
        times.iter().map(|t| t.1).fold(0.0, f64::max)
    }
}
