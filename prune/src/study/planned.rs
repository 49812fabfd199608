//! What is to become of every layer.

use crate::select::Decision;
use crosscut_traces::LayerId;
use std::collections::BTreeMap;

/// How one layer is to be pruned.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Chosen {
    /// By which method of the entry: 0 its own, then the others.
    pub by: usize,
    /// Share to remove.
    pub ratio: f64,
}

impl From<f64> for Chosen {
    fn from(ratio: f64) -> Chosen {
        Chosen { by: 0, ratio }
    }
}

/// The plan of one layer.
#[derive(Debug, Clone, PartialEq)]
pub struct LayerPlan {
    /// Method and ratio.
    pub chosen: Chosen,
    /// What stays, if that is decided ahead; `None`: decided when the turn of the layer comes.
    pub decision: Option<Decision>,
}

/// A plan decided ahead, with what it would leave. Layers without an entry stay as they are.
#[derive(Debug, Clone)]
pub struct Planned {
    /// By layer.
    pub layers: BTreeMap<LayerId, LayerPlan>,
    /// Crossbars of all roles that would be left.
    pub total: u64,
    /// Whether that is within the budget.
    pub reached: bool,
}

impl Planned {
    /// The decisions, by layer.
    pub fn decisions(&self) -> impl Iterator<Item = (LayerId, &Decision)> {
        let layers = self.layers.iter();
        layers.filter_map(|(&id, plan)| Some((id, plan.decision.as_ref()?)))
    }
}
