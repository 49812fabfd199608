//! The static plan of a run: everything that is known before the first tick (`docs/timing.md`).
//!
//! Plain integers, indices into the plan's own lists. The engines move a plan through time and know nothing of
//! networks, machines or mappings; pictures and closed forms are drawn from it as well.

use super::actions::ActionTable;
use crate::graph::{Blocks, StationKind, Window};
use std::ops::Range;

/// A mapped network on its machine, ready to run.
#[derive(Debug, Clone, PartialEq)]
pub struct Plan {
    /// One per node of the dataflow graph, in its order (network order).
    pub stations: Vec<StationPlan>,
    /// One per edge of the dataflow graph, in its order.
    pub edges: Vec<EdgePlan>,
    /// Routes of messages and of partial sums.
    pub routes: Vec<RoutePlan>,
    /// Links that any route uses.
    pub links: Vec<LinkPlan>,
    /// Packets that each queue behind a link holds, 1 or more.
    pub queues: Vec<u64>,
    /// Tiles in use; each has a bus, a buffer port and digital units. The links to the memory outside the chips, where they
    /// take time, are the bus of one more tile.
    pub tiles: usize,
    /// The tile whose bus stands for these links.
    pub off_chip: Option<usize>,
    /// Bytes of one tile's buffer.
    pub buffer_bytes: u64,
    /// Bits of one flit.
    pub flit_bits: u32,
    /// The station whose last result ends an image.
    pub sink: usize,
}

/// One station: fires once per block of output positions.
#[derive(Debug, Clone, PartialEq)]
pub struct StationPlan {
    /// Layer name.
    pub name: String,
    /// What it does.
    pub kind: StationKind,
    /// Its values come from outside the machine (the source).
    pub outside: bool,
    /// Ticks from start until crossbars or unit begin.
    pub fetch: u64,
    /// Ticks a firing takes crossbars or unit.
    pub occupancy: u64,
    /// The part of `occupancy` in which crossbars wait for the converters.
    pub adc_wait: u64,
    /// Ticks from the end of the occupancy until the result is written.
    pub drain: u64,
    /// Blocks of output positions, one per firing.
    pub blocks: Blocks,
    /// Tiles whose buses and buffer ports a firing takes (each for the same ticks) and, if `digital`, whose units.
    pub tiles: Range<usize>,
    /// Ticks a fetch takes of the bus of each tile.
    pub bus_ticks: u64,
    /// Ticks a fetch takes of the buffer port of each tile.
    pub port_ticks: u64,
    /// Whether it takes the digital units of its tiles while it works.
    pub digital: bool,
    /// What one firing does, the network left out.
    pub actions: ActionTable,
    /// Routes of the partial sums of one firing; its result is finished when all of them have arrived.
    pub reduce: Vec<usize>,
    /// Actions of the network for the partial sums of one firing, and for the rows that crossbars which buffer them send.
    pub reduce_traffic: Traffic,
    /// Incoming edges, ascending.
    pub inputs: Vec<usize>,
    /// Outgoing edges, ascending.
    pub outputs: Vec<usize>,
}

/// One stream of blocks between two stations.
#[derive(Debug, Clone, PartialEq)]
pub struct EdgePlan {
    /// Producer.
    pub from: usize,
    /// Consumer.
    pub to: usize,
    /// Which blocks a firing needs and when they are released.
    pub window: Window,
    /// Blocks the buffers hold for this edge; `None` where they are never short.
    pub capacity: Option<u64>,
    /// Blocks it must hold for the network to run at all.
    pub demand: u64,
    /// Bytes of one block.
    pub bytes: u64,
    /// Tiles whose buffers hold the blocks; a write takes their ports.
    pub tiles: Range<usize>,
    /// Bytes of one block in each of these tiles.
    pub tile_bytes: u64,
    /// Ticks the write of a block takes of the port of each tile.
    pub write_ticks: u64,
    /// Routes of the messages of one block, which has arrived when all of them have; none where they take no time.
    pub routes: Vec<usize>,
    /// Actions of the network for one block.
    pub traffic: Traffic,
}

/// What a message costs the network, whether it takes time or not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Traffic {
    /// Flits through routers, all copies of the message.
    pub router_flits: u64,
    /// Flits over links between chips.
    pub chip_flits: u64,
}

impl std::ops::AddAssign for Traffic {
    fn add_assign(&mut self, o: Traffic) {
        self.router_flits += o.router_flits;
        self.chip_flits += o.chip_flits;
    }
}

/// The tree of links of one kind of packet: what the tiles of a router send together.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RoutePlan {
    /// Links, each after the one before it.
    pub hops: Vec<Hop>,
    /// Ticks of a packet that only turns round in its own router; without meaning if there are hops.
    pub turn_ticks: u64,
}

/// One link of a route.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hop {
    /// The link.
    pub link: usize,
    /// The queue behind it that the packet takes a slot of.
    pub queue: usize,
    /// The hop before; `None` for those that leave the source's router.
    pub parent: Option<usize>,
    /// Whether the packet is for tiles of the router behind.
    pub destination: bool,
    /// Flits of the packet that tiles behind the link need; no more than over the hop before.
    pub flits: u64,
}

/// One link.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LinkPlan {
    /// Ticks until the head is in the router behind.
    pub hop_ticks: u64,
    /// Ticks between flits.
    pub flit_ticks: u64,
    /// Router before, as (x, y) on the grid of all chips side by side; on a tree (number, level).
    pub from: (u64, u64),
    /// Router behind.
    pub to: (u64, u64),
    /// Whether it joins two chips.
    pub chip_link: bool,
}

impl Plan {
    /// Firings of one image, all stations.
    pub fn firings(&self) -> u64 {
        self.stations.iter().map(|s| s.blocks.count()).sum()
    }

    /// Steady interval if nothing contended: the station that is occupied longest by one image.
    pub fn busiest_ticks(&self) -> u64 {
        let ticks = |s: &StationPlan| s.blocks.count() * s.occupancy;
        self.stations.iter().map(ticks).max().unwrap_or(0)
    }

    /// Whether no station can hold up another but by the blocks it sends: nothing is shared and no buffer is short. The
    /// only rings of waits are then those of each station with itself, and the steady interval is that of the busiest
    /// (the greatest cycle mean of a max-plus linear system).
    pub fn is_free_of_contention(&self) -> bool {
        let alone = |s: &StationPlan| {
            s.bus_ticks == 0 && s.port_ticks == 0 && !s.digital && s.reduce.is_empty()
        };
        let free = |e: &EdgePlan| e.capacity.is_none() && e.write_ticks == 0 && e.routes.is_empty();
        self.stations.iter().all(alone) && self.edges.iter().all(free)
    }
}
