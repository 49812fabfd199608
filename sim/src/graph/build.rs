//! Builds the dataflow graph of a mapped network.

use super::{Blocks, DataflowGraph, GraphError, Station, StationKind, Stream, Window};
use crate::kind;
use crate::map::Mapping;
use crosscut_arch::{Arch, Fold};
use crosscut_traces::op::{Dataflow, DigitalWork};
use crosscut_traces::{LayerId, Network, Op, Shape};
use petgraph::graph::{DiGraph, NodeIndex};
use std::collections::BTreeMap;

impl DataflowGraph {
    /// The graph of the whole network.
    ///
    /// # Errors
    /// [`GraphError`] if network and mapping do not belong together or a check fails.
    pub fn build(
        net: &Network,
        arch: &Arch,
        mapping: &Mapping,
    ) -> Result<DataflowGraph, GraphError> {
        let mut b = Builder {
            net,
            arch,
            graph: DiGraph::new(),
            value: BTreeMap::new(),
        };
        for (id, _) in net.layers() {
            b.add(id, mapping)?;
        }
        let sink = match kind::off_chip_rate(arch) {
            Some(_) => b.results(net.output()),
            None => b.value[&net.output()].0,
        };
        let graph = DataflowGraph {
            graph: b.graph,
            sink,
        };
        graph.check()?;
        Ok(graph)
    }

    /// The graph of one compute layer alone: its whole input is there from the start.
    ///
    /// # Errors
    /// As [`DataflowGraph::build`].
    pub fn single(
        net: &Network,
        arch: &Arch,
        mapping: &Mapping,
        layer: LayerId,
    ) -> Result<DataflowGraph, GraphError> {
        let map = mapping.layer(layer).ok_or_else(|| missing(net, layer))?;
        let mut b = Builder {
            net,
            arch,
            graph: DiGraph::new(),
            value: BTreeMap::new(),
        };
        let (input, pad) = (map.geometry.input, map.geometry.pad);
        let source = b.graph.add_node(Station {
            layer,
            output: input,
            ..b.station(net.inputs(layer)[0], StationKind::Source)
        });
        b.graph[source].blocks = b.source_blocks(input, [pad[0], pad[2]]);
        b.value.insert(net.inputs(layer)[0], (source, input));
        b.add(layer, mapping)?;
        let sink = b.value[&layer].0;
        let graph = DataflowGraph {
            graph: b.graph,
            sink,
        };
        graph.check()?;
        Ok(graph)
    }
}

fn missing(net: &Network, layer: LayerId) -> GraphError {
    GraphError::NotMapped(net.layer(layer).name.clone())
}

pub(super) struct Builder<'a> {
    pub(super) net: &'a Network,
    pub(super) arch: &'a Arch,
    pub(super) graph: DiGraph<Station, Stream>,
    /// The station that holds each layer's value, and the shape the value has there.
    pub(super) value: BTreeMap<LayerId, (NodeIndex, Shape)>,
}

