//! The graph of a part of a network: values of other parts come from the memory outside the chips, and values that other
//! parts need go there.

use super::build::Builder;
use super::{Blocks, DataflowGraph, GraphError, Station, StationKind, Stream, Window};
use crate::map::Mapping;
use crosscut_arch::Arch;
use crosscut_traces::op::Dataflow;
use crosscut_traces::{LayerId, Network, Shape};
use petgraph::graph::{DiGraph, NodeIndex};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

/// What crosses the borders of a part of a network: layers whose values come from outside it, and layers of its own whose
/// values are needed outside. A value that only got another name or shape counts once.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Crossing {
    /// From outside, the network's input among them.
    pub inputs: BTreeSet<LayerId>,
    /// To the outside, the network's output among them.
    pub outputs: BTreeSet<LayerId>,
}

impl Crossing {
    /// Of a range of layers, by number.
    pub fn of(net: &Network, range: &Range<usize>) -> Crossing {
        let mut crossing = Crossing::default();
        let is_image = |id: LayerId| matches!(net.dataflow(id), Dataflow::Source);
        for (id, _) in net.layers() {
            let inside = range.contains(&id.0);
            if inside && is_image(id) {
                crossing.inputs.insert(id);
            }
            for input in net.inputs(id) {
                let value = origin(net, input);
                match (inside, range.contains(&value.0)) {
                    // Renamed at the border: its consumers are looked at by themselves.
                    _ if origin(net, id) == value => {}
                    (true, false) => {
                        crossing.inputs.insert(value);
                    }
                    // The image is in the memory outside already.
                    (false, true) if !is_image(value) => {
                        crossing.outputs.insert(value);
                    }
                    _ => {}
                }
            }
        }
        let output = origin(net, net.output());
        if range.contains(&output.0) {
            crossing.outputs.insert(output);
        }
        crossing
    }
}

/// The layer that makes a value, names and shapes left out.
fn origin(net: &Network, mut id: LayerId) -> LayerId {
    while let Dataflow::Fused { evaluates: false } = net.dataflow(id) {
        id = net.inputs(id)[0];
    }
    id
}

impl DataflowGraph {
    /// The graph of a range of layers, by number, whose mapping holds at least these. Values from outside come as the image of
    /// a whole network does; each value that is needed outside leaves by a station of its own.
    ///
    /// # Errors
    /// As [`DataflowGraph::build`].
    pub fn part(
        net: &Network,
        arch: &Arch,
        mapping: &Mapping,
        range: &Range<usize>,
    ) -> Result<DataflowGraph, GraphError> {
        let mut b = Builder {
            net,
            arch,
            graph: DiGraph::new(),
            value: BTreeMap::new(),
        };
        let crossing = Crossing::of(net, range);
        for &id in crossing.inputs.iter().filter(|id| !range.contains(&id.0)) {
            b.outside(id);
        }
        for id in range.clone().map(LayerId) {
            for input in net.inputs(id) {
                b.rename(input);
            }
            b.add(id, mapping)?;
        }
        let results: Vec<NodeIndex> = crossing.outputs.iter().map(|&id| b.results(id)).collect();
        let sink = match results[..] {
            [one] => one,
            _ => b.all_done(&results),
        };
        let graph = DataflowGraph {
            graph: b.graph,
            sink,
        };
        graph.check()?;
        Ok(graph)
    }

    /// Whether the values of a station go to the memory outside: of those that send results, or of the last one where none
    /// does.
    pub fn leaves(&self, n: NodeIndex) -> bool {
        let is_results = |s: &Station| s.kind == StationKind::Results;
        is_results(&self.graph[n]) || (n == self.sink && !self.graph.node_weights().any(is_results))
    }
}

impl Builder<'_> {
    /// Values of a layer outside, as a source.
    fn outside(&mut self, id: LayerId) {
        let shape = self.net.layer(id).shape;
        let node = Station {
            name: format!("values of {}", self.net.layer(id).name),
            blocks: self.source_blocks(shape, self.padding_of_consumers(id)),
            ..self.station(id, StationKind::Source)
        };
        let node = self.graph.add_node(node);
        self.value.insert(id, (node, shape));
    }

    /// A value from outside under another name or shape, as layers fused into a station hand it on.
    fn rename(&mut self, id: LayerId) {
        if self.value.contains_key(&id) {
            return;
        }
        let (node, held) = self.value[&origin(self.net, id)];
        let shape = self.net.layer(id).shape;
        let same = (shape.h, shape.w) == (held.h, held.w);
        self.value
            .insert(id, (node, if same { shape } else { held }));
    }

    /// A station that has no values of its own and is done with an image when all results have left.
    fn all_done(&mut self, results: &[NodeIndex]) -> NodeIndex {
        let output = Shape::new(0, 1, 1);
        let station = Station {
            name: "all results".to_string(),
            output,
            blocks: Blocks::new(output, 1, 1),
            inputs_per_position: 0,
            ..self.station(self.net.output(), StationKind::Results)
        };
        let node = self.graph.add_node(station);
        for &from in results {
            let stream = Stream {
                values: self.graph[from].output.len() as u64,
                bits: self.arch.format.input_bits,
                window: Window::Whole,
            };
            self.graph.add_edge(from, node, stream);
        }
        node
    }
}
