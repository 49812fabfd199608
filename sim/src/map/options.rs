//! What the user may choose about a mapping; everything else follows from the machine.

use std::collections::BTreeMap;

/// Where slice widths come from on semi-folded machines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SliceChoice {
    /// Per layer, the width with the fewest crossbars in total.
    #[default]
    Fewest,
    /// The widths published for this network (`slices::published`); layers without one take `Fewest`.
    Published,
}

/// Mapping choices.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct MapOptions {
    /// Rule for slice widths.
    pub slices: SliceChoice,
    /// Slice width (unroll w) of single layers, by name; wins over the rule.
    pub unroll: BTreeMap<String, usize>,
    /// Replicas rx, ry of single layers, by name.
    pub replicas: BTreeMap<String, [usize; 2]>,
    /// Replicate layers (rx first, then ry) until none needs more firings per image than this.
    pub max_firings: Option<u64>,
}
