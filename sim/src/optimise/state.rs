//! What is known of one candidate.

use super::energy::picojoules;
use super::error::OptimiseError;
use super::goal::Objective;
use super::pool::Candidate;
use crate::cycle::{self, CycleError, Plan};
use crate::map::Mapping;
use crosscut_arch::{Arch, PartKind};
use serde::{Deserialize, Serialize};

/// How much longer than the busiest part beside them links may take with tiles in order, for a rung to be placed whatever else
/// there is: placing tiles is likely to take as much load off the links.
const PLACED: u64 = 2;
/// Figures of a mapped network as the cycle engine finds them, or bounds of them.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Figures {
    /// Ticks between images.
    pub interval_ticks: u64,
    /// Ticks of one image alone.
    pub latency_ticks: u64,
    /// Energy of an image: actions, and static power of all in use over the interval. Absent where the machine gives no costs.
    pub energy_pj: Option<f64>,
}

/// How far a candidate was looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    /// Firings are known.
    Drawn,
    /// The plan with tiles in order is known.
    Planned,
    /// The plan with tiles placed is known.
    Placed,
    /// The engine ran it.
    Judged,
    /// It does not run, or smaller ones are expected to do as well.
    Out,
}

pub(super) struct State {
    pub(super) candidate: Candidate,
    pub(super) step: Step,
    /// Bounds, or figures once judged.
    pub(super) figures: Figures,
    /// Ticks of the busiest part with tiles in order, links included, once planned: what candidates are thinned by.
    pub(super) busiest: Option<u64>,
    /// Whether it was found not to be one of many.
    pub(super) stays: bool,
    /// Why it does not run.
    pub(super) refused: Option<CycleError>,
    /// The mapping with its tiles placed; its plan on machines with crossbar timing.
    pub(super) placed: Option<Box<(Mapping, Option<Plan>)>>,
    /// Interval that is proven without contention.
    pub(super) proven: u64,
    /// What the next step finds, if it was taken ahead of time.
    pub(super) ahead: Option<Result<Found, OptimiseError>>,
}

/// What the plan of a candidate says, its tiles in order.
pub(super) struct Planned {
    /// Ticks of the busiest part with links and without.
    pub(super) with_links: u64,
    pub(super) without: u64,
    /// Actions of an image, but for those that placement can save.
    pub(super) dynamic_pj: f64,
}

impl Planned {
    pub(super) fn of(plan: &Plan, arch: &Arch) -> Planned {
        let (with_links, without) = cycle::busiest_with_and_without_links(plan);
        let mut counts = plan.counts_of_an_image();
        for kind in [PartKind::Router, PartKind::ChipLink] {
            counts.0.remove(&kind);
        }
        Planned {
            with_links,
            without,
            dynamic_pj: picojoules(arch, &counts),
        }
    }
}

/// What a step found.
pub(super) enum Found {
    /// Nothing is left to find.
    Nothing,
    /// A mapping on a machine without crossbar timing.
    Sized(Mapping),
    /// The candidate as its windows fit the buffers; ticks of the busiest part with links and without.
    Planned(Box<Candidate>, Planned),
    /// The mapping with its tiles placed, its plan, and bounds.
    Placed(Box<(Mapping, Option<Plan>)>, Figures),
    /// Figures of the engine, and the interval that is proven without contention.
    Ran { figures: Figures, proven: u64 },
    /// Why it does not run; whether the engine found that out.
    Refused {
        refused: Option<CycleError>,
        ran: bool,
    },
}

impl State {
    /// Whether a part, mostly a link with tiles in order, is busy for much longer than the crossbars.
    pub(super) fn is_held_up(&self) -> bool {
        let least = PLACED * self.candidate.busiest_ticks;
        self.busiest.is_some_and(|busiest| busiest > least)
    }

    /// Step of a ladder on which the candidate stands without its links: eight between a power of two and the next.
    pub(super) fn ladder_step(&self) -> u64 {
        let ticks = self.candidate.busiest_ticks;
        let bits = u64::from(u64::BITS - ticks.leading_zeros());
        16 * bits + (ticks >> bits.saturating_sub(4))
    }

    /// The figure of an objective, or a bound of it.
    pub(super) fn figure(&self, objective: Objective) -> f64 {
        let f = &self.figures;
        match objective {
            Objective::Interval => f.interval_ticks as f64,
            Objective::Latency => f.latency_ticks as f64,
            Objective::Energy => f.energy_pj.unwrap_or(0.0),
            Objective::Edp => f.energy_pj.unwrap_or(0.0) * f.latency_ticks as f64,
            Objective::Area => self.candidate.size.area_mm2,
            Objective::Crossbars => self.candidate.size.crossbars as f64,
        }
    }
}
