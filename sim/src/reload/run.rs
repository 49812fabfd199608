//! A pass of a batch through all groups.

use super::batch::{BatchRule, Dram};
use super::error::ReloadError;
use super::partition::Group;
use crate::counts::Counts;
use crate::cycle::{Observers, Plan, RunOptions, Silent, Startup};
use crate::time;
use crosscut_arch::{Arch, PartKind};
use crosscut_traces::Network;

/// What one group takes.
#[derive(Debug, Clone, PartialEq)]
pub struct GroupRun {
    /// Writing its weights.
    pub write: Startup,
    /// Ticks of one image alone.
    pub latency_ticks: u64,
    /// Ticks between images in steady state.
    pub interval_ticks: u64,
    /// Whether the interval is proven to repeat.
    pub interval_proven: bool,
    /// Ticks from the end of the writing until the last image of the batch is done.
    pub batch_ticks: u64,
    /// Actions of one image.
    pub counts: Counts,
}

impl GroupRun {
    /// Ticks of writing and computing.
    pub fn ticks(&self) -> u64 {
        self.write.ticks + self.batch_ticks
    }

    /// Pulses of writing its weights once.
    pub fn pulses(&self) -> u64 {
        self.write.layers.iter().map(|l| l.pulses).sum()
    }

    /// Bytes of weights that its arrays take in.
    pub fn weight_bytes(&self) -> u64 {
        self.write.layers.iter().map(|l| l.bytes).sum()
    }
}

/// A batch through the whole network.
#[derive(Debug, Clone, PartialEq)]
pub struct Pass {
    /// Images of the batch.
    pub batch: u64,
    /// Where their number comes from.
    pub rule: BatchRule,
    /// What the memory outside holds.
    pub dram: Dram,
    /// Each group, in order.
    pub groups: Vec<GroupRun>,
}

impl Pass {
    /// Ticks of a pass: every group is written and computes in turn. The next pass begins when it is over.
    pub fn ticks(&self) -> u64 {
        self.groups.iter().map(GroupRun::ticks).sum()
    }

    /// Of these, ticks in which weights are written.
    pub fn write_ticks(&self) -> u64 {
        self.groups.iter().map(|g| g.write.ticks).sum()
    }

    /// Ticks of one image by itself, in a batch of one: all groups written and run through.
    pub fn latency_ticks(&self) -> u64 {
        let of_group = |g: &GroupRun| g.write.ticks + g.latency_ticks;
        self.groups.iter().map(of_group).sum()
    }

    /// Actions of one image in all groups, without the weights.
    pub fn counts(&self) -> Counts {
        let mut counts = Counts::default();
        self.groups.iter().for_each(|g| counts += &g.counts);
        counts
    }

    /// Bytes of values that cross the links for one image.
    pub fn value_bytes(&self) -> u64 {
        self.counts().get(PartKind::Dram)
    }
}

/// Images of a batch that are simulated; those beyond follow at the steady interval.
const SIMULATED: u64 = 64;

/// Times every group with the cycle engine. `progress` is told how many groups are done.
///
/// # Errors
/// [`ReloadError`] if the machine does not say how its cells are written, a group locks up, or the memory outside does not
/// hold the batch.
pub fn run(
    net: &Network,
    arch: &Arch,
    groups: &[Group],
    batch: Option<u64>,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<Pass, ReloadError> {
    let dram = Dram::of(net, arch, groups);
    let (batch, rule) = dram.batch(batch)?;
    let mut runs = Vec::with_capacity(groups.len());
    for (done, group) in groups.iter().enumerate() {
        progress(done as u64, groups.len() as u64);
        let write = Startup::of(arch, &group.mapping).ok_or_else(|| ReloadError::no_write(arch))?;
        let plan = Plan::new(&group.graph, arch, &group.mapping)?;
        let simulated = batch.min(SIMULATED);
        let options = RunOptions {
            images: Some(simulated),
            ..RunOptions::default()
        };
        let observers = Observers {
            alone: &mut Silent,
            stream: &mut Silent,
        };
        let result = time::run_plan(&plan, &options, observers, &mut |_, _| {})?.result;
        let last = result.stream.image_ends.last().copied();
        runs.push(GroupRun {
            write,
            latency_ticks: result.latency_ticks,
            interval_ticks: result.interval_ticks,
            interval_proven: result.interval_proven,
            batch_ticks: last.unwrap_or(result.latency_ticks)
                + (batch - simulated) * result.interval_ticks,
            counts: result.counts,
        });
    }
    progress(groups.len() as u64, groups.len() as u64);
    Ok(Pass {
        batch,
        rule,
        dram,
        groups: runs,
    })
}
