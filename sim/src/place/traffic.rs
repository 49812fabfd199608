//! What the messages of one image cost the network.

use crosscut_arch::{Arch, PartKind};
use serde::{Deserialize, Serialize};
use std::ops::{AddAssign, SubAssign};

/// Traffic of one image.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Traffic {
    /// Flits x routers they pass: one router per link and the first; between tiles of one router that router.
    pub flit_hops: u64,
    /// Flits x links between chips.
    pub chip_flits: u64,
}

impl Traffic {
    /// The quantity that placement lowers.
    pub fn cost(self, chip_weight: u64) -> u64 {
        self.flit_hops + chip_weight * self.chip_flits
    }

    /// Whether neither figure is above that of `other`.
    pub fn within(self, other: Traffic) -> bool {
        self.flit_hops <= other.flit_hops && self.chip_flits <= other.chip_flits
    }
}

impl AddAssign for Traffic {
    fn add_assign(&mut self, o: Self) {
        self.flit_hops += o.flit_hops;
        self.chip_flits += o.chip_flits;
    }
}

impl SubAssign for Traffic {
    fn sub_assign(&mut self, o: Self) {
        self.flit_hops -= o.flit_hops;
        self.chip_flits -= o.chip_flits;
    }
}

/// Router passes a flit between chips counts for where the machine prices either of them at nothing: links between
/// packages take some ten times the energy per bit of a hop on the chip.
const CHIP_WEIGHT: u64 = 16;

/// Router passes that a flit between chips counts for in the search: its energy on the link over that in a router, where
/// the machine prices both.
pub fn chip_weight(arch: &Arch) -> u64 {
    let energy = |kind| arch.part(kind).map_or(0.0, |p| p.energy_pj);
    let bytes = f64::from(arch.noc.params.flit_bits) / 8.0;
    let (link, router) = (energy(PartKind::ChipLink) * bytes, energy(PartKind::Router));
    if link > 0.0 && router > 0.0 {
        ((link / router).round() as u64).clamp(1, 10_000)
    } else {
        CHIP_WEIGHT
    }
}
