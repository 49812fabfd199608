//! What the crossbars that add partial sums are sized for.
//!
//! Two readings. As published (Liang et al. 2018) the adders stay as the dense layer needs them, whatever is pruned.
//! But an adder takes one packet per partial sum that arrives, so an output that keeps r of I row groups asks for r
//! packets, and one that keeps a single row group for none: the paper names this as future work.

use serde::{Deserialize, Serialize};
use strum::{Display, EnumIter, EnumMessage, IntoStaticStr};

/// What the adders of a layer are sized for.
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
pub enum Adders {
    /// The partial sums before pruning (published).
    #[default]
    Dense,
    /// The partial sums that arrive.
    Arriving,
}
