//! What is known of each candidate: bounds that rise step by step, and at last the figures of the cycle engine.
//!
//! A step costs more than the one before: firings alone; the plan with tiles in order; the plan as placed, its links
//! included; a run of the engine, the same that `run` reports. Each bound holds for what the later steps find.

use super::bans::Bans;
use super::bound::firing_ticks;
use super::budget::{InUse, Measure};
use super::energy::picojoules;
use super::error::OptimiseError;
use super::goal::Objective;
use super::pool::{Candidate, Pool};
use crate::cycle::{self, CycleError, Observers, Plan, RunOptions, Silent};
use crate::estimate;
use crate::graph::DataflowGraph;
use crate::map::{Mapping, PlacementMethod};
use crate::place::place;
use crate::time;
use crosscut_arch::{Arch, Timing};
use crosscut_traces::Network;
use petgraph::Direction;
use petgraph::graph::NodeIndex;
use serde::{Deserialize, Serialize};

/// A rung is not run if this many rungs that are no larger promise as much: for networks of few firings, and of many, whose
/// runs take long.
const ALIKE: [usize; 2] = [3, 1];
/// Firings of an image, one copy of each layer, from which on a network has many.
const MANY_FIRINGS: u64 = 20_000;
/// Attempts to find choices that fit the buffers.
const REPAIRS: usize = 24;

/// Figures of a mapped network as the cycle engine finds them, or bounds of them.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Figures {
    /// Ticks between images.
    pub interval_ticks: u64,
    /// Ticks of one image alone.
    pub latency_ticks: u64,
    /// Energy of an image: actions, and static power of all in use over the interval.
    pub energy_pj: f64,
}

/// How far a candidate was looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    /// Firings are known.
    Drawn,
    /// The plan with tiles in order is known.
    Planned,
    /// The plan with tiles placed is known.
    Placed,
    /// The engine ran it.
    Judged,
    /// It does not run, or smaller ones are expected to do as well.
    Out,
}

pub(super) struct State {
    pub(super) candidate: Candidate,
    pub(super) step: Step,
    /// Bounds, or figures once judged.
    pub(super) figures: Figures,
    /// Ticks of the busiest part with tiles in order, links included, once planned: what candidates are thinned by.
    busiest: Option<u64>,
    /// Why it does not run.
    pub(super) refused: Option<CycleError>,
    /// The mapping with its tiles placed; its plan on machines with crossbar timing.
    pub(super) placed: Option<Box<(Mapping, Option<Plan>)>>,
    /// Interval that is proven without contention.
    pub(super) proven: u64,
}

impl State {
    /// The figure of an objective, or a bound of it.
    pub(super) fn figure(&self, objective: Objective) -> f64 {
        let f = &self.figures;
        match objective {
            Objective::Interval => f.interval_ticks as f64,
            Objective::Latency => f.latency_ticks as f64,
            Objective::Energy => f.energy_pj,
            Objective::Edp => f.energy_pj * f.latency_ticks as f64,
            Objective::Area => self.candidate.size.area_mm2,
            Objective::Crossbars => self.candidate.size.crossbars as f64,
        }
    }
}

/// All candidates, and how to find out more of them.
pub(super) struct Judge<'a> {
    pub(super) net: &'a Network,
    pub(super) arch: &'a Arch,
    /// The machine with as many chips as it takes.
    free: &'a Arch,
    placement: PlacementMethod,
    /// The limit on firings that the user set.
    pub(super) max_firings: Option<u64>,
    pool: Pool<'a>,
    pub(super) measure: Measure,
    pub(super) states: Vec<State>,
    /// Whether time follows from crossbar reads; else only sizes are judged.
    pub(super) timed: bool,
    /// Rungs that make a larger one superfluous.
    alike: usize,
    /// Runs of the engine so far.
    pub(super) runs: usize,
}

