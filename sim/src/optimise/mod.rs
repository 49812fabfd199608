//! The optimiser: slices and replicas of every layer for an objective within a budget.
//!
//! A layer's choice is (w, rx, ry): unroll and copies along and across rows. It decides how often the layer fires for an
//! image and how many crossbars it takes. All crossbar layers of a machine take the same time for a firing, so the
//! busiest of them bounds the interval by `most firings x firing time`; digital stations (pools, additions) and the
//! source add bounds of their own. The optimiser works with these bounds: the interval of a run may be longer where
//! neighbouring layers or the network hold each other up, never shorter.
//!
//! * `interval`: the least number of firings per layer that fits the budget. For a limit on firings the fewest crossbars
//!   are found exactly, layer by layer; where the adders of a layer depend on how the next one is sliced, by dynamic
//!   programming along the chain. What fits gets no harder as the limit rises, so bisection over the limit is exact.
//!   Afterwards the limit is raised as long as another station bounds the interval anyway.
//! * `crossbars`: the fewest crossbars, with `max_firings` as limit.
//! * `energy`: actions of the crossbar layers plus static power over the bounded interval; the search goes over all
//!   limits. For each limit two mappings are tried, the one with the fewest PEs and the one that weighs actions against
//!   static power per PE; a budget that binds may hide a better mix of the two.
//!
//! Folded machines choose w, rx and ry freely; on semi-folded ones rx is the number of slices (rows are streamed whole).
//! Choices fixed by the user or in the machine stay.

mod bound;
mod budget;
mod energy;
mod error;
mod front;
mod search;
mod space;

pub use bound::Bound;
pub use budget::{Budget, area_mm2};
pub use error::OptimiseError;

use crate::map::{MapOptions, Mapping};
use budget::Cap;
use crosscut_arch::Arch;
use crosscut_traces::Network;
use search::{Picks, Search};
use serde::{Deserialize, Serialize};

/// What is made as small as possible.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Objective {
    /// Time between images, by the busiest station.
    #[default]
    Interval,
    /// Crossbars of all roles.
    Crossbars,
    /// Energy of one image.
    Energy,
}

impl Objective {
    /// Name as on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Objective::Interval => "interval",
            Objective::Crossbars => "crossbars",
            Objective::Energy => "energy",
        }
    }
}

/// What was found, and what it rests on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Summary {
    /// What was made as small as possible.
    pub objective: Objective,
    /// Within what; `None` without limit.
    pub budget: Option<Budget>,
    /// Most firings of any crossbar layer for one image.
    pub firings: u64,
    /// The station that is busy longest, which bounds the interval from below.
    pub bound: Bound,
    /// Area of the tiles, routers and chips in use.
    pub area_mm2: f64,
}

/// A mapping, the choices that lead to it, and what it rests on.
#[derive(Debug, Clone, PartialEq)]
pub struct Optimised {
    /// Unroll and replicas of every layer.
    pub options: MapOptions,
    /// The mapping.
    pub mapping: Mapping,
    /// Objective, budget and bound.
    pub summary: Summary,
}

/// Chooses slices and replicas of every layer that `options` leaves open.
///
/// # Errors
/// [`OptimiseError`] if the budget cannot hold one copy of the network, an objective needs a budget, or the mapping
/// itself is impossible.
pub fn optimise(
    net: &Network,
    arch: &Arch,
    options: &MapOptions,
    objective: Objective,
    budget: Option<Budget>,
) -> Result<Optimised, OptimiseError> {
    // Names, widths and replicas given are checked where every mapping checks them.
    let plain = MapOptions {
        max_firings: None,
        ..options.clone()
    };
    Mapping::build(net, &budget::without_chips(arch), &plain)?;
    let cap = Cap::of(arch, budget)?;
    if objective == Objective::Interval && cap.limit.is_none() {
        return Err(OptimiseError::NeedsBudget);
    }
    let search = Search::new(net, arch, options, cap)?;
    let picks = match objective {
        Objective::Interval => {
            let least = search.least_firings()?;
            spare(net, arch, options, &search, least)?
        }
        Objective::Crossbars => search.fewest(search.most_firings())?,
        Objective::Energy => energy::least(&search, net, arch)?,
    };
    let options = search.options(options, &picks);
    let mapping = Mapping::build(net, arch, &options)?;
    let bound = Bound::of(net, arch, &mapping)?;
    let firings = mapping.layers.iter().map(|l| l.firings()).max();
    Ok(Optimised {
        summary: Summary {
            objective,
            budget,
            firings: firings.unwrap_or(0),
            bound,
            area_mm2: area_mm2(arch, mapping.tiles, mapping.chips),
        },
        options,
        mapping,
    })
}

/// The fewest crossbars whose busiest station is no busier than with `least` firings per layer.
fn spare(
    net: &Network,
    arch: &Arch,
    options: &MapOptions,
    search: &Search,
    least: u64,
) -> Result<Picks, OptimiseError> {
    let ticks = |firings| -> Result<u64, OptimiseError> {
        let picks = search.fewest(firings)?;
        let mapping = Mapping::build(net, arch, &search.options(options, &picks))?;
        Ok(Bound::of(net, arch, &mapping)?.ticks)
    };
    let best = ticks(least)?;
    let (mut enough, mut too_many) = (least, search.most_firings() + 1);
    while enough + 1 < too_many {
        let middle = enough.midpoint(too_many);
        if ticks(middle)? <= best {
            enough = middle;
        } else {
            too_many = middle;
        }
    }
    search.fewest(enough)
}
