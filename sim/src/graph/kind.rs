//! What a station does.

use serde::{Deserialize, Serialize};
use std::fmt;

/// What a station does; reports name it as it is written here, in lower case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum StationKind {
    /// Emits the image.
    Source,
    /// A layer on crossbars: convolution or fully connected.
    Compute,
    /// Pooling (windowed or global).
    Pool,
    /// Element-wise sum.
    Add,
    /// Joins channels.
    Concat,
    /// Any other digital layer that needs its whole input.
    Digital,
    /// Sends results over the links to the memory outside the chips.
    Results,
}

impl StationKind {
    /// Its name in reports.
    pub fn name(self) -> &'static str {
        match self {
            StationKind::Source => "source",
            StationKind::Compute => "compute",
            StationKind::Pool => "pool",
            StationKind::Add => "add",
            StationKind::Concat => "concat",
            StationKind::Digital => "digital",
            StationKind::Results => "results",
        }
    }
}

impl fmt::Display for StationKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::StationKind;

    #[test]
    fn a_report_says_the_name() {
        for kind in [
            StationKind::Source,
            StationKind::Compute,
            StationKind::Pool,
            StationKind::Add,
            StationKind::Concat,
            StationKind::Digital,
            StationKind::Results,
        ] {
            let json = serde_json::to_string(&kind).unwrap();
            assert_eq!(json, format!("\"{}\"", kind.name()));
            assert_eq!(serde_json::from_str::<StationKind>(&json).unwrap(), kind);
        }
    }
}
