//! What lies in the buffers of the tiles, and how much room each stream has there.
//!
//! The blocks of a stream lie in the buffers of its consumer's tiles, spread evenly over them (`docs/timing.md`, Buffers).
//! Streams that lie in one tile share its bytes: each has room for its *window*, the blocks without which the network cannot
//! run, and an equal share of the bytes that are left. The shares are fixed before the run, as a compiler does; so streams
//! cannot lock each other up.

use super::{DataflowGraph, Station, StationKind, Stream};
use crate::kind;
use crate::map::{LayerMap, Mapping};
use crate::units::bytes;
use crosscut_arch::Arch;
use petgraph::graph::EdgeReference;
use petgraph::visit::EdgeRef;
use std::ops::Range;

/// What a stream asks of the buffers it lies in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    /// Tiles it lies in.
    pub tiles: Range<u64>,
    /// Blocks it must hold so that the network can run.
    pub demand: u64,
    /// Bytes of one block in each tile.
    pub tile_bytes: u64,
    /// Bytes of the running values of a pool over the whole map in each tile.
    pub running_bytes: u64,
    /// Blocks it may hold at most: one image waits at either end of the links to the memory outside, not any number.
    pub most: u64,
}

impl Claim {
    fn window(&self) -> u64 {
        self.demand * self.tile_bytes
    }
}

/// Bytes asked of a tile.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Asked {
    windows: u64,
    running: u64,
    /// By this many streams.
    streams: u64,
}

impl Asked {
    fn all(self) -> u64 {
        self.windows + self.running
    }
}

/// The claims of all streams.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claims {
    /// By index of the edge. Nothing for streams that take no room: those in the memory outside, and those in crossbars.
    pub of_edges: Vec<Option<Claim>>,
    /// Blocks that each edge must hold, wherever they lie.
    pub demands: Vec<u64>,
    /// By tile.
    asked: Vec<Asked>,
    /// Bytes of the buffer of a tile.
    buffer: u64,
}

/// A tile whose buffer cannot hold what is asked of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Short {
    /// The tile.
    pub tile: u64,
    /// Bytes that all streams ask of it.
    pub needs: u64,
    /// Edges that lie in it, those that ask most first.
    pub edges: Vec<usize>,
}

impl Claims {
    /// What the streams of a mapped network ask of the buffers.
    pub fn of(graph: &DataflowGraph, arch: &Arch, mapping: &Mapping) -> Claims {
        let shared = kind::of(arch).tiles_are_shared();
        let host = graph.off_chip_rate(arch).is_none();
        let demands = graph.demands();
        let claim = |e: EdgeReference<'_, Stream>| {
            let (producer, consumer) = (&graph.graph[e.source()], &graph.graph[e.target()]);
            // Over links that take time an image comes as buffers have room for it. What has left the machine takes no room
            // in it.
            let outside = match producer.kind {
                StationKind::Source => host,
                kind => kind == StationKind::Results,
            };
            if outside || !shared {
                return None;
            }
            let tiles = graph.tiles(e.target(), arch, mapping);
            let spread = spread(consumer.layer_map(mapping), tiles.end - tiles.start);
            let demand = demands[e.id().index()];
            let links = [StationKind::Source, StationKind::Results];
            let at_links = links.contains(&producer.kind) || links.contains(&consumer.kind);
            Some(Claim {
                tiles,
                demand,
                tile_bytes: e.weight().tile_bytes(producer, spread),
                running_bytes: running_bytes(consumer, arch).div_ceil(spread),
                most: match at_links {
                    true => demand + producer.blocks.yielding(),
                    false => u64::MAX,
                },
            })
        };
        let of_edges: Vec<Option<Claim>> = graph.graph.edge_references().map(claim).collect();
        Claims {
            asked: asked(&of_edges),
            of_edges,
            demands,
            buffer: arch.tile.buffer_bytes,
        }
    }

    /// The first tile whose buffer is too small.
    pub fn short(&self) -> Option<Short> {
        let tile = self.asked.iter().position(|a| a.all() > self.buffer)?;
        let within = |c: &Claim| c.tiles.contains(&(tile as u64));
        let edges = self.of_edges.iter().enumerate();
        let mut edges: Vec<(u64, usize)> = edges
            .filter_map(|(e, c)| {
                let c = c.as_ref().filter(|c| within(c))?;
                Some((c.window() + c.running_bytes, e))
            })
            .collect();
        edges.sort_by_key(|&(bytes, e)| (std::cmp::Reverse(bytes), e));
        Some(Short {
            tile: tile as u64,
            needs: self.asked[tile].all(),
            edges: edges.into_iter().map(|(_, e)| e).collect(),
        })
    }

    /// Blocks that each stream may hold, if no tile is short; nothing for those that take no room. A stream is held to its
    /// tightest tile.
    pub fn rooms(&self) -> Vec<Option<u64>> {
        let room = |c: &Claim| {
            let share = |tile: u64| {
                let asked = self.asked[tile as usize];
                let left = self.buffer.saturating_sub(asked.all());
                (c.window() + left / asked.streams) / c.tile_bytes
            };
            let least = c.tiles.clone().map(share).min().unwrap_or(0);
            least.min(c.most)
        };
        let rooms = self.of_edges.iter().map(|c| c.as_ref().map(room));
        rooms.collect()
    }
}

fn asked(claims: &[Option<Claim>]) -> Vec<Asked> {
    let tiles = claims.iter().flatten().map(|c| c.tiles.end).max();
    let mut asked = vec![Asked::default(); tiles.unwrap_or(0) as usize];
    for claim in claims.iter().flatten() {
        for tile in claim.tiles.clone() {
            let tile = &mut asked[tile as usize];
            tile.windows += claim.window();
            tile.running += claim.running_bytes;
            tile.streams += 1;
        }
    }
    asked
}

impl Stream {
    /// Bytes of one block.
    pub fn block_bytes(&self, producer: &Station) -> u64 {
        bytes(self.values.div_ceil(producer.blocks.yielding()), self.bits)
    }

    /// Bytes of one block in each of the tiles it is spread over.
    fn tile_bytes(&self, producer: &Station, spread: u64) -> u64 {
        self.block_bytes(producer).div_ceil(spread).max(1)
    }
}

impl DataflowGraph {
    /// Bytes per tick of the links to the memory outside; nothing where values cross them in no time. A graph in which nothing
    /// leaves over them has its input there from the start.
    pub fn off_chip_rate(&self, arch: &Arch) -> Option<f64> {
        let rate = kind::off_chip_rate(arch)?;
        let mut stations = self.graph.node_weights();
        stations
            .any(|s| s.kind == StationKind::Results)
            .then_some(rate)
    }
}

/// Tiles that share the blocks of a station's inputs: each holds the rows of its own row groups and the positions its copies
/// look at. What neighbouring copies both look at is not counted twice.
fn spread(map: Option<&LayerMap>, tiles: u64) -> u64 {
    let Some(map) = map else {
        return tiles.max(1);
    };
    let copies = map.hardware_slices().len() * map.replicas[1];
    let parts = copies * map.live_row_groups().max(1);
    tiles.clamp(1, parts as u64)
}

/// Bytes of the running values of a pool over the whole map: one per channel, wide enough for the sum of its window.
pub fn running_bytes(station: &Station, arch: &Arch) -> u64 {
    if !station.adds_up() {
        return 0;
    }
    let channels = station.output.c as u64;
    let window = (station.inputs_per_position / channels).max(1);
    let carry = u64::BITS - (window - 1).leading_zeros();
    bytes(channels, arch.format.input_bits + carry)
}
