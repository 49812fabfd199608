//! What one mask bit stands for.

use serde::{Deserialize, Serialize};
use strum::{Display, EnumIter, EnumMessage, IntoStaticStr};

/// What one mask bit stands for.
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
pub enum Grain {
    /// A row group of one output feature map (or of `kout` neighbours); what stays is packed together.
    #[default]
    Column,
    /// A row group of all output feature maps that share an array.
    Crossbar,
}
