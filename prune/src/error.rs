//! What can be wrong with a request to prune.

use crosscut_sim::graph::GraphError;
use crosscut_sim::map::MapError;
use crosscut_traces::exec::ExecError;

/// A request that cannot be carried out. The user's input is at fault.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum PruneError {
    /// Somebody asked to stop before anything was decided.
    #[error("interrupted before anything was decided")]
    Interrupted,
    /// A ratio that is not a part of the whole.
    #[error("{of}: the pruning ratio is {value}, but must be at least 0 and below 1")]
    RatioOutOfRange {
        /// `layer ...` or `all layers`.
        of: String,
        /// Ratio as given.
        value: f64,
    },
    /// Another option out of range.
    #[error("the option `{option}` is {value}, but must be {allowed}")]
    OptionOutOfRange {
        /// Option.
        option: &'static str,
        /// Value as given.
        value: String,
        /// Allowed values in words.
        allowed: &'static str,
    },
    /// A layer named in the options is not a compute layer of the network.
    #[error("no compute layer is named `{name}`{hint}")]
    UnknownLayer {
        /// Name as given.
        name: String,
        /// `; did you mean ...`, or empty.
        hint: String,
    },
    /// Fewer calibration images than asked for.
    #[error(
        "{needed} calibration images are asked for, but there are {available}; give more or ask for fewer"
    )]
    TooFewImages {
        /// Images asked for.
        needed: usize,
        /// Images there are.
        available: usize,
    },
    /// A ratio of a whole layer that leaves some output without any row group.
    #[error(
        "layer `{layer}`: a ratio of {ratio} keeps {pairs} of {of} (row group, output) pairs, fewer than its {outputs} outputs, and would empty outputs; the highest possible ratio is {highest:.4}"
    )]
    WouldEmpty {
        /// Layer.
        layer: String,
        /// Ratio as given.
        ratio: f64,
        /// Pairs it would keep.
        pairs: usize,
        /// Pairs there are.
        of: usize,
        /// Outputs (or output arrays) of the layer.
        outputs: usize,
        /// Highest ratio that keeps one pair per output.
        highest: f64,
    },
    /// A share of crossbars or energy to keep that is none.
    #[error("the share to keep is {value}, but must be above 0 and at most 1")]
    ShareOutOfRange {
        /// Share as given.
        value: f64,
    },
    /// No choice of what stays comes down to the budget.
    #[error(
        "method `{method}` cannot come down to {budget}: at its strongest, every output keeping something, {lowest} are left"
    )]
    BudgetTooSmall {
        /// Method.
        method: String,
        /// Budget, with what is counted.
        budget: String,
        /// The least that can be left, and of what.
        lowest: String,
    },
    /// A method that cannot come down to a share, found only once it is carried out.
    #[error(
        "method `{method}` cannot come down to a share of {share}: {left} of {dense} crossbars are left"
    )]
    ShareNotReached {
        /// Method.
        method: String,
        /// Share asked for.
        share: f64,
        /// Crossbars left.
        left: u64,
        /// Crossbars before pruning.
        dense: u64,
    },
    /// A network with nothing between its first and its last layer.
    #[error("the network `{0}` has no layer to prune: the first and the last stay as they are")]
    NothingToPrune(String),
    /// A method that is not known.
    #[error("there is no pruning method `{name}`{hint}")]
    UnknownMethod {
        /// Name as given.
        name: String,
        /// `; did you mean ...`, or all names.
        hint: String,
    },
    /// A decision that breaks the contract of [`Method`](crate::Method).
    #[error("method `{method}` decided wrongly for layer `{layer}`: {what}")]
    WrongDecision {
        /// Method.
        method: String,
        /// Layer.
        layer: String,
        /// What is wrong.
        what: String,
    },
    /// Fine-tuning could not be carried out.
    #[error("fine-tuning: {0}")]
    Train(String),
    /// Weights that are not numbers.
    #[error("layer `{layer}`: a weight or bias is not finite")]
    WeightNotFinite {
        /// Layer.
        layer: String,
    },
    /// Activations that are not numbers.
    #[error("the input of layer `{layer}` is not finite on the calibration images")]
    ActivationNotFinite {
        /// Layer.
        layer: String,
    },
    /// The mapping was built for another network or for a machine with wider arrays.
    #[error("the mapping does not belong to the network and machine: layer `{layer}` {what}")]
    ForeignMapping {
        /// Layer of the network.
        layer: String,
        /// What does not fit.
        what: &'static str,
    },
    /// A calibration image of another shape.
    #[error(transparent)]
    Image(#[from] ExecError),
    /// The pruned network cannot be mapped.
    #[error(transparent)]
    Map(#[from] MapError),
    /// The pruned network and its mapping do not belong together; the program is at fault.
    #[error(transparent)]
    Graph(#[from] GraphError),
}
