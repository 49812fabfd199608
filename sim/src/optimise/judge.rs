//! What is known of each candidate: bounds that rise step by step, and at last the figures of the cycle engine.
//!
//! A step costs more than the one before: firings alone; the plan with tiles in order; the plan as placed, its links
//! included; a run of the engine, the same that `run` reports. Each bound holds for what the later steps find.

use super::bans::Bans;
use super::budget::{InUse, Measure};
use super::energy::picojoules;
use super::error::OptimiseError;
use super::goal::Objective;
use super::pool::{Candidate, Pool};
use crate::cycle::{self, CycleError, Observers, Plan, RunOptions, Silent};
use crate::estimate;
use crate::graph::{DataflowGraph, Messages};
use crate::map::{Mapping, PlacementMethod};
use crate::place::{place, place_messages};
use crate::time;
use crosscut_arch::{Arch, PartKind, Timing};
use crosscut_traces::Network;
use petgraph::Direction;
use petgraph::graph::NodeIndex;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

/// How much longer than the busiest part beside them links may take with tiles in order, for a rung to be placed whatever else
/// there is: placing tiles is likely to take as much load off the links.
const PLACED: u64 = 2;
/// Of the rungs that links hold up longer, one is placed per step of this ratio.
const STEP: f64 = 1.08;
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
    /// Whether it was found not to be one of many.
    stays: bool,
    /// Why it does not run.
    pub(super) refused: Option<CycleError>,
    /// The mapping with its tiles placed; its plan on machines with crossbar timing.
    pub(super) placed: Option<Box<(Mapping, Option<Plan>)>>,
    /// Interval that is proven without contention.
    pub(super) proven: u64,
    /// What the next step finds, if it was taken ahead of time.
    pub(super) ahead: Option<Result<Found, OptimiseError>>,
}

/// What the plan of a candidate says, its tiles in order.
pub(super) struct Planned {
    /// Ticks of the busiest part with links and without.
    with_links: u64,
    without: u64,
    /// Actions of an image, but for those that placement can save.
    dynamic_pj: f64,
}

impl Planned {
    fn of(plan: &Plan, arch: &Arch) -> Planned {
        let (with_links, without) = cycle::busiest_with_and_without_links(plan);
        let mut counts = plan.counts_of_an_image();
        for kind in [PartKind::Router, PartKind::ChipLink] {
            counts.0.remove(&kind);
        }
        Planned {
            with_links,
            without,
            dynamic_pj: picojoules(arch, &counts),
        }
    }
}

/// What a step found.
pub(super) enum Found {
    /// Nothing is left to find.
    Nothing,
    /// A mapping on a machine without crossbar timing.
    Sized(Mapping),
    /// The candidate as its windows fit the buffers; ticks of the busiest part with links and without.
    Planned(Box<Candidate>, Planned),
    /// The mapping with its tiles placed, its plan, and bounds.
    Placed(Box<(Mapping, Option<Plan>)>, Figures),
    /// Figures of the engine, and the interval that is proven without contention.
    Ran { figures: Figures, proven: u64 },
    /// Why it does not run; whether the engine found that out.
    Refused {
        refused: Option<CycleError>,
        ran: bool,
    },
}

impl State {
    /// Whether links with tiles in order are busy for much longer than all else.
    fn is_held_up(&self) -> bool {
        let least = PLACED * self.candidate.busiest_ticks;
        self.busiest.is_some_and(|busiest| busiest > least)
    }

