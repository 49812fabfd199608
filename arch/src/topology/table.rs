//! The keys that all topologies share: as they stand in TOML, and resolved.

use crate::schema::At;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// `[noc.NAME]`: routers and links between tiles.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NocTable {
    /// Bits of one flit.
    pub flit_bits: At<u32>,
    /// Ticks in one router and the link after it.
    pub hop_ticks: At<u64>,
    /// Ticks between flits on one link.
    pub flit_ticks: At<u64>,
    /// Tiles that share one router.
    pub tiles_per_router: At<u32>,
    /// Packets the queue behind a link holds. Default 4.
    pub queue_packets: Option<At<u32>>,
    /// Routers below one router; trees only. Default 4.
    pub radix: Option<At<u32>>,
}

/// Routers and links between tiles.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct NocParams {
    /// Bits of one flit.
    pub flit_bits: u32,
    /// Ticks a flit spends in one router and the link after it.
    pub hop_ticks: u64,
    /// Ticks between flits on one link.
    pub flit_ticks: u64,
    /// Tiles that share one router.
    pub tiles_per_router: u32,
    /// Packets the queue behind a link holds.
    pub queue_packets: u32,
    /// Routers below one router of a tree.
    pub radix: u32,
}

impl NocTable {
    /// With defaults written out.
    pub(crate) fn resolve(&self) -> NocParams {
        NocParams {
            flit_bits: *self.flit_bits,
            hop_ticks: *self.hop_ticks,
            flit_ticks: *self.flit_ticks,
            tiles_per_router: *self.tiles_per_router,
            queue_packets: self.queue_packets.as_deref().copied().unwrap_or(4),
            radix: self.radix.as_deref().copied().unwrap_or(4),
        }
    }
}
