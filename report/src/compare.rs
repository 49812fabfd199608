//! Before and after: the same machine, the same images, two networks.

use super::about::About;
use super::kind::Kind;
use super::points::MethodPoint;
use super::state::State;
use crosscut_prune::Provenance;
use serde::{Deserialize, Serialize};

/// How a quantity changed.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Change {
    /// Before.
    pub before: f64,
    /// After.
    pub after: f64,
    /// `after / before`; absent if `before` is 0.
    pub ratio: Option<f64>,
    /// `after - before`.
    pub difference: f64,
}

impl Change {
    /// From two values.
    pub fn new(before: f64, after: f64) -> Change {
        Change {
            before,
            after,
            ratio: (before != 0.0).then(|| after / before),
            difference: after - before,
        }
    }
}

/// What changed. Energy, area and power are absent where the machine gives no costs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[allow(missing_docs)] // Named as the fields of the reports they come from.
pub struct Changes {
    pub compute: Change,
    pub reduce: Change,
    pub buffer: Change,
    pub pool: Change,
    pub total: Change,
    pub adc_conversions: Change,
    pub latency_ns: Change,
    pub interval_ns: Change,
    pub throughput_ips: Change,
    pub energy_pj: Option<Change>,
    pub area_mm2: Option<Change>,
    pub power_mw: Option<Change>,
    pub float_accuracy: Change,
    pub reference_accuracy: Change,
    pub accuracy: Change,
}

impl Changes {
    fn new(before: &State, after: &State) -> Changes {
        let of = |f: fn(&State) -> f64| Change::new(f(before), f(after));
        let known = |f: fn(&State) -> Option<f64>| {
            let both = f(before).zip(f(after));
            both.map(|(before, after)| Change::new(before, after))
        };
        Changes {
            compute: of(|s| s.run.totals.compute as f64),
            reduce: of(|s| s.run.totals.reduce as f64),
            buffer: of(|s| s.run.totals.buffer as f64),
            pool: of(|s| s.run.totals.pool as f64),
            total: of(|s| s.run.totals.total as f64),
            adc_conversions: of(|s| s.run.totals.adc_conversions as f64),
            latency_ns: of(|s| s.run.latency_ns),
            interval_ns: of(|s| s.run.interval_ns),
            throughput_ips: of(|s| s.run.throughput_ips),
            energy_pj: known(|s| s.run.energy_pj),
            area_mm2: known(|s| s.run.area_mm2),
            power_mw: known(|s| s.run.power_mw),
            float_accuracy: of(|s| s.exec.result.float_accuracy),
            reference_accuracy: of(|s| s.exec.result.reference_accuracy),
            accuracy: of(|s| s.exec.result.accuracy),
        }
    }
}

/// The main job's report.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CompareReport {
    /// [`Kind::Compare`].
    #[serde(default = "Kind::compare")]
    pub kind: Kind,
    /// The network before, the machine, the seed.
    #[serde(flatten)]
    pub about: About,
    /// The network as given.
    pub before: State,
    /// The pruned network.
    pub after: State,
    /// What changed. Energy, area and power are absent where the machine gives no costs.
    pub change: Changes,
    /// How the network was pruned (and fine-tuned).
    pub provenance: Provenance,
    /// Ways to prune at several budgets; empty if none were asked for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub methods: Vec<MethodPoint>,
    /// Whether somebody asked to stop before all of them were tried.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub partial: bool,
}

impl CompareReport {
    /// Sets two states side by side.
    pub fn new(before: State, after: State, provenance: Provenance) -> CompareReport {
        CompareReport {
            kind: Kind::Compare,
            about: before.run.about.clone(),
            change: Changes::new(&before, &after),
            before,
            after,
            provenance,
            methods: Vec::new(),
            partial: false,
        }
    }

    /// Whether every check of both sides passed.
    pub fn passed(&self) -> bool {
        self.before.passed() && self.after.passed()
    }
}
