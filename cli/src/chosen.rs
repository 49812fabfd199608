//! How many copies of each layer there are if nobody says: the one place of the default.
//!
//! One copy of each layer needs some chips. The arrays of these chips that it leaves free are there anyway, so they take
//! copies, for the shortest interval (as ISAAC does). Slices stay those of one copy, so that values are the same.

use crate::error::Error;
use crosscut_arch::{Arch, Chips, Timing};
use crosscut_sim::graph::fit;
use crosscut_sim::map::{MapOptions, Mapping, PlacementMethod, SliceChoice};
use crosscut_sim::optimise::{Budget, Goal, Objective, OptimiseError, Optimised, optimise};
use crosscut_traces::Network;
use std::fmt;

/// How many copies of each layer there are where neither a goal nor a choice for a layer says it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Copies {
    /// As many as find room on the chips that one copy needs, for the shortest interval.
    #[default]
    Fill,
    /// One of each layer.
    One,
}

/// How slices and copies of a mapping were chosen.
#[derive(Debug, Clone, PartialEq)]
pub enum Chosen {
    /// By an objective within a budget that was asked for.
    Goal(Goal),
    /// By the default, on these chips.
    Filled {
        /// Chips of one copy, or of the machine.
        chips: u64,
        /// Whether the machine has that many.
        fixed: bool,
    },
    /// One copy of each layer, and why.
    One(OneCopy),
    /// By hand, for single layers or by a limit on firings.
    ByHand,
    /// In a file.
    Saved,
}

/// Why there is one copy of each layer.
#[derive(Debug, Clone, PartialEq)]
pub enum OneCopy {
    /// It was asked for.
    Asked,
    /// The machine has no crossbar timing, so that no number of copies is faster than another one.
    NoTiming,
    /// More copies were wanted, but no mapping on the chips at hand runs.
    NothingRuns,
}

impl fmt::Display for Chosen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Chosen::Goal(goal) => {
                write!(f, "copies for the objective {}", goal.objective.name())?;
                if let Some(budget) = goal.budget {
                    write!(f, " within {budget}")?;
                }
                match goal.require {
                    Some(required) => write!(f, ", {required} or more"),
                    None => Ok(()),
                }
            }
            Chosen::Filled { chips, fixed } => {
                let what = if *fixed {
                    "all that the machine has"
                } else {
                    "as many as one copy needs"
                };
                write!(
                    f,
                    "copies for the shortest interval on {}, {what} (default; `--replicas one` for one copy of each layer)",
                    Budget::Chips(*chips)
                )
            }
            Chosen::One(why) => f.write_str(match why {
                OneCopy::Asked => "one copy of each layer",
                OneCopy::NoTiming => "one copy of each layer (the machine has no crossbar timing)",
                OneCopy::NothingRuns => {
                    "one copy of each layer (no mapping on as many chips as it needs runs)"
                }
            }),
            Chosen::ByHand => f.write_str("as given for single layers or by a limit on firings"),
            Chosen::Saved => f.write_str("as saved"),
        }
    }
}

/// Whether the user or the machine says anything about slices or copies: then they mean what they say.
fn is_by_hand(arch: &Arch, options: &MapOptions) -> bool {
    let layers = &mut arch.mapping.layers.values();
    !options.unroll.is_empty()
        || !options.replicas.is_empty()
        || options.max_firings.is_some()
        || options.slices != SliceChoice::Fewest
        || layers.any(|l| l.unroll.is_some() || l.replicas.is_some())
}

/// The mapping by the default, tiles placed if the optimiser was asked.
pub(crate) enum Default {
    /// Tiles are in order yet.
    Plain(Mapping),
    /// Found by the optimiser.
    Found(Box<Optimised>),
}

/// Maps by the default.
pub(crate) fn by_default(
    net: &Network,
    arch: &Arch,
    options: &MapOptions,
    copies: Copies,
    placement: PlacementMethod,
) -> Result<(Default, Chosen), Error> {
    let one = fit(net, arch, Mapping::build(net, arch, options)?)?;
    if is_by_hand(arch, options) {
        return Ok((Default::Plain(one), Chosen::ByHand));
    }
    if copies == Copies::One {
        return Ok((Default::Plain(one), Chosen::One(OneCopy::Asked)));
    }
    if matches!(arch.timing, Timing::None { .. }) {
        return Ok((Default::Plain(one), Chosen::One(OneCopy::NoTiming)));
    }
    let (chips, fixed) = match arch.chips {
        Chips::AsNeeded => (one.chips, false),
        Chips::Exactly(n) => (u64::from(n), true),
    };
    let mut options = options.clone();
    for layer in &one.layers {
        options.unroll.insert(layer.name.clone(), layer.unroll);
    }
    let goal = Goal::new(Objective::Interval, Some(Budget::Chips(chips)));
    match optimise(net, arch, &options, &goal, placement) {
        Ok(found) => Ok((
            Default::Found(Box::new(found)),
            Chosen::Filled { chips, fixed },
        )),
        // Whoever wants times of the one copy hears why there are none.
        Err(
            OptimiseError::NoneRuns { .. }
            | OptimiseError::Cycle(_)
            | OptimiseError::TooSmall { .. },
        ) => Ok((Default::Plain(one), Chosen::One(OneCopy::NothingRuns))),
        Err(e) => Err(e.into()),
    }
}
