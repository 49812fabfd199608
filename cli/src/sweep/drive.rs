//! Takes the points of a plan through the engine, on all cores, and keeps their rows.

use super::constraint::Constraint;
use super::engine::Engine;
use super::error::SweepError;
use super::log::{LogFile, load, rows_for};
use super::nsga::{self, Judged};
use super::plan::Plan;
use super::points::{self, Search};
use super::tally::Tally;
use crate::error::Error;
use crate::progress::{Progress, Silent};
use crosscut_report::Method;
use crosscut_report::sweep::{Header, Joined, Log, Row, Status, Table, Times, index, join, levels};
use crosscut_traces::random::Key;
use rayon::prelude::*;
use std::collections::{BTreeSet, HashMap};
use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, PoisonError};

/// Groups that are looked up before they are worked on, so that a large grid is never held as a whole.
const BATCH: u64 = 4096;

/// A plan on its way.
pub struct Sweep {
    plan: Plan,
    header: Header,
    /// Rows of other logs by point and method.
    others: HashMap<(u64, Method), Row>,
    progress: Arc<dyn Progress>,
}

/// What became of a sweep.
#[derive(Debug)]
pub struct Done {
    /// All rows of the log.
    pub table: Table,
    /// Rows made in this run.
    pub made: u64,
    /// Rows taken from other logs.
    pub taken: u64,
    /// Points that took the times of another one.
    pub times_shared: u64,
    /// Accuracies measured, and points that took the accuracy of another one.
    pub accuracies: [u64; 2],
    /// Whether somebody asked to stop before the end.
    pub interrupted: bool,
}

impl Sweep {
    /// A plan that is carried out whole.
    pub fn new(plan: Plan) -> Sweep {
        Sweep {
            header: plan.header.clone(),
            plan,
            others: HashMap::new(),
            progress: Arc::new(Silent),
        }
    }

    /// Only part `part` of `of`, from 1.
    ///
    /// # Errors
    /// If the plan cannot be divided: a refined or adaptive one looks at all points before it goes on.
    pub fn shard(mut self, part: u64, of: u64) -> Result<Sweep, SweepError> {
        let whole = "which points come next depends on all points before";
        if self.plan.search == Search::Nsga2 {
            return Err(SweepError::Beside("--shard", "--search nsga2", whole));
        }
        if self.header.times == Times::Refined {
            return Err(SweepError::Beside("--shard", "--refine", whole));
        }
        self.header.shard = Some([part, of]);
        Ok(self)
    }

    /// With rows of another log, which may be of another plan: points that are the same are not done again.
    ///
    /// # Errors
    /// If it is no log.
    pub fn reuse(mut self, log: &Path) -> Result<Sweep, SweepError> {
        let rows = rows_for(log, &self.header)?;
        let rows = rows.into_iter().filter(|r| r.status != Status::Failed);
        self.others.extend(rows.map(|r| ((r.point, r.method), r)));
        Ok(self)
    }

    /// With somebody who hears of progress.
    pub fn progress(mut self, progress: impl Progress + 'static) -> Sweep {
        self.progress = Arc::new(progress);
        self
    }

    /// Name of the log in its folder.
    pub fn log_name(&self) -> String {
        match self.header.shard {
            Some([part, of]) => format!("log.{part}-of-{of}.jsonl"),
            None => "log.jsonl".to_string(),
        }
    }

    /// The first line of the log.
    pub fn header(&self) -> &Header {
        &self.header
    }

    /// Does what the log lacks yet. It may be ended at any moment, and goes on from there when it is called again.
    ///
    /// # Errors
    /// If the log is of another plan, cannot be read or cannot be written.
    pub fn run(&self, folder: &Path) -> Result<Done, Error> {
        let (log, before) = LogFile::open(&folder.join(self.log_name()), &self.header)?;
        let rows: Vec<Row> = before
            .iter()
            .flat_map(|t| (0..t.len()).map(|n| t.row(n)))
            .collect();
        let tally = Tally::new(&self.header, rows);
        let engine = Engine::new(&self.plan);
        let steps = self.header.points.unwrap_or(self.plan.wanted);
        let task = self.progress.begin("sweep", steps);
        let run = Run {
            sweep: self,
            engine,
            state: Mutex::new((log, tally)),
            task: &*task,
        };
        let method = self.plan.method();
        match self.plan.search {
            Search::Grid => run.grid(method)?,
            Search::Nsga2 => run.adaptive(method)?,
            search => {
                let own: Vec<Constraint> = self.plan.of_axes();
                let drawn = points::drawn(
                    search,
                    &self.header.axes,
                    &own,
                    self.plan.wanted,
                    self.header.seed,
                );
                run.all(&drawn, method)?;
            }
        }
        if self.header.times == Times::Refined && !run.stopped() {
            run.refine()?;
        }
        let interrupted = run.stopped();
        let work = &run.engine.work;
        let count = |n: &std::sync::atomic::AtomicU64| n.load(Ordering::Relaxed);
        let (times_shared, accuracies) = (
            count(&work.times_shared),
            [count(&work.measured), count(&work.accuracies_shared)],
        );
        let (mut log, tally) = run
            .state
            .into_inner()
            .unwrap_or_else(PoisonError::into_inner);
        log.sync()?;
        let (made, taken) = (tally.made, tally.taken);
        Ok(Done {
            table: tally.table(&self.header),
            made,
            taken,
            times_shared,
            accuracies,
            interrupted,
        })
    }
}

