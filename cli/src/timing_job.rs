//! How long a mapped network takes: cycle run or estimate, what is watched meanwhile, and the report of it.

use crate::error::Error;
use crate::experiment::Experiment;
use crosscut_report::{Method, Observed, RunReport};
use crosscut_sim::cycle::plan::Plan;
use crosscut_sim::cycle::{Observer, Observers, RunOptions, Startup};
use crosscut_sim::estimate;
use crosscut_sim::graph::DataflowGraph;
use crosscut_sim::record::{Both, Profile, Spans, Timeline, TimelineWindow};
use crosscut_sim::time;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

/// What to find out.
#[derive(Debug, Clone, Default)]
pub struct TimeOptions {
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
pub struct Timed {
    /// The report.
    pub report: RunReport,
    /// The trace, and the cycle from which on it is not whole.
    pub timeline: Option<(Vec<u8>, Option<u64>)>,
}

impl Experiment {
    /// Simulates every cycle of one image alone and of images back to back: latency, interval, energy, area, and what
    /// bounds them.
    ///
    /// # Errors
    /// If the machine has no timing, or the run cannot be done.
    pub fn time(&self) -> Result<RunReport, Error> {
        Ok(self.time_with(&TimeOptions::default())?.report)
    }

    /// The same in milliseconds, as if buses, ports, digital units and links were never contended.
    ///
    /// # Errors
    /// As [`time`](Experiment::time).
    pub fn estimate(&self) -> Result<RunReport, Error> {
        let options = TimeOptions {
            estimate: true,
            ..TimeOptions::default()
        };
        Ok(self.time_with(&options)?.report)
    }

    /// As [`time`](Experiment::time), with choices.
    ///
    /// # Errors
    /// As [`time`](Experiment::time); also if weights are to be written on a machine that does not say how.
    pub fn time_with(&self, options: &TimeOptions) -> Result<Timed, Error> {
        self.has_timing()?;
        let mapping = &self.mapping;
        let graph = DataflowGraph::build(&self.net, &self.arch, mapping)?;
        let topology = self.topology();
        let plan = Plan::with_topology(&graph, &self.arch, mapping, &*topology)?;
        let (mut profile, mut spans) = (Profile::new(&plan), Spans::new(&plan));
        let startup = if options.write_weights {
            Some(self.startup()?)
        } else {
            None
        };
        let mut timeline = options.timeline.map(|window| match &startup {
            Some(s) => Timeline::after(&plan, window, s),
            None => Timeline::new(&plan, window),
        });
        let timed = if options.estimate {
            time::Timed {
                result: estimate::run(&plan, &mut profile, &mut spans)?,
                estimate: None,
            }
        } else {
            match &mut timeline {
                None => self.simulate(&plan, options, &mut profile, &mut spans)?,
                Some(t) if options.images.is_some() => {
                    let stream = &mut Both(&mut spans, t);
                    self.simulate(&plan, options, &mut profile, stream)?
                }
                Some(t) => {
                    let alone = &mut Both(&mut profile, t);
                    self.simulate(&plan, options, alone, &mut spans)?
                }
            }
        };
        let time::Timed { result, estimate } = timed;
        let method = if options.estimate {
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
        let map = self.plain_map_report()?;
        let mut report = RunReport::new(&map, &self.arch, &result, &seen);
        if let Some(own) = &self.topology {
            report.notes.push(format!(
                "messages take the routes of {own:?} instead of the machine's `{}`; links and routers cost what the machine says",
                self.arch.noc.kind.name()
            ));
        }
        if let Some(startup) = &startup {
            report = report.with_startup(startup);
        }
        if let Some(images) = options.images.filter(|_| report.partial.is_none()) {
            report = report.with_batch(images, &result.stream.image_ends);
        }
        if let Some(found) = &estimate {
            report = report.with_estimate(found);
        }
        let timeline = timeline.map(Timeline::finish);
        Ok(Timed { report, timeline })
    }

    fn startup(&self) -> Result<Startup, Error> {
        Startup::of(&self.arch, &self.mapping).ok_or_else(|| Error::NoWrite {
            machine: self.arch.name.clone(),
            device: self.arch.device.kind.to_string(),
        })
    }

    fn simulate(
        &self,
        plan: &Plan,
        options: &TimeOptions,
        alone: &mut impl Observer,
        stream: &mut impl Observer,
    ) -> Result<time::Timed, Error> {
        let run = RunOptions {
            images: options.images,
            // A trace of images that were skipped would be empty.
            every_image: options.images.is_some() && options.timeline.is_some(),
            until: options.until,
            interrupt: options.interrupt.as_deref(),
        };
        let task = self.progress.begin("simulating time", 1);
        let progress = &mut |done, of| task.set(done, of);
        let observers = Observers { alone, stream };
        Ok(time::run_plan(plan, &run, observers, progress)?)
    }
}
