//! Work that points share which differ in costs only: mapping, pruning, times and accuracy. Each point is priced by itself.

use super::base::Workload;
use crate::error::Error;
use crate::experiment::Experiment;
use crosscut_arch::Arch;
use crosscut_report::sweep::fields::Accuracy;
use crosscut_report::{About, MapReport, Method, Observed, RunReport, VERSION};
use crosscut_sim::cycle::plan::Plan;
use crosscut_sim::cycle::{CycleResult, Observers, RunOptions, Silent};
use crosscut_sim::estimate::{self, Estimate};
use crosscut_sim::graph::DataflowGraph;
use crosscut_sim::place::chip_weight;
use crosscut_sim::time;

/// What was found out for one machine, whatever its parts cost.
pub struct Shared {
    /// The machine without its costs.
    bare: Arch,
    /// What placement makes of the costs of links.
    chip_weight: u64,
    /// The network as mapped.
    pub dense: Experiment,
    /// The network as pruned, if it is.
    pub pruned: Option<Experiment>,
    /// Times, if they are known.
    pub timing: Option<Timing>,
    /// Accuracy, if it is known.
    pub accuracy: Option<Accuracy>,
}

impl Shared {
    /// Nothing but a mapping yet.
    pub fn new(dense: Experiment) -> Shared {
        Shared {
            bare: bare(&dense.arch),
            chip_weight: chip_weight(&dense.arch),
            dense,
            pruned: None,
            timing: None,
            accuracy: None,
        }
    }

    /// Whether a machine differs in costs only.
    pub fn is_of(&self, arch: &Arch) -> bool {
        self.bare == bare(arch)
    }

    /// Whether two machines differ in costs only.
    pub fn differs_in_costs(a: &Arch, b: &Arch) -> bool {
        bare(a) == bare(b)
    }

    /// Whether the mapping of a machine that differs in costs only is this one without being looked for: of one copy a
    /// layer, only placement on several chips asks what links cost.
    pub fn maps(&self, arch: &Arch, one_copy: bool) -> bool {
        one_copy && (self.dense.mapping.chips <= 1 || self.chip_weight == chip_weight(arch))
    }

    /// The network that is measured.
    pub fn network(&self) -> &Experiment {
        self.pruned.as_ref().unwrap_or(&self.dense)
    }
}

/// The machine without what its parts cost.
fn bare(arch: &Arch) -> Arch {
    Arch {
        parts: Vec::new(),
        published: Vec::new(),
        unpriced: Vec::new(),
        confidence: crosscut_arch::Confidence::Recalled,
        ..arch.clone()
    }
}

/// Times of a mapped network, not priced yet.
pub struct Timing {
    /// How they were got.
    pub method: Method,
    plan: Plan,
    result: CycleResult,
    estimate: Option<Estimate>,
    map: MapReport,
}

impl Timing {
    /// Estimates or runs an experiment.
    ///
    /// # Errors
    /// If the machine has no timing, or the run cannot be done.
    pub fn of(experiment: &Experiment, method: Method, digest: &str) -> Result<Timing, Error> {
        experiment.has_timing()?;
        let (net, arch, mapping) = (&experiment.net, &experiment.arch, &experiment.mapping);
        let graph = DataflowGraph::build(net, arch, mapping)?;
        let topology = arch.topology();
        let plan = Plan::with_topology(&graph, arch, mapping, &*topology)?;
        let (result, estimate) = match method {
            Method::Estimate => (estimate::run(&plan, &mut Silent, &mut Silent)?, None),
            Method::Cycle => {
                let observers = Observers {
                    alone: &mut Silent,
                    stream: &mut Silent,
                };
                let timed =
                    time::run_plan(&plan, &RunOptions::default(), observers, &mut |_, _| {})?;
                (timed.result, timed.estimate)
            }
        };
        // The digest of a network takes longer than an estimate where weights are at hand.
        let stats = net.total_stats();
        let about = About {
            report_version: VERSION,
            program_version: env!("CARGO_PKG_VERSION").to_string(),
            network: net.name.clone(),
            network_digest: digest.to_string(),
            macs: stats.macs,
            parameters: stats.parameters,
            seed: experiment.seed,
            machine: arch.clone(),
            chosen: None,
        };
        let map = MapReport::on_topology(about, net, arch, mapping, &*topology)?;
        Ok(Timing {
            method,
            plan,
            result,
            estimate,
            map,
        })
    }

    /// The report on a machine that differs in costs only.
    pub fn price(&mut self, arch: &Arch) -> RunReport {
        self.map.about.machine = arch.clone();
        let seen = Observed {
            method: self.method,
            ..Observed::nothing(&self.plan)
        };
        let report = RunReport::new(&self.map, arch, &self.result, &seen);
        match &self.estimate {
            Some(found) => report.with_estimate(found),
            None => report,
        }
    }
}

/// Accuracy of an experiment on simulated crossbars.
///
/// # Errors
/// If there are no images, or the machine cannot compute the values of this mapping.
pub fn accuracy(experiment: &Experiment, workload: &Workload) -> Result<Accuracy, Error> {
    let none = || Error::NoImages(workload.name.clone());
    workload.images.as_ref().ok_or_else(none)?;
    let found = experiment.values()?.result;
    Ok(Accuracy {
        crossbars: found.accuracy,
        interval: found.accuracy_interval,
        reference: found.reference_accuracy,
        float: found.float_accuracy,
    })
}