impl<'a> Judge<'a> {
    pub(super) fn new(
        net: &'a Network,
        arch: &'a Arch,
        free: &'a Arch,
        max_firings: Option<u64>,
        pool: Pool<'a>,
        placement: PlacementMethod,
    ) -> Result<Judge<'a>, OptimiseError> {
        let mut judge = Judge {
            net,
            arch,
            free,
            placement,
            measure: pool.search.measure,
            states: Vec::new(),
            max_firings,
            timed: !matches!(arch.timing, Timing::None { .. }),
            alike: ALIKE[0],
            runs: 0,
            pool,
        };
        let candidates = judge.pool.candidates()?;
        judge.states = candidates.into_iter().map(|c| judge.drawn(c)).collect();
        let firings = |s: &State| s.candidate.firings.iter().sum::<u64>();
        if judge.states.iter().map(firings).max() >= Some(MANY_FIRINGS) {
            judge.alike = ALIKE[1];
        }
        Ok(judge)
    }

    fn drawn(&self, candidate: Candidate) -> State {
        let ticks = match self.timed {
            true => candidate.most_firings() * firing_ticks(self.arch),
            false => 0,
        };
        State {
            figures: Figures {
                interval_ticks: ticks,
                latency_ticks: ticks,
                energy_pj: self.energy_pj(candidate.dynamic_pj, candidate.size.in_use, ticks),
            },
            busiest: None,
            step: Step::Drawn,
            candidate,
            refused: None,
            placed: None,
            proven: 0,
        }
    }

    fn energy_pj(&self, dynamic_pj: f64, in_use: InUse, interval: u64) -> f64 {
        dynamic_pj + in_use.static_mw(self.arch) * (interval as f64 * self.arch.tick_ns())
    }

    /// Finds out more of a candidate; an objective in which latency counts wants a closer bound of it.
    pub(super) fn look(&mut self, i: usize, objective: Objective) -> Result<(), OptimiseError> {
        match self.states[i].step {
            Step::Drawn if !self.timed => {
                let mapping = self.placed(i)?;
                let state = &mut self.states[i];
                (state.step, state.placed) = (Step::Judged, Some(Box::new((mapping, None))));
                Ok(())
            }
            Step::Drawn => self.plan(i),
            Step::Planned => {
                if self.is_one_of_many(i)? {
                    self.states[i].step = Step::Out;
                    return Ok(());
                }
                self.place(i, objective)
            }
            Step::Placed => self.run(i),
            Step::Judged | Step::Out => Ok(()),
        }
    }

    /// Plans a candidate with tiles in order. Choices that do not fit the buffers are replaced by the next best ones of the
    /// same recipe.
    pub(super) fn plan(&mut self, i: usize) -> Result<(), OptimiseError> {
        if self.states[i].step != Step::Drawn || !self.timed {
            return Ok(());
        }
        let mut bans = Bans::default();
        for _ in 0..REPAIRS {
            let candidate = &self.states[i].candidate;
            let mapping = Mapping::build(self.net, self.free, &candidate.options)?;
            let graph = DataflowGraph::build(self.net, self.free, &mapping)?;
            let refused = match Plan::new(&graph, self.free, &mapping) {
                Ok(plan) => {
                    self.planned(i, &plan);
                    return Ok(());
                }
                Err(refused) => refused,
            };
            let layer = too_wide(&graph, &mapping, &refused);
            let picks = candidate.picks.as_ref();
            let banned = layer.zip(picks).is_some_and(|(l, picks)| {
                let pick = &picks[l];
                bans.add(l, pick.width, pick.copies.replicas)
            });
            let (recipe, least) = (candidate.recipe, candidate.most_firings());
            self.states[i].refused.get_or_insert(refused);
            let next = match banned {
                true => self.pool.draw(recipe, &bans)?,
                false => None,
            };
            // Bounds hold for what takes its place: it fires as often and is no smaller.
            let next = next.filter(|c| c.most_firings() >= least);
            let Some(mut next) = next else {
                break;
            };
            next.size = next.size.or_larger(&self.states[i].candidate.size);
            self.states[i].candidate = next;
        }
        self.states[i].step = Step::Out;
        Ok(())
    }

    fn planned(&mut self, i: usize, plan: &Plan) {
        let (with_links, without) = cycle::busiest_with_and_without_links(plan);
        let state = &self.states[i];
        let f = Figures {
            interval_ticks: state.figures.interval_ticks.max(without),
            latency_ticks: state.figures.latency_ticks.max(without),
            energy_pj: 0.0,
        };
        let c = &state.candidate;
        let energy_pj = self.energy_pj(c.dynamic_pj, c.size.in_use, f.interval_ticks);
        let state = &mut self.states[i];
        state.figures = Figures { energy_pj, ..f };
        state.busiest = Some(with_links.max(f.interval_ticks));
        state.refused = None;
        state.step = Step::Planned;
    }

    /// Whether enough smaller rungs promise as much. This does not depend on the budget: it holds all that is smaller.
    fn is_one_of_many(&mut self, i: usize) -> Result<bool, OptimiseError> {
        let this = &self.states[i];
        if !this.candidate.recipe.is_rung() {
            return Ok(false);
        }
        let Some(busiest) = this.busiest else {
            return Ok(false);
        };
        let size = this.candidate.size.amount(self.measure);
        let mut others: Vec<usize> = (0..self.states.len())
            .filter(|&n| {
                let s = &self.states[n];
                let smaller = s.candidate.size.amount(self.measure) <= size;
                n != i
                    && s.candidate.recipe.is_rung()
                    && smaller
                    && s.figures.interval_ticks <= busiest
            })
            .collect();
        // Those that are likely to count first.
        others.sort_by_key(|&n| (self.states[n].figures.interval_ticks, n));
        let mut alike = 0;
        for n in others {
            self.plan(n)?;
            let s = &self.states[n];
            let amount = s.candidate.size.amount(self.measure);
            let before = |b| (b, amount, n) < (busiest, size, i);
            if amount <= size && s.busiest.is_some_and(before) {
                alike += 1;
            }
            if alike == self.alike {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// The mapping of a candidate with its tiles placed.
    fn placed(&self, i: usize) -> Result<Mapping, OptimiseError> {
        let (net, arch) = (self.net, self.arch);
        let in_order = Mapping::build(net, arch, &self.states[i].candidate.options)?;
        let area = InUse::of(&in_order).area_mm2(arch);
        let mapping = place(net, arch, in_order, self.placement)?;
        // A placement that shortens routes may use routers that were not counted.
        Ok(match InUse::of(&mapping).area_mm2(arch) > area {
            true => mapping.in_order(arch),
            false => mapping,
        })
    }

    fn place(&mut self, i: usize, objective: Objective) -> Result<(), OptimiseError> {
        let (net, arch) = (self.net, self.arch);
        let mapping = self.placed(i)?;
        let graph = DataflowGraph::build(net, arch, &mapping)?;
        let plan = Plan::new(&graph, arch, &mapping)?;
        let busiest = cycle::busiest(&plan).1;
        let latency = match objective {
            Objective::Latency | Objective::Edp => {
                let ends = estimate::images(&plan, 1, &mut Silent);
                ends.map_or(0, |e| e.last().copied().unwrap_or(0))
            }
            _ => busiest,
        };
        let f = self.states[i].figures;
        let interval_ticks = f.interval_ticks.max(busiest);
        let dynamic_pj = self.states[i].candidate.dynamic_pj;
        let energy_pj = self.energy_pj(dynamic_pj, InUse::of(&mapping), interval_ticks);
        let state = &mut self.states[i];
        state.figures = Figures {
            interval_ticks,
            latency_ticks: f.latency_ticks.max(latency),
            energy_pj,
        };
        state.placed = Some(Box::new((mapping, Some(plan))));
        state.step = Step::Placed;
        Ok(())
    }

    /// Length of a tick.
    pub(super) fn tick_ns(&self) -> f64 {
        self.arch.tick_ns()
    }

    /// Runs a candidate in the engine, as `run` does.
    fn run(&mut self, i: usize) -> Result<(), OptimiseError> {
        let placed = self.states[i].placed.as_deref();
        let Some((mapping, Some(plan))) = placed else {
            return Ok(());
        };
        let observers = Observers {
            alone: &mut Silent,
            stream: &mut Silent,
        };
        let timed = time::run_plan(plan, &RunOptions::default(), observers, &mut |_, _| {});
        self.runs += 1;
        let timed = match timed {
            Ok(timed) => timed,
            Err(refused) => {
                let state = &mut self.states[i];
                state.refused = Some(refused);
                (state.step, state.placed) = (Step::Out, None);
                return Ok(());
            }
        };
        let result = &timed.result;
        let dynamic_pj = picojoules(self.arch, &result.counts);
        let figures = Figures {
            interval_ticks: result.interval_ticks,
            latency_ticks: result.latency_ticks,
            energy_pj: self.energy_pj(dynamic_pj, InUse::of(mapping), result.interval_ticks),
        };
        let state = &mut self.states[i];
        let estimate = timed.estimate.filter(|e| e.interval_proven);
        state.proven = estimate.map_or(0, |e| e.interval_ticks);
        state.figures = figures;
        state.step = Step::Judged;
        Ok(())
    }
}

/// The layer whose choice makes a window too large: that of the station, or the one whose tiles it works in.
fn too_wide(graph: &DataflowGraph, mapping: &Mapping, refused: &CycleError) -> Option<usize> {
    let CycleError::BufferTooSmall { station, .. } = refused else {
        return None;
    };
    let graph = &graph.graph;
    let mut at: NodeIndex = graph.node_indices().find(|&n| graph[n].name == *station)?;
    loop {
        let layer = mapping
            .layers
            .iter()
            .position(|l| l.layer == graph[at].layer);
        if layer.is_some() {
            return layer;
        }
        at = graph.neighbors_directed(at, Direction::Incoming).min()?;
    }
}
