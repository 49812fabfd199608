//! Published links between chips: they follow nothing of a machine but their number.

use crate::cost::cost_law::CostLaw;
use crate::cost::figures::{Figures, NoFigures};
use crate::cost::key::Key;
use crate::cost::node::Class;
use crate::cost::point::Point;
use crate::part::{Confidence, PartKind};

pub(crate) struct Link;

impl CostLaw for Link {
    fn name(&self) -> &'static str {
        "link"
    }

    fn parts(&self) -> &'static [PartKind] {
        &[PartKind::ChipLink, PartKind::Dram]
    }

    fn source(&self, _: &Point) -> &'static str {
        "law link: figures of a link stay"
    }

    fn confidence(&self, _: &Point) -> Confidence {
        Confidence::Derived
    }

    fn follows(&self) -> &'static [Key] {
        &[]
    }

    fn node(&self) -> Class {
        Class::Stays
    }

    fn figures(&self, _: PartKind, _: &Point) -> Result<Figures, NoFigures> {
        Ok(Figures::new(1.0, 1.0, 1.0))
    }
}
