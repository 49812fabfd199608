//! Which report a file holds.

use serde::{Deserialize, Serialize};

/// The first key of every report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// A mapped network: [`MapReport`](crate::MapReport).
    Map,
    /// Why a layer takes as many crossbars as it does: [`Explanation`](crate::Explanation).
    Explain,
    /// Time, energy and area: [`RunReport`](crate::RunReport).
    Run,
    /// Accuracy on simulated crossbars: [`ExecReport`](crate::ExecReport).
    Exec,
    /// Column sums and limits of ADC ranges: [`ProfileReport`](crate::ProfileReport).
    Profile,
    /// A pruned network: [`PruneReport`](crate::PruneReport).
    Prune,
    /// A trained network: [`TrainReport`](crate::TrainReport).
    Train,
    /// A network trained elsewhere: [`ImportReport`](crate::ImportReport).
    Import,
    /// Before and after pruning: [`CompareReport`](crate::CompareReport).
    Compare,
    /// A network in groups of layers, run: [`ReloadReport`](crate::ReloadReport).
    Reload,
    /// The same, mapped only: [`PartitionReport`](crate::PartitionReport).
    Partition,
    /// Where a figure comes from: [`WhyReport`](crate::WhyReport).
    Why,
    /// Many design points: the [`Header`](crate::sweep::Header) of a log.
    Sweep,
}

impl Kind {
    /// Name in reports.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Map => "map",
            Kind::Explain => "explain",
            Kind::Run => "run",
            Kind::Exec => "exec",
            Kind::Profile => "profile",
            Kind::Prune => "prune",
            Kind::Train => "train",
            Kind::Import => "import",
            Kind::Compare => "compare",
            Kind::Reload => "reload",
            Kind::Partition => "partition",
            Kind::Why => "why",
            Kind::Sweep => "sweep",
        }
    }

    // Reports of earlier versions do not say their kind; whoever reads them as one kind knows it.
    pub(crate) fn map() -> Kind {
        Kind::Map
    }
    pub(crate) fn run() -> Kind {
        Kind::Run
    }
    pub(crate) fn exec() -> Kind {
        Kind::Exec
    }
    pub(crate) fn profile() -> Kind {
        Kind::Profile
    }
    pub(crate) fn compare() -> Kind {
        Kind::Compare
    }
}
