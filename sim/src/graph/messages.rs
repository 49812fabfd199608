//! What travels between tiles: the only list of who sends what to whom. Placement measures it, the cycle engine sends it.
//!
//! It follows from the graph and the numbering of tiles, wherever the tiles sit.
//!
//! - **Values.** Every tile sends what it holds of a block ([`Layout`]) to the tiles that need it ([`Takers`]): those whose
//!   row groups take the map and whose copies look at the position. What goes to the same tiles is one message. A station
//!   without crossbars works and sends where its values are. The image itself comes from the host.
//! - **Partial sums.** If the arrays of a copy span several tiles, each output ends in one of them; the others hand their
//!   sums on, tile by tile, from either side. Where crossbars add, arrays send their sums to the adders of their copy.
//! - **Rows** of layers whose inputs crossbars buffer: from there to the arrays that share them, in every firing.
//!
//! On phased machines a message is that many packets of one value each (SemiMap).

use super::copies::Copies;
use super::layout::Layout;
use super::meet::{Parcel, parcels};
use super::takers::Takers;
use super::{Blocks, DataflowGraph, Station, StationKind, Window, sums};
use crate::kind::{self, Travel};
use crate::map::{LayerMap, Mapping};
use crosscut_arch::Arch;
use petgraph::Direction;
use petgraph::graph::{EdgeIndex, NodeIndex};
use petgraph::visit::EdgeRef;
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
    /// By station: the messages of one firing with which crossbars that buffer rows drive the arrays.
    pub rows: Vec<Vec<Message>>,
}

impl Messages {
    /// Of a graph and the mapping it was built from.
    pub fn of(graph: &DataflowGraph, arch: &Arch, mapping: &Mapping) -> Messages {
        let mut list = List {
            graph,
            arch,
            mapping,
            copies: Vec::new(),
            layouts: Vec::new(),
        };
        let mut out = Messages::default();
        for n in graph.graph.node_indices() {
            let station = &graph.graph[n];
            let copies = list.copies(station);
            list.copies.push(copies);
            let layout = list.layout(n);
            list.layouts.push(layout);
            let (sums, rows) = list.inside(n);
            out.sums.push(sums);
            out.rows.push(rows);
        }
        let edges = graph.graph.edge_indices();
        out.values = edges.map(|e| list.values(e)).collect();
        out
    }

    /// Every message from tile to tile.
    pub fn all(&self) -> impl Iterator<Item = &Message> {
        let lists = self.values.iter().chain(&self.sums).chain(&self.rows);
        lists.flatten()
    }
}

/// The longest list of messages for one block: an image has 65,536 of an edge or fewer, as far as the limits of a block allow.
fn longest(blocks: u64) -> usize {
    (65_536 / blocks.max(1)).clamp(32, 1024) as usize
}

struct List<'a> {
    graph: &'a DataflowGraph,
    arch: &'a Arch,
    mapping: &'a Mapping,
    /// By station so far.
    copies: Vec<Option<Copies>>,
    layouts: Vec<Option<Layout>>,
}

