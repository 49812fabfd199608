//! The interface of pruning methods.

use super::context::LayerContext;
use super::decision::Decision;
use crate::error::PruneError;

/// A way to choose what stays of a layer.
///
/// # Before the call
/// The mapping belongs to the network and the machine, weights and moments are finite, and the moments hold at least
/// one sample. Layers may come in any order and more than once, from several threads at once; nothing is kept between
/// calls.
///
/// # What may be returned
/// Row groups of the same layer, in any packing that fits an array of the machine:
/// - every row and output lies in the row group's own channel group, and no weight is held twice;
/// - a row group takes at most as many rows as a crossbar has ([`LayerMap::packed`] makes such groups);
/// - an output may be in no row group at all. It then gives its bias alone, or 0 if it is listed as `silent`.
///
/// A decision that breaks these rules is refused with [`PruneError::WrongDecision`].
///
/// [`LayerMap::packed`]: crosscut_sim::map::LayerMap::packed
pub trait Method: Sync {
    /// Name, as in tables.
    fn name(&self) -> String;

    /// What stays when about this share of the layer is removed (`0 <= ratio < 1`; 0 keeps all). Must be a pure
    /// function: the same layer and ratio give the same decision, since budgets are met by search over the ratio.
    ///
    /// # Errors
    /// A ratio that the method cannot carry out on this layer.
    fn decide(&self, layer: &LayerContext<'_>, ratio: f64) -> Result<Decision, PruneError>;

    /// Whether a higher ratio frees crossbars. If not, a budget is taken as the share of weights to keep, since no search
    /// would come down to it.
    fn frees_crossbars(&self) -> bool {
        true
    }
}
