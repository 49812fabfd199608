//! Answers points: maps, prunes, times, prices and measures as the plan asks.

use super::base::Workload;
use super::choice::Choice;
use super::iso::{self, IsoAccuracy, IsoBy, SHARES};
use super::plan::Plan;
use super::shared::{Shared, Timing, accuracy};
use crate::chosen::Copies;
use crate::error::Error;
use crate::prune_job::{PruneChoice, Way};
use crate::setting::Setting;
use crosscut_arch::{Arch, ConverterKind};
use crosscut_report::Method;
use crosscut_report::sweep::fields::{Accuracy, Measured, values};
use crosscut_report::sweep::{Row, Status};
use crosscut_sim::optimise::Budget;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// Answers points of a plan; any number of threads may ask at once.
pub struct Engine<'p> {
    plan: &'p Plan,
    /// What was done.
    pub work: Work,
}

/// How often work was done, and how often it was shared between points that differ in costs only.
#[derive(Debug, Default)]
pub struct Work {
    /// Points timed.
    pub timed: AtomicU64,
    /// Points that took the times of another one.
    pub times_shared: AtomicU64,
    /// Accuracies measured.
    pub measured: AtomicU64,
    /// Points that took the accuracy of another one.
    pub accuracies_shared: AtomicU64,
}

fn one_more(count: &AtomicU64) {
    count.fetch_add(1, Ordering::Relaxed);
}

