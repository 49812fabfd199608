//! What the search hands out: the mapping it found, or why there is none.

use super::bound::Bound;
use super::budget::{Cap, InUse, Size};
use super::error::OptimiseError;
use super::goal::Goal;
use super::judge::Judge;
use super::state::{State, Step};
use super::throughput::Throughput;
use super::{Optimised, Summary};

impl Judge<'_> {
    /// The mapping of a candidate that was judged, and what it rests on.
    pub(super) fn optimised(mut self, i: usize, goal: &Goal) -> Optimised {
        let candidates = self.states.len() as u64;
        let state = self.states.swap_remove(i);
        let (mapping, plan) = *state.placed.expect("what was judged was placed");
        let bound = plan.map(|plan| Bound::of(self.arch, &plan, state.proven));
        let figures = self.timed.then_some(state.figures);
        let gap = figures
            .zip(bound.as_ref())
            .map(|(f, b)| f.interval_ticks as f64 / b.ticks.max(1) as f64 - 1.0);
        Optimised {
            summary: Summary {
                goal: *goal,
                firings: state.candidate.most_firings(),
                bound,
                figures,
                gap,
                area_mm2: (!self.arch.parts.is_empty())
                    .then(|| InUse::of(&mapping).area_mm2(self.arch)),
                candidates,
                runs: self.runs as u64,
            },
            options: state.candidate.options,
            mapping,
        }
    }

    /// Why no candidate is left within a budget.
    pub(super) fn nothing(&mut self, cap: &Cap) -> Result<OptimiseError, OptimiseError> {
        let (network, machine) = (self.net.name.clone(), self.arch.name.clone());
        let measure = self.measure;
        let size = |s: &State| (s.candidate.size.amount(measure), s.candidate.size.crossbars);
        let smallest = (0..self.states.len()).min_by_key(|&i| size(&self.states[i]));
        // Once planned, a candidate may be larger than it was drawn.
        let runs = loop {
            let open = (0..self.states.len()).filter(|&i| self.states[i].step != Step::Out);
            match open.min_by_key(|&i| size(&self.states[i])) {
                Some(i) if self.timed && self.states[i].step == Step::Drawn => self.plan(i)?,
                found => break found,
            }
        };
        let smallest = &self.states[smallest.expect("one copy is a candidate")];
        let budget = cap.to_string();
        let needs = runs.map(|i| self.states[i].candidate.size.to_string());
        Ok(match (needs, &smallest.refused) {
            (None, Some(refused)) => OptimiseError::Cycle(refused.clone()),
            (Some(needs), Some(refused)) if cap.allows(&smallest.candidate.size) => {
                OptimiseError::NoneRuns {
                    network,
                    machine,
                    budget,
                    needs,
                    refused: Box::new(refused.clone()),
                }
            }
            (needs, _) => OptimiseError::TooSmall {
                network,
                machine,
                needs: needs.unwrap_or_default() + &self.limit(),
                budget,
            },
        })
    }

    /// The limit on firings that the user set, in words.
    fn limit(&self) -> String {
        self.max_firings.map_or_else(String::new, |n| {
            format!(" (with at most {n} firings per layer)")
        })
    }

    /// The error of a requirement that cannot be met.
    pub(super) fn too_slow(
        &self,
        cap: &Cap,
        required: Throughput,
        best: Throughput,
        size: &Size,
    ) -> OptimiseError {
        OptimiseError::TooSlow {
            network: self.net.name.clone(),
            machine: self.arch.name.clone(),
            budget: match cap.is_limited() {
                true => format!(" within {cap}"),
                false => String::new(),
            },
            required,
            best,
            needs: size.to_string(),
        }
    }
}
