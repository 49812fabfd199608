//! The optimiser: slices and replicas of every layer for an objective within a budget.
//!
//! A layer's choice is (w, rx, ry): unroll and copies along and across rows. It decides how often the layer fires for an
//! image and how many crossbars it takes. All crossbar layers of a machine take the same time for a firing, so the
//! busiest of them bounds the interval by `most firings x firing time`; digital stations (pools, additions), the source,
//! the buses of the tiles and the links of the network add bounds of their own, by the work of one image. The optimiser
//! works with the largest of these bounds: the interval of a run may be longer where neighbours wait for each other, never
//! shorter.
//!
//! * `interval`: the least number of firings per layer that fits the budget. For a limit on firings the fewest crossbars
//!   are found exactly, layer by layer; where the adders of a layer depend on how the next one is sliced, by dynamic
//!   programming along the chain. What fits gets no harder as the limit rises, so bisection over the limit is exact.
//!   Where another part bounds the interval anyway, the limit is raised to what it takes.
//! * `crossbars`: the fewest crossbars, with `max_firings` as limit.
//! * `energy`: actions of the crossbar layers plus static power over the bounded interval; the search goes over all
//!   limits. For each limit, layer by layer, actions are weighed against static power per PE (whole tiles and chips on
//!   average); where that does not fit the budget, crossbars get a price on top, the lowest at which it does. Mixes that no price leads to are not seen: small
//!   networks may come out a little above the least energy when the budget binds.
//!
//! Folded machines choose w, rx and ry freely (w = 1 where a read drives only some of an array's rows: which rows of a
//! banded copy are driven together is not laid out); on semi-folded ones rx is the number of slices (rows are streamed
//! whole).
//! Choices fixed by the user or in the machine stay.

mod bound;
mod budget;
mod energy;
mod error;
mod front;
mod search;
mod space;

pub use bound::Bound;
pub use budget::{Budget, InUse};
pub use error::OptimiseError;

use crate::map::{MapOptions, Mapping, PlacementMethod};
use crate::place::place;
use budget::Cap;
use crosscut_arch::{Arch, Timing};
use crosscut_traces::Network;
use search::{Picks, Search};
use serde::{Deserialize, Serialize};
use strum::{Display, EnumIter, EnumMessage, IntoStaticStr};

/// What is made as small as possible.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    Default,
    Serialize,
    Deserialize,
    Display,
    EnumIter,
    EnumMessage,
    IntoStaticStr,
)]
#[strum(serialize_all = "kebab-case")]
#[serde(rename_all = "kebab-case")]
pub enum Objective {
    /// Time between images, by the busiest part.
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
        self.into()
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
    /// The part that is busy longest, which bounds the interval from below; `None` on machines without crossbar timing.
    pub bound: Option<Bound>,
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
    placement: PlacementMethod,
) -> Result<Optimised, OptimiseError> {
    let timed = match &arch.timing {
        Timing::None { because } if objective != Objective::Crossbars => {
            return Err(OptimiseError::NoTiming {
                objective: objective.name(),
                machine: arch.name.clone(),
                because: because.clone(),
            });
        }
        Timing::None { .. } => false,
        _ => true,
    };
    // Names, widths and replicas given are checked where every mapping checks them.
    let plain = MapOptions {
        max_firings: None,
        ..options.clone()
    };
    Mapping::build(net, &budget::without_chips(arch), &plain)?;
    let asks_for_costs =
        objective == Objective::Energy || matches!(budget, Some(Budget::AreaMm2(_)));
    if asks_for_costs && arch.parts.is_empty() {
        return Err(OptimiseError::NoCosts(arch.name.clone()));
    }
    let cap = Cap::of(arch, budget)?;
    if objective == Objective::Interval && cap.limit.is_none() {
        return Err(OptimiseError::NeedsBudget);
    }
    let search = Search::new(net, arch, options, cap)?;
    let picks = match objective {
        Objective::Interval => {
            let least = search.least_firings()?;
            balance(net, arch, options, &search, least)?
        }
        Objective::Crossbars => search.fewest_crossbars(search.most_firings())?,
        Objective::Energy => energy::least(&search, net, arch)?,
    };
    let options = search.options(options, &picks);
    // Tiles are placed once, at the end.
    let in_order = Mapping::build(net, arch, &options)?;
    let mut mapping = place(net, arch, in_order, placement)?;
    // A placement that shortens routes may use routers that the budget has no area for.
    let too_large = |m: &Mapping| match budget {
        Some(Budget::AreaMm2(area)) => InUse::of(m).area_mm2(arch) > area,
        _ => false,
    };
    if too_large(&mapping) {
        mapping = mapping.in_order(arch);
    }
    let bound = timed.then(|| Bound::of(net, arch, &mapping));
    let firings = mapping.layers.iter().map(|l| l.firings()).max();
    Ok(Optimised {
        summary: Summary {
            objective,
            budget,
            firings: firings.unwrap_or(0),
            bound: bound.transpose()?,
            area_mm2: InUse::of(&mapping).area_mm2(arch),
        },
        options,
        mapping,
    })
}

/// The shortest bound from `least` firings per layer on, and among mappings with that bound the fewest crossbars.
///
/// More copies speed up crossbar layers, but not what else may be busiest: bisection finds where the two meet.
fn balance(
    net: &Network,
    arch: &Arch,
    options: &MapOptions,
    search: &Search,
    least: u64,
) -> Result<Picks, OptimiseError> {
    let bound = |firings| -> Result<Bound, OptimiseError> {
        let picks = search.fewest(firings)?;
        let mapping = Mapping::build(net, arch, &search.options(options, &picks))?;
        Bound::of(net, arch, &mapping)
    };
    let most = search.most_firings();
    let mut best = (bound(least)?.ticks, least);
    let (mut low, mut high) = (least, most + 1);
    while low + 1 < high {
        let middle = low.midpoint(high);
        let found = bound(middle)?;
        if found.ticks <= best.0 {
            best = (found.ticks, middle);
        }
        if found.is_crossbars() {
            high = middle;
        } else {
            low = middle;
        }
    }
    // From there on up the bound only grows: the highest limit that keeps it.
    let (mut enough, mut too_many) = (best.1, most + 1);
    while enough + 1 < too_many {
        let middle = enough.midpoint(too_many);
        if bound(middle)?.ticks <= best.0 {
            enough = middle;
        } else {
            too_many = middle;
        }
    }
    search.fewest(enough)
}
