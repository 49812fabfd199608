//! What can be wrong with a request to the optimiser.

use super::throughput::Throughput;
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
    /// Mappings fit the budget, but none of them runs.
    #[error(
        "no mapping of `{network}` on `{machine}` within {budget} runs: {refused}; the smallest that does needs {needs}"
    )]
    NoneRuns {
        /// Network.
        network: String,
        /// Machine.
        machine: String,
        /// What there is.
        budget: String,
        /// What the smallest one that runs needs.
        needs: String,
        /// Why the smallest one does not run.
        refused: Box<CycleError>,
    },
    /// No mapping is as fast as required.
    #[error(
        "no mapping of `{network}` on `{machine}`{budget} does {required}; the best does {best} with {needs}"
    )]
    TooSlow {
        /// Network.
        network: String,
        /// Machine.
        machine: String,
        /// Within what, if there is a limit.
        budget: String,
        /// What is asked for.
        required: Throughput,
        /// The most that there is.
        best: Throughput,
        /// What the fastest mapping takes.
        needs: String,
    },
    /// More copies always give a shorter interval and latency: without a budget there is no end.
    #[error(
        "the objective `{0}` needs a budget of chips, crossbars or area, or a machine with a fixed number of chips"
    )]
    NeedsBudget(&'static str),
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
    /// A budget or a requirement that is none.
    #[error("{0} asked for: it must be above 0")]
    NotPositive(String),
    /// The mapped network has no valid dataflow graph.
    #[error(transparent)]
    Graph(#[from] GraphError),
}