struct Run<'a> {
    sweep: &'a Sweep,
    engine: Engine<'a>,
    state: Mutex<(LogFile, Tally)>,
    task: &'a dyn crate::progress::Task,
}

impl Run<'_> {
    fn stopped(&self) -> bool {
        self.sweep.progress.stop().is_asked()
    }

    /// Every point of the grid that is of this shard, batch by batch.
    fn grid(&self, method: Method) -> Result<(), Error> {
        let plan = &self.sweep.plan;
        let groups = plan.header.grid().unwrap_or(0) / plan.inner;
        let mine = |g: &u64| match self.sweep.header.shard {
            Some([part, of]) => g % of == part - 1,
            None => true,
        };
        let mut from = 0;
        while from < groups && !self.stopped() {
            let to = (from + BATCH).min(groups);
            let batch = (from..to).filter(mine).map(|g| {
                let points = g * plan.inner..(g + 1) * plan.inner;
                points.filter(|&i| plan.allows(i)).collect()
            });
            self.groups(batch.collect(), method)?;
            from = to;
        }
        Ok(())
    }

    /// Points in rising order.
    fn all(&self, points: &[u64], method: Method) -> Result<(), Error> {
        let inner = self.sweep.plan.inner;
        let mut groups: Vec<Vec<u64>> = Vec::new();
        for &i in points {
            match groups.last_mut() {
                Some(group) if group[0] / inner == i / inner => group.push(i),
                _ => groups.push(vec![i]),
            }
        }
        if let Some([part, of]) = self.sweep.header.shard {
            groups.retain(|g| (g[0] / inner) % of == part - 1);
        }
        self.groups(groups, method)
    }

    /// Works on groups, each on one core; rows that are there already are not made again.
    fn groups(&self, groups: Vec<Vec<u64>>, method: Method) -> Result<(), Error> {
        let open: Vec<Vec<u64>> = {
            let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
            let mut open = Vec::new();
            for group in groups {
                let mut left = Vec::new();
                for i in group {
                    if !state.1.has(i, method) && !self.take(&mut state, i, method)? {
                        left.push(i);
                    }
                }
                if !left.is_empty() {
                    open.push(left);
                }
            }
            open
        };
        open.into_par_iter().try_for_each(|group| {
            if self.stopped() {
                return Ok(());
            }
            self.engine
                .group(&group, method, &mut |row| self.keep(row, false))
        })
    }

    /// Takes a row from another log, if there is one of the same point.
    fn take(
        &self,
        state: &mut (LogFile, Tally),
        index: u64,
        method: Method,
    ) -> Result<bool, Error> {
        if self.sweep.others.is_empty() {
            return Ok(false);
        }
        let plan = &self.sweep.plan;
        let point = plan.point(&plan.choice(index));
        let Some(row) = self.sweep.others.get(&(point, method)) else {
            return Ok(false);
        };
        let holds =
            |c: &Constraint| c.holds(&plan.header.axes, index, &plan.header.fields, &row.values);
        let status = if plan.constraints.iter().all(holds) {
            Status::Ok
        } else {
            Status::Infeasible
        };
        let row = Row {
            index,
            status,
            ..row.clone()
        };
        self.record(state, row, true)?;
        Ok(true)
    }

    fn keep(&self, row: Row, taken: bool) -> Result<(), Error> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        self.record(&mut state, row, taken)
    }

    fn record(
        &self,
        (log, tally): &mut (LogFile, Tally),
        row: Row,
        taken: bool,
    ) -> Result<(), Error> {
        log.append(&row.line(&self.sweep.header))?;
        tally.add(row, taken);
        let (done, of) = (
            tally.points(),
            self.sweep.header.points.unwrap_or(self.sweep.plan.wanted),
        );
        self.task.set(done, of.max(done));
        if let Some(text) = tally.words(of) {
            self.task.say(&text);
        }
        Ok(())
    }

    /// The cycle engine for the front of the estimates and its neighbours.
    fn refine(&self) -> Result<(), Error> {
        let header = &self.sweep.header;
        let table = {
            let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
            state.1.clone().table(header)
        };
        let estimated: Vec<usize> = (0..table.len())
            .filter(|&n| table.method[n] == Method::Estimate)
            .collect();
        let feasible: Vec<usize> = estimated
            .iter()
            .copied()
            .filter(|&n| table.status[n] == Status::Ok)
            .collect();
        let known: BTreeSet<u64> = feasible.iter().map(|&n| table.index[n]).collect();
        let mut wanted = BTreeSet::new();
        for n in table.front(&feasible, &header.front) {
            let at = levels(&header.axes, table.index[n]);
            wanted.insert(table.index[n]);
            for (axis, d) in header.axes.iter().enumerate() {
                let beside = [
                    at[axis].checked_sub(1),
                    Some(at[axis] + 1).filter(|&l| l < d.levels.len()),
                ];
                for level in beside.into_iter().flatten() {
                    let mut at = at.clone();
                    at[axis] = level;
                    wanted.insert(index(&header.axes, &at));
                }
            }
        }
        let wanted: Vec<u64> = wanted.intersection(&known).copied().collect();
        self.all(&wanted, Method::Cycle)
    }

    /// NSGA-II until as many points were looked at as were asked for, or nothing new is found. What the log holds already is
    /// not done again, so a sweep that goes on takes the same way.
    fn adaptive(&self, method: Method) -> Result<(), Error> {
        let plan = &self.sweep.plan;
        let axes = &plan.header.axes;
        let wanted = plan.wanted;
        let size = nsga::population(axes).min(wanted as usize);
        let own = plan.of_axes();
        let first = points::drawn(Search::Sobol, axes, &own, size as u64, plan.header.seed);
        let mut seen: BTreeSet<u64> = first.iter().copied().collect();
        self.all(&first, method)?;
        let mut parents = nsga::survivors(self.judged(&first, method), size);
        let key = Key::new(plan.header.seed).named("sweep nsga2");
        let mut asked = first.len() as u64;
        for generation in 0.. {
            let room = (wanted.saturating_sub(asked) as usize).min(size);
            if room == 0 || parents.is_empty() || self.stopped() {
                break;
            }
            let next = nsga::children(axes, &parents, room, &seen, key.child(generation));
            if next.is_empty() {
                break;
            }
            seen.extend(&next);
            let next: Vec<u64> = next.into_iter().filter(|&i| plan.allows(i)).collect();
            asked += next.len() as u64;
            self.all(&next, method)?;
            let children = self.judged(&next, method);
            parents = nsga::survivors(parents.into_iter().chain(children).collect(), size);
        }
        Ok(())
    }

    fn judged(&self, points: &[u64], method: Method) -> Vec<Judged> {
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let judge = |&index: &u64| Judged {
            index,
            costs: state.1.costs(index, method),
        };
        points.iter().map(judge).collect()
    }
}

