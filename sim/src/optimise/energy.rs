//! Energy of the choices of a layer, before there is a plan: actions of its crossbars and digital parts.

use super::front::Copies;
use super::space::{Space, Width};
use crate::counts::Counts;
use crate::cycle::parts;
use crosscut_arch::{Arch, PartKind};

/// Picojoules of counted actions; parts without a cost are free.
pub(super) fn picojoules(arch: &Arch, counts: &Counts) -> f64 {
    let cost = |kind| arch.part(kind).map_or(0.0, |p| p.energy_pj);
    counts.0.iter().map(|(&k, &n)| n as f64 * cost(k)).sum()
}

/// What a layer with one slice width spends.
struct Spent {
    /// For all that does not depend on the copies: a slice of a row fires once, on one copy or another.
    actions_pj: f64,
    /// For each adder and each buffer crossbar, in every firing; 0 where digital units do it.
    adder_pj: f64,
    buffer_pj: f64,
}

impl Spent {
    fn of(arch: &Arch, width: &Width) -> Spent {
        let mode = |kind| arch.part(kind).map_or(0.0, |p| p.energy_pj);
        // Adders that have nothing to add do not act.
        let adds = f64::from(u8::from(width.map.adds_partial_sums()));
        Spent {
            actions_pj: picojoules(arch, &parts::of_layer(&width.map, arch)),
            adder_pj: adds * mode(PartKind::ReduceMode),
            buffer_pj: mode(PartKind::BufferMode),
        }
    }
}

/// What every choice of every layer spends on an image.
pub(super) struct Energies(Vec<Vec<Spent>>);

impl Energies {
    pub(super) fn new(arch: &Arch, spaces: &[Space]) -> Energies {
        let of_space = |s: &Space| s.widths.iter().map(|w| Spent::of(arch, w)).collect();
        Energies(spaces.iter().map(of_space).collect())
    }

    /// Picojoules of an image in a layer that is cut and copied so.
    pub(super) fn of(&self, layer: usize, width: usize, c: &Copies) -> f64 {
        let spent = &self.0[layer][width];
        let modes = c.reduce as f64 * spent.adder_pj + c.buffer as f64 * spent.buffer_pj;
        spent.actions_pj + modes * c.firings as f64
    }
}