impl Builder<'_> {
    pub(super) fn station(&self, id: LayerId, kind: StationKind) -> Station {
        let layer = self.net.layer(id);
        Station {
            name: layer.name.clone(),
            kind,
            layer: id,
            output: layer.shape,
            blocks: Blocks::new(layer.shape, layer.shape.w, layer.shape.h),
            inputs_per_position: layer.shape.c as u64,
            inputs_per_firing: 0,
            activations: 0,
            fused: Vec::new(),
        }
    }

    /// A pool with a single output position adds up its input as it comes and holds one value per channel: it fires once per
    /// block of its producer, up to the last that its window reaches, and yields with the last firing.
    fn adding_up(&self, pool: Station, window: Window, input: LayerId) -> (Station, Window) {
        let (from, held) = self.value[&input];
        let shape = self.net.layer(input).shape;
        let single = (pool.output.h, pool.output.w) == (1, 1);
        if !single || (held.h, held.w) != (shape.h, shape.w) {
            return (pool, window);
        }
        let producer = &self.graph[from].blocks;
        let firings = window.need(producer, &pool.blocks, 0);
        let positions = producer.rows * producer.columns;
        let inputs = (pool.output.c * positions) as u64;
        let pool = Station {
            blocks: Blocks {
                lead: firings as usize - 1,
                ..pool.blocks
            },
            inputs_per_firing: inputs.min(pool.inputs_per_position),
            ..pool
        };
        (pool, Window::Running)
    }

    /// Digital stations fire once per block of the station that feeds them, on what its block becomes under their
    /// stride; or per row where rows are streamed, and per position where the whole image is there.
    fn digital_blocks(&self, output: Shape, window: Window, inputs: &[LayerId]) -> Blocks {
        if self.arch.mapping.fold == Fold::Semi {
            return Blocks::new(output, output.w, 1);
        }
        let feeder = inputs.iter().map(|input| self.value[input].0).max();
        let fed = feeder.map(|n| &self.graph[n]);
        match (fed, window) {
            (Some(fed), Window::Sliding { stride, .. }) if fed.kind != StationKind::Source => {
                let blocks = &fed.blocks;
                Blocks::new(output, blocks.columns / stride[1], blocks.rows / stride[0])
            }
            _ => Blocks::new(output, 1, 1),
        }
    }

    /// Row by row with padding rows on top and at the bottom where the machine streams rows; row by row where the links to
    /// the memory outside take time; the whole image at once otherwise.
    pub(super) fn source_blocks(&self, output: Shape, [lead, tail]: [usize; 2]) -> Blocks {
        let streams = kind::of(self.arch).streams_rows() && self.arch.mapping.fold == Fold::Semi;
        let by_row = Blocks::new(output, output.w, 1);
        if streams {
            Blocks {
                lead,
                tail,
                ..by_row
            }
        } else if kind::off_chip_rate(self.arch).is_some() {
            by_row
        } else {
            Blocks::new(output, output.w, output.h)
        }
    }

    /// The station that sends the values of a layer over the links to the memory outside, block by block as they come.
    pub(super) fn results(&mut self, id: LayerId) -> NodeIndex {
        let (from, _) = self.value[&id];
        let producer = &self.graph[from];
        let station = Station {
            name: format!("results of {}", self.net.layer(id).name),
            output: producer.output,
            blocks: Blocks {
                lead: 0,
                tail: 0,
                ..producer.blocks
            },
            ..self.station(id, StationKind::Results)
        };
        let stream = Stream {
            values: station.output.len() as u64,
            bits: self.arch.format.input_bits,
            window: Window::POINT,
        };
        let node = self.graph.add_node(station);
        self.graph.add_edge(from, node, stream);
        node
    }

    /// Padding rows (top, bottom) of the convolutions that take the values of `id`, directly or through layers fused
    /// into its station; the most any of them needs.
    pub(super) fn padding_of_consumers(&self, id: LayerId) -> [usize; 2] {
        let mut most = [0; 2];
        for next in self.net.consumers(id) {
            let layer = self.net.layer(next);
            let pad = match (&layer.op, self.net.dataflow(next)) {
                (Op::Conv(c), _) => [c.pad[0], c.pad[2]],
                (_, Dataflow::Fused { .. }) => self.padding_of_consumers(next),
                _ => [0; 2],
            };
            most = [most[0].max(pad[0]), most[1].max(pad[1])];
        }
        most
    }

    pub(super) fn add(&mut self, id: LayerId, mapping: &Mapping) -> Result<(), GraphError> {
        let layer = self.net.layer(id);
        let inputs = self.net.inputs(id);
        match self.net.dataflow(id) {
            Dataflow::Source => {
                let node = Station {
                    blocks: self.source_blocks(layer.shape, self.padding_of_consumers(id)),
                    ..self.station(id, StationKind::Source)
                };
                self.insert(id, node, &[], Window::POINT);
            }
            Dataflow::Product => {
                let map = mapping.layer(id).ok_or_else(|| missing(self.net, id))?;
                let blocks =
                    Blocks::new(layer.shape, map.unroll * map.replicas[0], map.replicas[1]);
                let node = Station {
                    blocks,
                    ..self.station(id, StationKind::Compute)
                };
                let g = &map.geometry;
                let window = if g.is_gemm {
                    Window::Whole
                } else {
                    let reach = [0, 1].map(|a| (g.kernel[a] - 1) * g.dilation[a] + 1);
                    Window::Sliding {
                        reach,
                        stride: g.stride,
                        pad: [g.pad[0], g.pad[1]],
                    }
                };
                self.insert(id, node, &inputs, window);
            }
            Dataflow::Digital(unit) => {
                let kind = match unit.work {
                    DigitalWork::Pool => StationKind::Pool,
                    DigitalWork::Add => StationKind::Add,
                    DigitalWork::Concat => StationKind::Concat,
                    DigitalWork::Move => StationKind::Digital,
                };
                let window = Window::of(unit.reach);
                let blocks = self.digital_blocks(layer.shape, window, &inputs);
                let node = Station {
                    inputs_per_position: unit.reads as u64,
                    inputs_per_firing: (unit.reads * blocks.columns * blocks.rows) as u64,
                    blocks,
                    ..self.station(id, kind)
                };
                let (node, window) = match kind {
                    StationKind::Pool => self.adding_up(node, window, inputs[0]),
                    _ => (node, window),
                };
                self.insert(id, node, &inputs, window);
            }
            Dataflow::Fused { evaluates } => {
                let (node, shape) = self.value[&inputs[0]];
                let station = &mut self.graph[node];
                station.fused.push(layer.name.clone());
                if evaluates {
                    station.activations += shape.len() as u64;
                }
                // Values keep their place under a new name; a changed shape makes the next window the whole image.
                let shape = if layer.shape.h == shape.h && layer.shape.w == shape.w {
                    layer.shape
                } else {
                    shape
                };
                self.value.insert(id, (node, shape));
            }
        }
        Ok(())
    }

    fn insert(&mut self, id: LayerId, station: Station, inputs: &[LayerId], window: Window) {
        let output = station.output;
        let node = self.graph.add_node(station);
        for &input in inputs {
            let (from, held) = self.value[&input];
            let shape = self.net.layer(input).shape;
            let window = if (held.h, held.w) == (shape.h, shape.w) {
                window
            } else {
                Window::Whole
            };
            let stream = Stream {
                values: held.len() as u64,
                bits: self.arch.format.input_bits,
                window,
            };
            self.graph.add_edge(from, node, stream);
        }
        self.value.insert(id, (node, output));
    }
}
