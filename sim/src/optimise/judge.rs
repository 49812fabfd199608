//! What is known of each candidate: bounds that rise step by step, and at last the figures of the cycle engine.
//!
//! A step costs more than the one before: firings alone; the plan with tiles in order; the plan as placed, its links
//! included; a run of the engine, the same that `run` reports. Each bound holds for what the later steps find.

use super::budget::{InUse, Measure};
use super::error::OptimiseError;
use super::goal::Objective;
use super::pool::{Candidate, Pool};
use super::state::{Figures, Found, Planned, State, Step};
use crate::map::PlacementMethod;
use crosscut_arch::{Arch, Timing};
use crosscut_traces::Network;
use rayon::prelude::*;

/// All candidates, and how to find out more of them.
pub(super) struct Judge<'a> {
    pub(super) net: &'a Network,
    pub(super) arch: &'a Arch,
    /// The machine with as many chips as it takes.
    pub(super) free: &'a Arch,
    pub(super) placement: PlacementMethod,
    /// The limit on firings that the user set.
    pub(super) max_firings: Option<u64>,
    pub(super) pool: Pool<'a>,
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

    pub(super) fn energy_pj(&self, dynamic_pj: f64, in_use: InUse, interval: u64) -> Option<f64> {
        let static_pj = in_use.static_mw(self.arch) * (interval as f64 * self.arch.tick_ns());
        (!self.arch.parts.is_empty()).then_some(dynamic_pj + static_pj)
    }

    /// Finds out more of a candidate; an objective in which latency or energy counts wants a closer bound of it.
    pub(super) fn look(&mut self, i: usize, objective: Objective) -> Result<(), OptimiseError> {
        if self.is_thinned_out(i)? {
            return Ok(());
        }
        self.advance(i, objective)
    }

    /// Takes the next step of a candidate, if it was not taken ahead of time.
    fn advance(&mut self, i: usize, objective: Objective) -> Result<(), OptimiseError> {
        let found = match self.states[i].ahead.take() {
            Some(found) => found?,
            None => self.found(i, objective)?,
        };
        self.take(i, found);
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
        self.advance(i, Objective::Interval)
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

    /// Length of a tick.
    pub(super) fn tick_ns(&self) -> f64 {
        self.arch.tick_ns()
    }
}
