//! Published buses: wires across a tile. The energy of a byte goes by the length of a wire, area and static power by wires x
//! length x pitch. The length is the side of a square with the area of the tile's other parts. Action: one byte.

use crate::cost::cost_law::CostLaw;
use crate::cost::figures::{Figures, NoFigures};
use crate::cost::key::{self, Key};
use crate::cost::node::Class;
use crate::cost::point::Point;
use crate::part::{Confidence, PartKind};

pub(crate) struct TileBus;

impl CostLaw for TileBus {
    fn name(&self) -> &'static str {
        "wire"
    }

    fn parts(&self) -> &'static [PartKind] {
        &[PartKind::Bus]
    }

    fn source(&self, _: &Point) -> &'static str {
        "law wire: by wires and the side of a tile"
    }

    fn confidence(&self, _: &Point) -> Confidence {
        Confidence::Derived
    }

    fn follows(&self) -> &'static [Key] {
        &[key::BUS_BYTES, key::TILE]
    }

    fn node(&self) -> Class {
        Class::Stays
    }

    fn figures(&self, _: PartKind, p: &Point) -> Result<Figures, NoFigures> {
        // Without areas the length stays.
        let length = if p.tile_um > 0.0 { p.tile_um } else { 1.0 };
        let area = p.bus_bytes * length * p.nm;
        Ok(Figures::new(length, area, area))
    }
}