    /// Step of a ladder on which the candidate stands without its links.
    fn ladder_step(&self) -> i64 {
        let ticks = self.candidate.busiest_ticks.max(1) as f64;
        (ticks.ln() / STEP.ln()).floor() as i64
    }

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
            runs: 0,
            pool,
        };
        let candidates = judge.pool.candidates()?;
        judge.states = candidates.into_iter().map(|c| judge.drawn(c)).collect();
        Ok(judge)
    }

    fn drawn(&self, candidate: Candidate) -> State {
        let ticks = candidate.busiest_ticks;
        State {
            figures: Figures {
                interval_ticks: ticks,
                latency_ticks: ticks,
                energy_pj: self.energy_pj(candidate.dynamic_pj, candidate.size.in_use, ticks),
            },
            busiest: None,
            stays: false,
            step: Step::Drawn,
            candidate,
            refused: None,
            placed: None,
            proven: 0,
            ahead: None,
        }
    }

    fn energy_pj(&self, dynamic_pj: f64, in_use: InUse, interval: u64) -> f64 {
        dynamic_pj + in_use.static_mw(self.arch) * (interval as f64 * self.arch.tick_ns())
    }

    /// Finds out more of a candidate; an objective in which latency or energy counts wants a closer bound of it.
    pub(super) fn look(&mut self, i: usize, objective: Objective) -> Result<(), OptimiseError> {
        if self.is_thinned_out(i)? {
            return Ok(());
        }
        match self.states[i].ahead.take() {
            Some(found) => self.take(i, found?),
            None => {
                let found = self.found(i, objective)?;
                self.take(i, found);
            }
        }
        Ok(())
    }

    /// Leaves a planned candidate out if it is one of many; whether it did.
    fn is_thinned_out(&mut self, i: usize) -> Result<bool, OptimiseError> {
        if self.states[i].step != Step::Planned || self.states[i].stays {
            return Ok(false);
        }
        let out = self.is_one_of_many(i)?;
        let state = &mut self.states[i];
        state.stays = !out;
        if out {
            (state.step, state.ahead) = (Step::Out, None);
        }
        Ok(out)
    }

    /// Takes the next step of several candidates side by side, for later: what is found does not depend on when it is.
    pub(super) fn look_ahead(
        &mut self,
        of: &[usize],
        objective: Objective,
    ) -> Result<(), OptimiseError> {
        let mut open = Vec::new();
        for &i in of {
            if self.states[i].ahead.is_none() && !self.is_thinned_out(i)? {
                open.push(i);
            }
        }
        let this = &*self;
        let found: Vec<_> = open.par_iter().map(|&i| this.found(i, objective)).collect();
        for (i, found) in open.into_iter().zip(found) {
            self.states[i].ahead = Some(found);
        }
        Ok(())
    }

    /// What the next step of a candidate finds.
    fn found(&self, i: usize, objective: Objective) -> Result<Found, OptimiseError> {
        match self.states[i].step {
            Step::Drawn if !self.timed => Ok(Found::Sized(self.placed(self.in_order(i)?, None)?)),
            Step::Drawn => self.plan_of(i),
            Step::Planned => self.place_of(i, objective),
            Step::Placed => Ok(self.run_of(i)),
            Step::Judged | Step::Out => Ok(Found::Nothing),
        }
    }

    fn take(&mut self, i: usize, found: Found) {
        let state = &mut self.states[i];
        match found {
            Found::Nothing => {}
            Found::Sized(mapping) => {
                (state.step, state.placed) = (Step::Judged, Some(Box::new((mapping, None))));
            }
            Found::Planned(candidate, planned) => {
                state.candidate = *candidate;
                self.planned(i, &planned);
            }
            Found::Placed(placed, figures) => {
                state.figures = figures;
                state.placed = Some(placed);
                state.step = Step::Placed;
            }
            Found::Ran { figures, proven } => {
                (state.figures, state.proven) = (figures, proven);
                state.step = Step::Judged;
                self.runs += 1;
            }
            Found::Refused { refused, ran } => {
                state.refused = refused.or(state.refused.take());
                (state.step, state.placed) = (Step::Out, None);
                self.runs += usize::from(ran);
            }
        }
    }

    /// Plans a candidate with tiles in order, if that was not done yet.
    pub(super) fn plan(&mut self, i: usize) -> Result<(), OptimiseError> {
        if self.states[i].step != Step::Drawn || !self.timed {
            return Ok(());
        }
        let found = match self.states[i].ahead.take() {
            Some(found) => found?,
            None => self.plan_of(i)?,
        };
        self.take(i, found);
        Ok(())
    }

    /// The plan of a candidate with tiles in order. Choices that do not fit the buffers are replaced by the next best ones of
    /// the same recipe.
    fn plan_of(&self, i: usize) -> Result<Found, OptimiseError> {
        let mut candidate = self.states[i].candidate.clone();
        let mut bans = Bans::default();
        let mut first = None;
        for _ in 0..REPAIRS {
            let mapping = Mapping::build(self.net, self.free, &candidate.options)?;
            let graph = DataflowGraph::build(self.net, self.free, &mapping)?;
            let refused = match Plan::new(&graph, self.free, &mapping) {
                Ok(plan) => {
                    let planned = Planned::of(&plan, self.free);
                    return Ok(Found::Planned(Box::new(candidate), planned));
                }
                Err(refused) => refused,
            };
            let layer = too_wide(&graph, &mapping, &refused);
            let picks = candidate.picks.as_ref();
            let banned = layer.zip(picks).is_some_and(|(l, picks)| {
                let pick = &picks[l];
                bans.add(l, pick.width, pick.copies.replicas)
            });
            first.get_or_insert(refused);
            let next = match banned {
                true => self.pool.draw(candidate.recipe, &bans)?,
                false => None,
            };
            // Bounds hold for what takes its place: it fires as often and is no smaller.
            let least = candidate.busiest_ticks;
            let Some(mut next) = next.filter(|c| c.busiest_ticks >= least) else {
                break;
            };
            next.size = next.size.or_larger(&candidate.size);
            candidate = next;
        }
        Ok(Found::Refused {
            refused: first,
            ran: false,
        })
    }

    fn planned(&mut self, i: usize, planned: &Planned) {
        let state = &self.states[i];
        let (f, c) = (state.figures, &state.candidate);
        let interval_ticks = f.interval_ticks.max(planned.without);
        let figures = Figures {
            interval_ticks,
            latency_ticks: f.latency_ticks.max(planned.without),
            energy_pj: self.energy_pj(planned.dynamic_pj, c.size.in_use, interval_ticks),
        };
        let state = &mut self.states[i];
        state.figures = figures;
        state.busiest = Some(planned.with_links.max(interval_ticks));
        state.refused = None;
        state.step = Step::Planned;
    }

    /// Whether links hold a rung up with tiles in order, and a smaller one that is nearly as fast without them stands for it. This
    /// does not depend on the budget: it holds all that is smaller.
    fn is_one_of_many(&mut self, i: usize) -> Result<bool, OptimiseError> {
        let this = &self.states[i];
        let Some(kind) = this.candidate.recipe.rung() else {
            return Ok(false);
        };
        if !this.is_held_up() {
            return Ok(false);
        }
        let (step, size) = (this.ladder_step(), this.candidate.size.amount(self.measure));
        let alike = |(n, s): (usize, &State)| {
            let smaller = (s.candidate.size.amount(self.measure), n) < (size, i);
            let alike = s.candidate.recipe.rung() == Some(kind) && s.ladder_step() == step;
            (smaller && alike).then_some(n)
        };
        let others: Vec<usize> = self.states.iter().enumerate().filter_map(alike).collect();
        for n in others {
            self.plan(n)?;
            let s = &self.states[n];
            let smaller = (s.candidate.size.amount(self.measure), n) < (size, i);
            if smaller && s.is_held_up() {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// The mapping of a candidate, its tiles in order.
    fn in_order(&self, i: usize) -> Result<Mapping, OptimiseError> {
        let options = &self.states[i].candidate.options;
        Ok(Mapping::build(self.net, self.arch, options)?)
    }

    /// The mapping with its tiles placed.
    fn placed(
        &self,
        in_order: Mapping,
        known: Option<(&DataflowGraph, &Messages)>,
    ) -> Result<Mapping, OptimiseError> {
        let (net, arch) = (self.net, self.arch);
        let area = InUse::of(&in_order).area_mm2(arch);
        let mapping = match (self.placement, known) {
            (PlacementMethod::Optimised, Some((graph, messages))) => {
                place_messages(&*arch.topology(), graph, arch, in_order, messages)
            }
            (method, _) => place(net, arch, in_order, method)?,
        };
        // A placement that shortens routes may use routers that were not counted.
        Ok(match InUse::of(&mapping).area_mm2(arch) > area {
            true => mapping.in_order(arch),
            false => mapping,
        })
    }

    fn place_of(&self, i: usize, objective: Objective) -> Result<Found, OptimiseError> {
        let (net, arch) = (self.net, self.arch);
        let in_order = self.in_order(i)?;
        let graph = DataflowGraph::build(net, arch, &in_order)?;
        let messages = Messages::of(&graph, arch, &in_order);
        let mapping = self.placed(in_order, Some((&graph, &messages)))?;
        let plan = Plan::with_messages(&graph, arch, &mapping, &messages)?;
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
        let dynamic_pj = picojoules(arch, &plan.counts_of_an_image());
        let figures = Figures {
            interval_ticks,
            latency_ticks: f.latency_ticks.max(latency),
            energy_pj: self.energy_pj(dynamic_pj, InUse::of(&mapping), interval_ticks),
        };
        let placed = Box::new((mapping, Some(plan)));
        Ok(Found::Placed(placed, figures))
    }

    /// Length of a tick.
    pub(super) fn tick_ns(&self) -> f64 {
        self.arch.tick_ns()
    }

    /// Runs a candidate in the engine, as `run` does.
    fn run_of(&self, i: usize) -> Found {
        let placed = self.states[i].placed.as_deref();
        let Some((mapping, Some(plan))) = placed else {
            return Found::Nothing;
        };
        let observers = Observers {
            alone: &mut Silent,
            stream: &mut Silent,
        };
        let timed = match time::run_plan(plan, &RunOptions::default(), observers, &mut |_, _| {}) {
            Ok(timed) => timed,
            Err(refused) => {
                return Found::Refused {
                    refused: Some(refused),
                    ran: true,
                };
            }
        };
        let result = &timed.result;
        let dynamic_pj = picojoules(self.arch, &result.counts);
        let estimate = timed.estimate.filter(|e| e.interval_proven);
        Found::Ran {
            figures: Figures {
                interval_ticks: result.interval_ticks,
                latency_ticks: result.latency_ticks,
                energy_pj: self.energy_pj(dynamic_pj, InUse::of(mapping), result.interval_ticks),
            },
            proven: estimate.map_or(0, |e| e.interval_ticks),
        }
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