/// Reads logs, or the logs of folders, and puts them together. Also how many bytes of cut lines were left out.
///
/// # Errors
/// If one is no log, or they are of different plans.
pub fn merge(paths: &[PathBuf]) -> Result<(Joined, u64), SweepError> {
    let mut files = Vec::new();
    for path in paths {
        if path.is_dir() {
            files.extend(logs_in(path)?);
        } else {
            files.push(path.clone());
        }
    }
    let mut logs: Vec<(String, Log)> = Vec::new();
    for path in files {
        logs.push((path.display().to_string(), load(&path)?));
    }
    let cut = logs.iter().map(|(_, log)| log.cut).sum();
    let joined = join(logs).map_err(|e| SweepError::value("merge", e.to_string()))?;
    Ok((joined, cut))
}

/// The logs of a folder, by name.
fn logs_in(folder: &Path) -> Result<Vec<PathBuf>, SweepError> {
    let io = |source| SweepError::Io {
        what: "read",
        path: folder.to_path_buf(),
        source,
    };
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(io)? {
        let path = entry.map_err(io)?.path();
        let name = path.file_name().map(|n| n.to_string_lossy().into_owned());
        let is = |n: &String| n.starts_with("log") && n.ends_with(".jsonl");
        if name.as_ref().is_some_and(is) {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}
