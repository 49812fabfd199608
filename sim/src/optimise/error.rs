//! What can be wrong with a request to the optimiser.

use crate::cycle::CycleError;
use crate::graph::GraphError;
use crate::map::MapError;

/// Why there is no optimised mapping. The user's input is at fault, except for `Graph`.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum OptimiseError {
    /// The network cannot be mapped at all as asked.
    #[error(transparent)]
    Map(#[from] MapError),
    /// Not even the smallest mapping fits.
    #[error("one copy of `{network}` on `{machine}` needs {needs}, more than {budget}")]
    TooSmall {
        /// Network.
        network: String,
        /// Machine.
        machine: String,
        /// What one copy needs.
        needs: String,
        /// What there is.
        budget: String,
    },
    /// More copies always give a shorter interval: without a budget there is no end.
    #[error(
        "the objective `interval` needs a budget of chips, crossbars or area, or a machine with a fixed number of chips"
    )]
    NeedsBudget,
    /// Energy and area cannot be made less, or kept, where they are not known.
    #[error("machine `{0}` gives no costs: its energy and area are not known")]
    NoCosts(String),
    /// Time does not follow from crossbar reads on this machine.
    #[error(
        "the objective `{objective}` needs the timing of the machine `{machine}`, which has none: {because}; the objective `crossbars` needs none"
    )]
    NoTiming {
        /// Objective.
        objective: &'static str,
        /// Machine.
        machine: String,
        /// What its time follows from instead.
        because: String,
    },
    /// The machine cannot run the mapping.
    #[error(transparent)]
    Cycle(#[from] CycleError),
    /// A budget that is no budget.
    #[error("the budget of {0} must be above 0")]
    NotPositive(String),
    /// The mapped network has no valid dataflow graph.
    #[error(transparent)]
    Graph(#[from] GraphError),
}
