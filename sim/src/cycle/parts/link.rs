//! Routers and links of the network.
//!
//! How long a message takes follows from its route, hop by hop (`docs/timing.md`, Network). Actions: one per flit and
//! router it passes, one per byte over a link between chips.

use crate::counts::Counts;
use crate::cycle::plan::Traffic;
use crate::units::bytes;
use crosscut_arch::PartKind;

/// Actions of `messages` messages that cost `traffic` each, in flits of `flit_bits` bits.
pub fn count(traffic: &Traffic, flit_bits: u32, messages: u64, counts: &mut Counts) {
    counts.add(PartKind::Router, messages * traffic.router_flits);
    let link = bytes(traffic.chip_flits, flit_bits);
    counts.add(PartKind::ChipLink, messages * link);
}
