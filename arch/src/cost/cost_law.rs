//! What a cost law answers.

use super::figures::{Figures, NoFigures};
use super::key::Key;
use super::node::Class;
use super::point::Point;
use crate::part::{Confidence, PartKind};

/// A cost law.
pub(crate) trait CostLaw: Sync {
    /// Its name in TOML and in the source of a figure.
    fn name(&self) -> &'static str;

    /// Parts it is for.
    fn parts(&self) -> &'static [PartKind];

    /// Where it comes from; the source of a cost that names no other.
    fn source(&self, p: &Point) -> &'static str;

    /// How well it is founded.
    fn confidence(&self, _: &Point) -> Confidence {
        Confidence::Read
    }

    /// What of a machine it follows, the node aside.
    fn follows(&self) -> &'static [Key];

    /// What its figures follow from one node to another.
    fn node(&self) -> Class;

    /// Whether its static power is a power, and not only what a published one is in proportion to.
    fn knows_static_power(&self) -> bool {
        true
    }

    /// Figures of one instance of a part at [`Figures::node_nm`], or why there are none.
    fn figures(&self, kind: PartKind, p: &Point) -> Result<Figures, NoFigures>;
}
