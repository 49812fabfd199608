//! How long a mapped network takes: cycle run or estimate, what is watched meanwhile, and the report of it.

use crate::fail::Bug;
use crate::stages::Setting;
use anyhow::Context;
use crosscut_report::{Method, Observed, RunReport};
use crosscut_sim::cycle::plan::Plan;
use crosscut_sim::cycle::{self, CycleResult, End, Observer, RunOptions, Silent, Startup};
use crosscut_sim::estimate;
use crosscut_sim::graph::{DataflowGraph, GraphError, Mapped};
use crosscut_sim::map::Mapping;
use crosscut_sim::record::{Both, Profile, Spans, Timeline, TimelineWindow};
use crosscut_traces::Network;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

/// What to find out.
#[derive(Debug, Clone, Default)]
pub struct Question {
    /// Without contention.
    pub estimate: bool,
    /// Images back to back to report on.
    pub images: Option<u64>,
    /// Last cycle.
    pub until: Option<u64>,
    /// Whether weights are written before the first image.
    pub write_weights: bool,
    /// What of the trace to keep.
    pub timeline: Option<TimelineWindow>,
    /// Set when the user wants to stop.
    pub interrupt: Option<Arc<AtomicBool>>,
}

/// What was found out.
#[derive(Debug)]
pub struct Answer {
    /// The report.
    pub report: RunReport,
    /// The trace, and the cycle from which on it is not whole.
    pub timeline: Option<(Vec<u8>, Option<u64>)>,
}

impl Setting {
    /// Simulates time and prices the counts.
    pub fn time(
        &self,
        net: &Network,
        mapping: &Mapping,
        question: &Question,
    ) -> anyhow::Result<Answer> {
        let bug = |e: GraphError| Bug(e.to_string());
        let graph = DataflowGraph::build(net, &self.arch, mapping).map_err(bug)?;
        let plan = Plan::new(&graph, &self.arch, mapping)?;
        let mapped = Mapped {
            graph: &graph,
            arch: &self.arch,
            mapping,
        };
        let (mut profile, mut spans) = (Profile::new(&plan), Spans::new(&plan));
        let startup = match question.write_weights {
            true => Some(self.startup(mapping)?),
            false => None,
        };
        let mut timeline = question.timeline.map(|window| match &startup {
            Some(s) => Timeline::after(&plan, window, s),
            None => Timeline::new(&plan, window),
        });
        let mut result = if question.estimate {
            estimate::run(&plan, mapped, &mut profile, &mut spans)?
        } else {
            match &mut timeline {
                None => self.simulate(&plan, mapped, question, &mut profile, &mut spans)?,
                Some(t) if question.images.is_some() => {
                    let stream = &mut Both(&mut spans, t);
                    self.simulate(&plan, mapped, question, &mut profile, stream)?
                }
                Some(t) => {
                    let alone = &mut Both(&mut profile, t);
                    self.simulate(&plan, mapped, question, alone, &mut spans)?
                }
            }
        };
        let found = match question.estimate || result.end != End::Done {
            true => None,
            false => Some(estimate::times(&plan, &mut Silent, &mut Silent)?),
        };
        if let Some(found) = &found {
            result.bound_interval(found.interval_ticks, found.interval_proven);
        }
        let method = if question.estimate {
            Method::Estimate
        } else {
            Method::Cycle
        };
        let seen = Observed {
            plan: &plan,
            method,
            profile,
            spans,
        };
        let map = self.map_report(net, mapping);
        let mut report = RunReport::new(&map, &self.arch, &result, &seen);
        if let Some(startup) = &startup {
            report = report.with_startup(startup);
        }
        if let Some(images) = question.images.filter(|_| report.partial.is_none()) {
            report = report.with_batch(images, &result.stream.image_ends);
        }
        if let Some(found) = &found {
            report = report.with_estimate(found);
        }
        let timeline = timeline.map(Timeline::finish);
        Ok(Answer { report, timeline })
    }

    fn startup(&self, mapping: &Mapping) -> anyhow::Result<Startup> {
        Startup::of(&self.arch, mapping).with_context(|| {
            let (name, kind) = (&self.arch.name, &self.arch.device.kind);
            format!(
                "machine `{name}` does not say how its cells are written\n  \
                 give `[device.{kind}.write]`: `pulse`, `energy`, `source` and `confidence` at least, as in `crosscut arch show isaac-ce`"
            )
        })
    }

    fn simulate(
        &self,
        plan: &Plan,
        mapped: Mapped<'_>,
        question: &Question,
        alone: &mut impl Observer,
        stream: &mut impl Observer,
    ) -> anyhow::Result<CycleResult> {
        let options = RunOptions {
            images: question.images,
            // A trace of images that were skipped would be empty.
            every_image: question.images.is_some() && question.timeline.is_some(),
            until: question.until,
            interrupt: question.interrupt.as_deref(),
        };
        let bar = self.progress.bar("simulating time", 1);
        let progress = &mut |done, of| bar.set(done, of);
        Ok(cycle::run_plan(
            plan,
            mapped,
            &options,
            (alone, stream),
            progress,
        )?)
    }
}