impl<'p> Engine<'p> {
    /// For a plan.
    pub fn new(plan: &'p Plan) -> Engine<'p> {
        Engine {
            plan,
            work: Work::default(),
        }
    }

    /// The rows of points that stand side by side in the plan; those that differ in costs only share work. `each` is called
    /// with every row as it comes.
    ///
    /// # Errors
    /// A bug of this program, and what `each` returns. What is wrong with a point stands in its row.
    pub fn group(
        &self,
        indices: &[u64],
        method: Method,
        each: &mut dyn FnMut(Row) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let mut shared = None;
        let mut found = None;
        for &index in indices {
            let choice = self.plan.choice(index);
            let point = self.plan.point(&choice);
            let answer = self.answer(choice, method, &mut shared, &mut found);
            each(self.row(index, point, method, answer)?)?;
        }
        Ok(())
    }

    fn row(
        &self,
        index: u64,
        point: u64,
        method: Method,
        answer: Result<Vec<f64>, Error>,
    ) -> Result<Row, Error> {
        let header = &self.plan.header;
        let (status, error, values) = match answer {
            Ok(values) => {
                let holds = |c: &super::constraint::Constraint| {
                    c.holds(&header.axes, index, &header.fields, &values)
                };
                let status = match self.plan.constraints.iter().all(holds) {
                    true => Status::Ok,
                    false => Status::Infeasible,
                };
                (status, None, values)
            }
            Err(e) if e.is_bug() => return Err(e),
            Err(e) => {
                let nothing = vec![f64::NAN; header.fields.len()];
                (Status::Failed, Some(in_a_line(&e)), nothing)
            }
        };
        Ok(Row {
            index,
            point,
            method,
            status,
            error,
            values,
        })
    }

    fn answer(
        &self,
        mut choice: Choice,
        method: Method,
        shared: &mut Option<Shared>,
        found: &mut Option<(Arch, u32)>,
    ) -> Result<Vec<f64>, Error> {
        let workload = &self.plan.networks[&choice.network];
        let mut iso = None;
        if let Some(question) = self.plan.iso {
            iso = Some(self.ask(question, &mut choice, workload, found)?);
        }
        let arch = self.plan.machines[&choice.arch].load(&choice.set)?;
        self.prepare(&choice, workload, &arch, shared)?;
        let Some(shared) = shared else {
            return Err(Error::Bug("a point is prepared".to_string()));
        };
        match shared.timing {
            Some(ref timing) if timing.method == method => one_more(&self.work.times_shared),
            _ => {
                shared.timing = Some(Timing::of(shared.network(), method, &workload.digest)?);
                one_more(&self.work.timed);
            }
        }
        let measured = match self.plan.accuracy {
            true => Some(self.accuracy(shared, workload)?),
            false => None,
        };
        let Some(timing) = &mut shared.timing else {
            return Err(Error::Bug("a point is timed".to_string()));
        };
        let run = timing.price(&arch);
        let all = Measured {
            run: &run,
            accuracy: measured,
            iso,
        };
        Ok(values(&self.plan.header.fields, &all))
    }

    /// Maps (and prunes) a point, or takes over what a point before found if the two differ in costs only.
    fn prepare(
        &self,
        choice: &Choice,
        workload: &Workload,
        arch: &Arch,
        shared: &mut Option<Shared>,
    ) -> Result<(), Error> {
        let one_copy = choice.one_copy || self.plan.prunes;
        let near = shared.as_ref().filter(|s| s.is_of(arch));
        if choice.goal().is_none() && near.is_some_and(|s| s.maps(arch, one_copy)) {
            return Ok(());
        }
        let mut setting = Setting::new(arch.clone(), workload.net.clone()).seed(choice.seed);
        if one_copy {
            setting = setting.copies(Copies::One);
        }
        if let Some(goal) = choice.goal() {
            setting = setting.goal(goal);
        }
        if let Some((images, _)) = &workload.images {
            setting = setting.shared_images(Arc::clone(images));
        }
        let dense = setting.map()?;
        if near.is_some_and(|s| s.dense.mapping == dense.mapping) {
            return Ok(());
        }
        let mut new = Shared::new(dense);
        if choice.keep < 1.0 {
            let job = new.dense.prune_job(PruneChoice {
                way: Way::Share {
                    share: choice.keep,
                    method: choice.method.clone(),
                },
                ..PruneChoice::default()
            })?;
            let pruned = job.prune()?;
            new.pruned = Some(new.dense.with_network(pruned.network, pruned.mapping));
        }
        *shared = Some(new);
        Ok(())
    }

    fn accuracy(&self, shared: &mut Shared, workload: &Workload) -> Result<Accuracy, Error> {
        if let Some(known) = shared.accuracy {
            one_more(&self.work.accuracies_shared);
            return Ok(known);
        }
        let found = accuracy(shared.network(), workload)?;
        one_more(&self.work.measured);
        shared.accuracy = Some(found);
        Ok(found)
    }

    /// Finds the smallest figure that keeps accuracy, and puts it into the choice. `found` holds the last machine and its answer,
    /// which a machine that differs in costs only takes over.
    fn ask(
        &self,
        question: IsoAccuracy,
        choice: &mut Choice,
        workload: &Workload,
        found: &mut Option<(Arch, u32)>,
    ) -> Result<f64, Error> {
        let machine = &self.plan.machines[&choice.arch];
        let arch = machine.load(&choice.set)?;
        let before = choice.clone();
        let lost = question.points / 100.0 + 1e-12;
        type Change<'c> = Box<dyn Fn(&mut Choice, u32) -> f64 + 'c>;
        let (most, change): (u32, Change<'_>) = match question.by {
            IsoBy::Bits => {
                let adc = arch
                    .adc
                    .ok_or_else(|| Error::NoConverter(arch.name.clone()))?;
                let key = format!("adc.{}.bits", adc.kind.name());
                let put = move |c: &mut Choice, bits: u32| {
                    c.set.push(format!("{key}={bits}"));
                    f64::from(bits)
                };
                (adc.bits, Box::new(put))
            }
            IsoBy::Keep => {
                let put = |c: &mut Choice, step: u32| {
                    c.keep = f64::from(step) / f64::from(SHARES);
                    c.keep
                };
                (SHARES, Box::new(put))
            }
        };
        let known = found
            .as_ref()
            .filter(|(of, _)| Shared::differs_in_costs(of, &arch));
        if let Some(&(_, number)) = known.filter(|_| choice.goal().is_none_or(|g| !by_costs(&g))) {
            return Ok(change(choice, number));
        }
        let mut dense: Option<f64> = None;
        let mut holds = |number: u32| -> Result<bool, Error> {
            let mut tried = before.clone();
            change(&mut tried, number);
            let Ok(arch) = machine.load(&tried.set) else {
                return Ok(false);
            };
            let mut shared = None;
            match self.prepare(&tried, workload, &arch, &mut shared) {
                // A share that cannot be reached is one that does not hold.
                Err(Error::Prune(_)) if question.by == IsoBy::Keep => return Ok(false),
                other => other?,
            }
            let Some(mut shared) = shared else {
                return Ok(false);
            };
            let a = self.accuracy(&mut shared, workload)?;
            let wanted = match question.by {
                IsoBy::Bits => a.reference,
                IsoBy::Keep => *dense.get_or_insert(a.crossbars),
            };
            Ok(a.crossbars >= wanted - lost)
        };
        let number = iso::smallest(most, &mut holds)?;
        let number = number.ok_or(Error::NotAccurate {
            points: question.points,
        })?;
        *found = Some((arch, number));
        Ok(change(choice, number))
    }
}

/// Whether a mapping is chosen by what parts cost.
fn by_costs(goal: &crosscut_sim::optimise::Goal) -> bool {
    goal.objective.needs_costs() || matches!(goal.budget, Some(Budget::AreaMm2(_)))
}

/// The whole error in one line, cut where it becomes a text.
fn in_a_line(error: &Error) -> String {
    const MOST: usize = 300;
    let mut text = String::new();
    let mut cause: Option<&dyn std::error::Error> = Some(error);
    while let Some(e) = cause {
        let own = e.to_string();
        if !text.contains(&own) {
            text += if text.is_empty() { "" } else { ": " };
            text += &own;
        }
        cause = e.source();
    }
    let words: Vec<&str> = text.split_whitespace().collect();
    words.join(" ").chars().take(MOST).collect()
}