impl List<'_> {
    fn copies(&self, station: &Station) -> Option<Copies> {
        let map = station.layer_map(self.mapping)?;
        let place = self.mapping.place(station.layer)?;
        Some(Copies::of(map, place.first_pe, self.arch))
    }

    fn layer(&self, n: NodeIndex) -> Option<(&LayerMap, &Copies)> {
        let map = self.graph.graph[n].layer_map(self.mapping)?;
        Some((map, self.copies[n.index()].as_ref()?))
    }

    /// Tiles of the crossbars of a station without weights: those that take its inputs and those that hold its results.
    fn unit(&self, station: &Station) -> Option<[Vec<u64>; 2]> {
        if station.kind == StationKind::Results {
            return None;
        }
        let unit = self
            .mapping
            .units
            .iter()
            .find(|u| u.layer == station.layer)?;
        let place = self.mapping.place(station.layer)?;
        let per_pe = u64::from(self.arch.pe.crossbars);
        let per_tile = per_pe * u64::from(self.arch.tile.pes);
        let first = place.first_pe * per_pe;
        let tiles = (first..first + unit.roles.total()).map(|c| c / per_tile);
        let tiles: Vec<u64> = tiles.collect();
        if tiles.is_empty() {
            return None;
        }
        // A crossbar that pools stands beside the one that buffers for it.
        let paired = unit.roles.buffer == unit.roles.pool && unit.roles.reduce == 0;
        let every = |skip: usize| match paired {
            true => tiles.iter().copied().skip(skip).step_by(2).collect(),
            false => tiles.clone(),
        };
        Some([every(0), every(1)])
    }

    /// Where a station's results are; nothing for the source, and for a station that has none.
    fn layout(&self, n: NodeIndex) -> Option<Layout> {
        let station = &self.graph.graph[n];
        let (blocks, maps) = (&station.blocks, station.output.c);
        if station.kind == StationKind::Source || station.output.c == 0 {
            return None;
        }
        if let Some((map, copies)) = self.layer(n) {
            return Some(Layout::of_layer(map, copies, blocks));
        }
        if let Some([_, results]) = self.unit(station) {
            return Some(Layout::in_order(&results, blocks, maps));
        }
        let fed = self.graph.feeder(n).and_then(|(feeder, e)| {
            let layout = self.layouts[feeder.index()].as_ref()?;
            Some(layout.follow(self.graph.graph[e].window, blocks, maps))
        });
        let beside_the_source = || Layout::in_order(&[0], blocks, maps);
        Some(fed.unwrap_or_else(beside_the_source))
    }

    /// What the crossbars of a station send each other: sums, then rows.
    fn inside(&self, n: NodeIndex) -> (Vec<Message>, Vec<Message>) {
        let Some((map, copies)) = self.layer(n) else {
            return (Vec::new(), Vec::new());
        };
        let times = self.graph.graph[n].blocks.count();
        let sums = match map.adds_partial_sums() {
            false => Vec::new(),
            true if map.roles.reduce > 0 => sums::to_adders(map, self.arch, copies),
            true => sums::chained(map, self.arch, copies),
        };
        let rows = sums::from_buffers(map, copies);
        let bits = u64::from(map.sum_bits(self.arch));
        (
            self.messages(sums, bits, times),
            self.messages(rows, u64::from(self.arch.format.input_bits), times),
        )
    }

    /// The values of an edge.
    fn values(&self, e: EdgeIndex) -> Vec<Message> {
        let graph = &self.graph.graph;
        let Some((source, target)) = graph.edge_endpoints(e) else {
            return Vec::new();
        };
        let Some(layout) = &self.layouts[source.index()] else {
            return Vec::new();
        };
        // What has left the machine travels no more.
        if graph[source].kind == StationKind::Results {
            return Vec::new();
        }
        let stream = &graph[e];
        let times = graph[source].blocks.yielding();
        let takers = self.takers(e, source, target);
        let parcels = parcels(layout, &takers, (stream.values, times), longest(times));
        self.messages(parcels, u64::from(stream.bits), times)
    }

    fn takers(&self, e: EdgeIndex, source: NodeIndex, target: NodeIndex) -> Takers {
        let graph = &self.graph.graph;
        let (held, window) = (graph[source].output, graph[e].window);
        let (consumer, blocks) = (&graph[target], &graph[target].blocks);
        if let Some((map, copies)) = self.layer(target) {
            return Takers::of_layer(map, copies, window, blocks, held);
        }
        if let Some([inputs, _]) = self.unit(consumer) {
            // Crossbars that buffer hold the input as it lies.
            let row = Blocks::new(held, held.w, 1);
            let layout = Layout::in_order(&inputs, &row, held.c);
            return Takers::of_layout(&layout, Window::POINT, &row, held, 0..held.c);
        }
        // A concatenation takes the maps of its inputs one after the other.
        let maps = match consumer.kind {
            StationKind::Concat => {
                let inputs = graph.edges_directed(target, Direction::Incoming);
                let before = inputs.filter(|i| i.id() < e);
                let first = before.map(|i| graph[i.source()].output.c).sum();
                first..first + held.c
            }
            _ => 0..consumer.output.c,
        };
        let layout = self.layouts[target.index()].as_ref();
        let none = || Layout::in_order(&[0], blocks, consumer.output.c);
        let layout = layout.cloned().unwrap_or_else(none);
        Takers::of_layout(&layout, window, blocks, held, maps)
    }

    /// Messages with the given bits a value.
    fn messages(&self, parcels: Vec<Parcel>, bits: u64, times: u64) -> Vec<Message> {
        let flit_bits = u128::from(self.arch.noc.params.flit_bits);
        let packets = kind::of(self.arch).travel() == Travel::Packets;
        let message = |p: Parcel| {
            let (values, of) = p.values;
            let flits = match packets {
                true => values.div_ceil(of),
                false => (values * u128::from(bits)).div_ceil(of * flit_bits),
            };
            Message {
                from: p.from,
                to: p.to,
                flits: flits as u64,
                times,
            }
        };
        parcels.into_iter().map(message).collect()
    }
}
