//! The layers of a network in consecutive groups, each of which fits.

use super::error::ReloadError;
use crate::cycle::{CycleError, Plan};
use crate::graph::{Crossing, DataflowGraph};
use crate::map::{MapOptions, Mapping, PlacementMethod};
use crate::optimise::{Budget, InUse};
use crate::place::place_on;
use crosscut_arch::{Arch, Chips};
use crosscut_traces::{LayerId, Network};
use std::fmt;
use std::ops::Range;

/// The hardware that every group has to itself, in turn.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Limit(Budget);

impl Limit {
    /// A budget; without one the chips of the machine, one where it has as many as needed.
    pub fn of(arch: &Arch, budget: Option<Budget>) -> Limit {
        Limit(budget.unwrap_or(match arch.chips {
            Chips::Exactly(n) => Budget::Chips(u64::from(n)),
            Chips::AsNeeded => Budget::Chips(1),
        }))
    }

    pub(super) fn holds(&self, arch: &Arch, mapping: &Mapping) -> bool {
        match self.0 {
            Budget::Chips(n) => mapping.chips <= n,
            Budget::Crossbars(n) => mapping.totals().total() <= n,
            Budget::AreaMm2(area) => InUse::of(mapping).area_mm2(arch) <= area,
        }
    }
}

impl fmt::Display for Limit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Layers whose weights are in the machine together.
#[derive(Debug, Clone)]
pub struct Group {
    /// All layers, by number.
    pub layers: Range<usize>,
    /// Where their weights sit.
    pub mapping: Mapping,
    /// Stations and streams.
    pub graph: DataflowGraph,
    /// Values that come from the memory outside, and that go there.
    pub crossing: Crossing,
}

/// Cuts the network into the fewest groups: each takes one more compute layer as long as it fits `limit` and its windows fit
/// the buffers. Tiles are placed by `placement`, group by group.
///
/// # Errors
/// [`ReloadError`] if the machine does not say how its cells are written, a layer does not fit alone, or the network cannot
/// be mapped.
pub fn groups(
    net: &Network,
    arch: &Arch,
    options: &MapOptions,
    placement: PlacementMethod,
    limit: Limit,
) -> Result<Vec<Group>, ReloadError> {
    if arch.device.write.is_none() {
        return Err(ReloadError::no_write(arch));
    }
    let cutter = Cutter {
        net,
        // Whether it fits is asked afterwards.
        arch: Arch {
            chips: Chips::AsNeeded,
            ..arch.clone()
        },
        options,
        limit,
        compute: net.compute_layers(),
    };
    if cutter.compute.is_empty() {
        Mapping::build(net, &cutter.arch, options)?;
    }
    let mut groups = Vec::new();
    let mut first = 0;
    while first < cutter.compute.len() {
        let (mut group, mut last) = (cutter.alone(first)?, first + 1);
        while last < cutter.compute.len() {
            let Some(longer) = cutter.group(first..last + 1)? else {
                break;
            };
            (group, last) = (longer, last + 1);
        }
        groups.push(group);
        first = last;
    }
    if placement == PlacementMethod::Optimised {
        for group in &mut groups {
            let mapping = group.mapping.clone();
            let placed = place_on(&*arch.topology(), &group.graph, &cutter.arch, mapping);
            // Other slots may lie at other routers, for which there is no area.
            if limit.holds(arch, &placed) {
                group.mapping = placed;
            }
        }
    }
    Ok(groups)
}

struct Cutter<'a> {
    net: &'a Network,
    arch: Arch,
    options: &'a MapOptions,
    limit: Limit,
    compute: Vec<LayerId>,
}

impl Cutter<'_> {
    /// Layers from one compute layer up to another, with what lies between and behind them.
    fn layers(&self, compute: Range<usize>) -> Range<usize> {
        let start = match compute.start {
            0 => 0,
            first => self.compute[first].0,
        };
        let end = self.compute.get(compute.end);
        start..end.map_or(self.net.len(), |id| id.0)
    }

    fn map(&self, compute: Range<usize>) -> Result<(Range<usize>, Mapping), ReloadError> {
        let layers = self.layers(compute);
        let mapping = Mapping::build_part(self.net, &self.arch, self.options, layers.clone())?;
        Ok((layers, mapping))
    }

    fn with_graph(&self, layers: Range<usize>, mapping: Mapping) -> Result<Group, ReloadError> {
        let graph = DataflowGraph::part(self.net, &self.arch, &mapping, &layers)?;
        let mapping = graph.fit(&self.arch, mapping);
        Plan::new(&graph, &self.arch, &mapping)?;
        Ok(Group {
            crossing: Crossing::of(self.net, &layers),
            layers,
            mapping,
            graph,
        })
    }

    /// The group of these compute layers; nothing if it does not fit.
    fn group(&self, compute: Range<usize>) -> Result<Option<Group>, ReloadError> {
        let (layers, mapping) = self.map(compute)?;
        if !self.limit.holds(&self.arch, &mapping) {
            return Ok(None);
        }
        match self.with_graph(layers, mapping) {
            Err(ReloadError::Cycle(CycleError::BufferTooSmall { .. })) => Ok(None),
            Err(e) => Err(e),
            // Layers with tiles of their own may take more of them.
            Ok(group) => Ok(self
                .limit
                .holds(&self.arch, &group.mapping)
                .then_some(group)),
        }
    }

    /// The group of one compute layer.
    fn alone(&self, layer: usize) -> Result<Group, ReloadError> {
        let (layers, mapping) = self.map(layer..layer + 1)?;
        if self.limit.holds(&self.arch, &mapping) {
            return self.with_graph(layers, mapping);
        }
        let name = &self.net.layer(self.compute[layer]).name;
        Err(layer_too_large(name, &self.arch, &mapping, self.limit))
    }
}

/// The error of a layer that alone is more than there is.
pub(super) fn layer_too_large(
    layer: &str,
    arch: &Arch,
    mapping: &Mapping,
    limit: Limit,
) -> ReloadError {
    let used = InUse::of(mapping);
    let count = |n: u64, what: &str| format!("{n} {what}{}", if n == 1 { "" } else { "s" });
    ReloadError::LayerTooLarge {
        layer: layer.to_string(),
        needs: format!(
            "{} in {} on {}, {:.4} mm2",
            count(mapping.totals().total(), "crossbar"),
            count(used.tiles, "tile"),
            count(used.chips, "chip"),
            used.area_mm2(arch)
        ),
        limit: limit.to_string(),
    }
}
