//! The best candidate within a budget: branch and bound, the engine last.

use super::budget::Cap;
use super::error::OptimiseError;
use super::goal::{Goal, Objective};
use super::judge::Judge;
use super::state::{State, Step};
use super::throughput::Throughput;

/// The candidate with the least figure among those that fit and are fast enough; of equals the smallest.
///
/// # Errors
/// If none fits, none runs, or none is fast enough.
pub(super) fn of(judge: &mut Judge, cap: &Cap, goal: &Goal) -> Result<usize, OptimiseError> {
    let tick_ns = judge.tick_ns();
    let longest = goal.require.map_or(u64::MAX, |t| t.interval_ticks(tick_ns));
    if let Some(best) = least(judge, cap, goal.objective, longest)? {
        return Ok(best);
    }
    if let Some(required) = goal.require
        && let Some(fastest) = least(judge, cap, Objective::Interval, u64::MAX)?
    {
        let state = &judge.states[fastest];
        let interval_ns = state.figures.interval_ticks as f64 * tick_ns;
        let best = Throughput {
            images_per_s: 1e9 / interval_ns,
        };
        return Err(judge.too_slow(cap, required, best, &state.candidate.size));
    }
    Err(judge.nothing(cap)?)
}

/// The candidate with the least figure and an interval no longer than `longest`.
fn least(
    judge: &mut Judge,
    cap: &Cap,
    objective: Objective,
    longest: u64,
) -> Result<Option<usize>, OptimiseError> {
    loop {
        let measure = judge.measure;
        let open = |s: &State| {
            s.step != Step::Out
                && s.figures.interval_ticks <= longest
                && cap.allows(&s.candidate.size)
        };
        let all = judge.states.iter().enumerate().filter(|(_, s)| open(s));
        let size = |s: &State| (s.candidate.size.amount(measure), s.candidate.size.crossbars);
        let mut all: Vec<usize> = all.map(|(i, _)| i).collect();
        let order = |&a: &usize, &b: &usize| {
            let [a, b] = [a, b].map(|i| &judge.states[i]);
            let (x, y) = (a.figure(objective), b.figure(objective));
            x.total_cmp(&y).then(size(a).cmp(&size(b)))
        };
        let Some(best) = all.iter().copied().min_by(order) else {
            return Ok(None);
        };
        if judge.states[best].step == Step::Judged {
            return Ok(Some(best));
        }
        // The next ones are likely to be looked at too; idle cores begin with them.
        let threads = rayon::current_num_threads();
        if threads > 1 && judge.states[best].ahead.is_none() {
            all.sort_by(order);
            let worth = all
                .iter()
                .take_while(|&&i| judge.states[i].step != Step::Judged);
            let next: Vec<usize> = worth.take(threads).copied().collect();
            judge.look_ahead(&next, objective)?;
        }
        judge.look(best, objective)?;
    }
}
