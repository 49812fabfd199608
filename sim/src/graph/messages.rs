//! What travels between tiles: the only list of who sends what to whom. Placement measures it, the cycle engine sends it.
//!
//! It follows from the graph and the numbering of tiles, wherever the tiles sit.
//!
//! - **Values.** The last tile of a station sends its results to every tile of each consumer, one message a firing. A station
//!   without crossbars works in the last tile of the station that feeds it first. The image itself comes from the host.
//! - **Partial sums.** If the arrays of a copy span several tiles, its first tile sends partial sums along all others to the
//!   last. Copies move in lock-step.
//! - **Packets** of phased machines, one value each (SemiMap). Where inside a layer a value is needed is not laid out: packets
//!   go from the middle of the producer's tiles to the middle of the consumer's, partial sums from the middle of a layer to
//!   its end, where its adders are. Arrays side by side that share inputs pass them on, each to its neighbour, within the
//!   same phase (adjacent multicast): one router per packet passed on, wherever they sit. Copies that a row buffer hands to
//!   the crossbars beside it are not counted as packets.

use super::{DataflowGraph, StationKind};
use crate::kind::{self, Travel};
use crate::map::{LayerMap, Mapping};
use crosscut_arch::Arch;
use petgraph::graph::{EdgeIndex, NodeIndex};
use std::ops::Range;
use std::sync::Arc;

/// Messages of one kind: the same tiles and the same length every time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// Tile that sends; tiles are numbered in mapping order.
    pub from: u64,
    /// Tiles that receive, ascending; each value goes to all of them along one tree.
    pub to: Arc<[u64]>,
    /// Flits of one message; on phased machines packets.
    pub flits: u64,
    /// Messages of one image.
    pub times: u64,
}

/// All messages of a mapped network.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Messages {
    /// By edge of the graph: the messages of one block of the producer, which leave together. None from the source, since
    /// the image comes from the host.
    pub values: Vec<Vec<Message>>,
    /// By station: the messages of the partial sums of one firing, which leave together.
    pub sums: Vec<Vec<Message>>,
    /// By station: packets that neighbours pass on in one firing, through one router each.
    pub relayed: Vec<u64>,
    /// Packets that neighbours pass on in one image, all stations.
    pub relayed_of_image: u64,
}

impl Messages {
    /// Of a graph and the mapping it was built from.
    pub fn of(graph: &DataflowGraph, arch: &Arch, mapping: &Mapping) -> Messages {
        let list = List {
            graph,
            arch,
            mapping,
        };
        let mut out = Messages::default();
        for n in graph.graph.node_indices() {
            let station = &graph.graph[n];
            let (mut sums, mut relayed) = (Vec::new(), 0);
            if let Some(map) = station.layer_map(mapping) {
                if kind::of(arch).travel() == Travel::Packets {
                    sums.extend(list.packets_of_sums(n, map));
                    relayed = self::relayed(arch, map);
                } else {
                    sums = list.partial_sums(n, map);
                }
            }
            out.relayed_of_image += relayed * station.blocks.count();
            out.sums.push(sums);
            out.relayed.push(relayed);
        }
        let edges = graph.graph.edge_indices();
        out.values = edges.map(|e| list.values(e)).collect();
        out
    }

    /// Every message from tile to tile.
    pub fn all(&self) -> impl Iterator<Item = &Message> {
        self.values
            .iter()
            .flatten()
            .chain(self.sums.iter().flatten())
    }
}

struct List<'a> {
    graph: &'a DataflowGraph,
    arch: &'a Arch,
    mapping: &'a Mapping,
}

impl List<'_> {
    fn tiles(&self, n: NodeIndex) -> Range<u64> {
        self.graph.tiles(n, self.arch, self.mapping)
    }

    fn flits(&self, bits: u64) -> u64 {
        bits.div_ceil(u64::from(self.arch.noc.params.flit_bits))
    }

    /// The values of an edge.
    fn values(&self, e: EdgeIndex) -> Vec<Message> {
        let graph = &self.graph.graph;
        let Some((source, target)) = graph.edge_endpoints(e) else {
            return Vec::new();
        };
        let (producer, stream) = (&graph[source], &graph[e]);
        if matches!(producer.kind, StationKind::Source | StationKind::Results) {
            return Vec::new();
        }
        let times = producer.blocks.yielding();
        let values = stream.values.div_ceil(times);
        let from = self.tiles(source);
        let to = self.graph.receiving_tiles(target, self.arch, self.mapping);
        vec![if kind::of(self.arch).travel() == Travel::Packets {
            Message {
                from: middle(&from),
                to: only(middle(&to)),
                flits: values,
                times,
            }
        } else {
            Message {
                from: from.end - 1,
                to: to.collect(),
                flits: self.flits(values * u64::from(stream.bits)),
                times,
            }
        }]
    }

    /// Partial sums of a layer whose copies span several tiles: each copy's tiles pass their sums along to its last tile,
    /// which takes the sums of the tile before, adds its own and hands them on.
    fn partial_sums(&self, n: NodeIndex, map: &LayerMap) -> Vec<Message> {
        let (tiles, copies) = (self.tiles(n), map.copies());
        let span = (tiles.end - tiles.start) / copies;
        // Tiles whose arrays hold different outputs of the same rows have nothing to add up.
        if !map.adds_partial_sums() || span < 2 {
            return Vec::new();
        }
        let sums = (map.geometry.output.c * map.unroll) as u64;
        let flits = self.flits(sums * u64::from(map.sum_bits(self.arch)));
        let times = self.graph.graph[n].blocks.count();
        let of_copy = |copy| {
            let first = tiles.start + copy * span;
            Message {
                from: first,
                to: (first + 1..first + span).collect(),
                flits,
                times,
            }
        };
        (0..copies).map(of_copy).collect()
    }

    /// Partial sums of a firing on their way to the adders; none if one row group holds all rows of each output.
    fn packets_of_sums(&self, n: NodeIndex, map: &LayerMap) -> Option<Message> {
        let tiles = self.tiles(n);
        (map.adds_partial_sums() && map.roles.reduce > 0).then(|| Message {
            from: middle(&tiles),
            to: only(tiles.end - 1),
            flits: map.partial_sums_of_a_firing(self.arch),
            times: self.graph.graph[n].blocks.count(),
        })
    }
}

/// The tile in the middle: where packets of phased machines start and end.
fn middle(tiles: &Range<u64>) -> u64 {
    tiles.start + (tiles.end - tiles.start) / 2
}

fn only(tile: u64) -> Arc<[u64]> {
    Arc::new([tile])
}

/// Packets that neighbours pass on in one firing: every row of an array beyond the first of its row group.
fn relayed(arch: &Arch, map: &LayerMap) -> u64 {
    let widths = map.hardware_slices();
    let passed = widths.iter().map(|&w| {
        let a = map.activity(arch, w);
        a.driven_rows - a.fetched_rows
    });
    passed.sum::<u64>() * map.replicas[1] as u64
}
