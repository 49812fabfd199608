//! What every layer offers: candidates, with savings and errors.

use super::candidate::Candidate;
use super::knapsack::Offer;
use crosscut_traces::LayerId;
use serde::{Deserialize, Serialize};
use strum::{Display, EnumIter, EnumMessage, IntoStaticStr};

/// What the budget is a share of.
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
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
pub enum Objective {
    /// Crossbars of all roles.
    #[default]
    Crossbars,
    /// Energy of an image (estimated).
    Energy,
}

/// Savings and errors of the candidates of every layer.
pub struct Market {
    pub(super) layers: Vec<LayerId>,
    pub(super) candidates: Vec<Vec<Candidate>>,
    /// Per layer, the offer of each candidate.
    pub(super) items: Vec<Vec<Offer>>,
    pub(super) objective: Objective,
}
