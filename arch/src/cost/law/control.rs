//! Published control, instruction memories and vector units: in proportion to what they serve, crossbars of a PE or PEs of a
//! tile. That they grow with it and do not start from a fixed share is an assumption: no
//! text prints them for two sizes, and PUMA's are the only ones at hand.

use crate::cost::cost_law::CostLaw;
use crate::cost::figures::{Figures, NoFigures};
use crate::cost::key::{self, Key};
use crate::cost::node::Class;
use crate::cost::point::Point;
use crate::part::{Confidence, PartKind};

/// PUMA's control of a core at 32 nm: 12920 um2 for two crossbars (hardware table).
const AREA_UM2: f64 = 12_920.0 / 2.0;

pub(crate) struct Control;

impl CostLaw for Control {
    fn name(&self) -> &'static str {
        "control"
    }

    fn parts(&self) -> &'static [PartKind] {
        &[PartKind::PeControl, PartKind::TileControl]
    }

    fn source(&self, _: &Point) -> &'static str {
        "law control: by crossbars of a PE, PEs of a tile"
    }

    fn confidence(&self, _: &Point) -> Confidence {
        Confidence::Derived
    }

    fn follows(&self) -> &'static [Key] {
        &[key::CROSSBARS, key::PES]
    }

    fn node(&self) -> Class {
        Class::Logic
    }

    fn figures(&self, kind: PartKind, p: &Point) -> Result<Figures, NoFigures> {
        let served = if kind == PartKind::PeControl {
            p.crossbars
        } else {
            p.pes
        };
        let area = AREA_UM2 * served;
        Ok(Figures::new(1.0, area, area).at(32.0))
    }
}
