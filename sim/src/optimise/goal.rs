//! What is asked of the optimiser.

use super::budget::Budget;
use super::throughput::Throughput;
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
    /// Time between images.
    #[default]
    Interval,
    /// Time of one image alone.
    Latency,
    /// Energy of one image.
    Energy,
    /// Energy of one image x its latency.
    Edp,
    /// Area of the tiles, routers and chips in use.
    Area,
    /// Crossbars of all roles.
    Crossbars,
}

impl Objective {
    /// Name as on the command line.
    pub fn name(self) -> &'static str {
        self.into()
    }

    /// Whether more hardware always makes it smaller: without a limit there is no end.
    pub(super) fn needs_budget(self) -> bool {
        matches!(self, Objective::Interval | Objective::Latency)
    }

    /// Whether it rests on the machine's costs.
    pub fn needs_costs(self) -> bool {
        matches!(self, Objective::Energy | Objective::Edp | Objective::Area)
    }
}

/// An objective, and what the mapping must keep to.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct Goal {
    /// What is made as small as possible.
    pub objective: Objective,
    /// The most hardware; `None` without limit.
    pub budget: Option<Budget>,
    /// The least throughput; `None` without limit.
    pub require: Option<Throughput>,
}

impl Goal {
    /// An objective within a budget.
    pub fn new(objective: Objective, budget: Option<Budget>) -> Goal {
        Goal {
            objective,
            budget,
            require: None,
        }
    }
}
