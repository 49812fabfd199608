//! Choices that a search must do without.

use super::front::Copies;
use std::collections::BTreeSet;

/// Choices of single layers that did not fit the buffers.
#[derive(Debug, Clone, Default)]
pub(super) struct Bans {
    /// Layer, width, copies.
    copies: BTreeSet<(usize, usize, [usize; 2])>,
    /// Layer, width.
    widths: BTreeSet<(usize, usize)>,
}

impl Bans {
    /// Numbers of copies of a width that are tried before the width is given up.
    const COPIES: usize = 2;

    /// Leaves a choice out; whether that is anything new.
    pub(super) fn add(&mut self, layer: usize, width: usize, replicas: [usize; 2]) -> bool {
        let tried = (self.copies.iter()).filter(|b| (b.0, b.1) == (layer, width));
        if tried.count() >= Bans::COPIES {
            self.widths.insert((layer, width))
        } else {
            self.copies.insert((layer, width, replicas))
        }
    }

    /// Whether a choice is left.
    pub(super) fn allow(&self, layer: usize, width: usize, copies: &Copies) -> bool {
        !self.widths.contains(&(layer, width))
            && !self.copies.contains(&(layer, width, copies.replicas))
    }
}
