//! What a request amounts to: axes in order, machines and networks read, everything checked that can be before the first
//! point.

use super::asked::{axes, front, iso, kept, notes, of_costs, search, values};
use super::axis::OWN;
use super::base::{Machine, Workload, hash, hex};
use super::choice::Choice;
use super::constraint::Constraint;
use super::error::SweepError;
use super::iso::{IsoAccuracy, IsoBy};
use super::points::{self, Search};
use super::request::Request;
use crate::error::Error;
use crosscut_report::sweep::{Header, Times, fields, grid, levels};
use crosscut_report::{Kind, Method, VERSION};
use crosscut_traces::suggest::hint;
use std::collections::BTreeMap;

/// Points of a search, unless asked otherwise.
const SEARCHED: u64 = 200;

/// A sweep, ready to run.
pub struct Plan {
    /// What logs of it begin with.
    pub header: Header,
    pub(super) constraints: Vec<Constraint>,
    pub(super) search: Search,
    pub(super) wanted: u64,
    pub(super) accuracy: bool,
    pub(super) prunes: bool,
    pub(super) iso: Option<IsoAccuracy>,
    pub(super) machines: BTreeMap<String, Machine>,
    pub(super) networks: BTreeMap<String, Workload>,
    /// Number of successive points that differ in costs only.
    pub(super) inner: u64,
    choices: String,
}

impl Plan {
    /// Checks a request and reads what it names.
    ///
    /// # Errors
    /// If anything asked for is unknown, contradicts itself or spans no points.
    pub fn new(request: Request) -> Result<Plan, Error> {
        let (axes, places) = axes(&request)?;
        let seed = request.seed.unwrap_or(0);
        let prunes = axes
            .iter()
            .flat_map(|d| &d.names)
            .any(|n| n.starts_with("prune."));
        let iso = iso(&request)?;
        let by_keep = iso.is_some_and(|i| i.by == IsoBy::Keep);
        let accuracy = request.accuracy || iso.is_some();
        let images = (accuracy || prunes || by_keep).then_some(&request.images);
        let mut machines = BTreeMap::new();
        for name in values(&axes, "arch") {
            machines.insert(name.clone(), Machine::read(name)?);
        }
        let mut networks = BTreeMap::new();
        for name in values(&axes, "network") {
            networks.insert(name.clone(), Workload::read(name, seed, images)?);
        }
        let mut constraints = Vec::new();
        for (text, place) in &request.constraints {
            let parsed = Constraint::parse(text, &axes);
            constraints.push(parsed.map_err(|what| SweepError::value(place, what))?);
        }
        let front = front(&request, accuracy)?;
        let needed = constraints
            .iter()
            .flat_map(Constraint::figures)
            .map(str::to_string);
        let needed: Vec<String> = needed.chain(front.iter().cloned()).collect();
        if !accuracy && let Some(name) = needed.iter().find(|n| fields::is_accuracy(n)) {
            let what = format!("`{name}` is not measured: give --accuracy");
            return Err(SweepError::value("constraints and --front", what).into());
        }
        let search = search(&request, &axes)?;
        let times = match (request.estimate, request.refine) {
            (true, true) => {
                return Err(SweepError::Beside(
                    "--estimate",
                    "--refine",
                    "refining runs what was estimated",
                )
                .into());
            }
            (true, false) => Times::Estimate,
            (false, true) => Times::Refined,
            (false, false) => Times::Cycle,
        };
        let fields = kept(request.fields.as_deref(), &needed, accuracy, iso.is_some())?;
        let wanted = request.points.unwrap_or(SEARCHED);
        let header = Header {
            kind: Kind::Sweep,
            report_version: VERSION,
            program_version: env!("CARGO_PKG_VERSION").to_string(),
            plan: String::new(),
            seed,
            times,
            search: match search {
                Search::Grid => "grid".to_string(),
                other => format!("{}, {wanted} points", other.name()),
            },
            points: None,
            axes,
            fields,
            front,
            constraints: constraints.iter().map(|c| c.text.clone()).collect(),
            machines: machines
                .iter()
                .map(|(n, m)| (n.clone(), m.digest.clone()))
                .collect(),
            networks: networks
                .iter()
                .map(|(n, w)| (n.clone(), w.digest.clone()))
                .collect(),
            notes: notes(prunes, iso),
            shard: None,
        };
        let inner = header
            .axes
            .iter()
            .filter(|d| of_costs(d))
            .map(|d| d.levels.len() as u64)
            .product();
        let hashes = networks.values().filter_map(|w| w.images.as_ref());
        let hashes: Vec<&str> = hashes.map(|(_, hash)| hash.as_str()).collect();
        let choices = format!(
            "{accuracy} {iso:?} {hashes:?} {:?}",
            request.images.normalise
        );
        let mut plan = Plan {
            header,
            constraints,
            search,
            wanted,
            accuracy,
            prunes: prunes || by_keep,
            iso,
            machines,
            networks,
            inner,
            choices,
        };
        plan.header.points = plan.count()?;
        let text = serde_json::to_string(&plan.header).map_err(|e| Error::Bug(e.to_string()))?;
        plan.header.plan = hex(&[&text, &plan.choices]);
        plan.check_axes(&places)?;
        Ok(plan)
    }

    /// Points that will be taken; `None` where the search decides as it goes.
    fn count(&self) -> Result<Option<u64>, SweepError> {
        let axes = &self.header.axes;
        let own: Vec<Constraint> = self.of_axes();
        let none = || {
            let texts: Vec<&str> = own.iter().map(|c| c.text.as_str()).collect();
            SweepError::NoPoints(format!(
                "no combination of values keeps to {}",
                texts.join(", ")
            ))
        };
        let count = match self.search {
            Search::Grid if own.is_empty() => grid(axes).unwrap_or(0),
            Search::Grid => (0..grid(axes).unwrap_or(0))
                .filter(|&i| self.allows(i))
                .count() as u64,
            Search::Nsga2 => return Ok(None),
            other => points::drawn(other, axes, &own, self.wanted, self.header.seed).len() as u64,
        };
        if count == 0 {
            Err(none())
        } else {
            Ok(Some(count))
        }
    }

    /// The constraints that axes alone decide.
    pub(super) fn of_axes(&self) -> Vec<Constraint> {
        self.constraints
            .iter()
            .filter(|c| c.is_of_axes())
            .cloned()
            .collect()
    }

    /// Whether the constraints on axes let a point be.
    pub(super) fn allows(&self, index: u64) -> bool {
        let mut own = self.constraints.iter().filter(|c| c.is_of_axes());
        own.all(|c| c.holds(&self.header.axes, index, &[], &[]))
    }

    /// What a point chooses.
    pub(super) fn choice(&self, index: u64) -> Choice {
        let at = levels(&self.header.axes, index);
        let mut choice = Choice::new(self.header.seed);
        for (name, axis, place) in self.header.axis_names() {
            choice = choice.with(name, &self.header.axes[axis].levels[at[axis]][place]);
        }
        choice
    }

    /// Hash of all that the figures of a point follow from.
    pub(super) fn point(&self, choice: &Choice) -> u64 {
        let mut set = choice.set.clone();
        set.sort();
        let digest = |found: Option<&String>| found.cloned().unwrap_or_default();
        hash(&[
            &self.header.program_version,
            &digest(self.header.machines.get(&choice.arch)),
            &digest(self.header.networks.get(&choice.network)),
            &set.join("\n"),
            &format!(
                "{} {:?} {:?} {}",
                choice.seed,
                choice.budget,
                choice.objective,
                choice.one_copy || self.prunes
            ),
            &format!("{} {} {}", self.prunes, choice.keep, choice.method),
            &self.choices,
        ])
    }

    /// Refuses an axis that no machine takes, whatever its value: its name is wrong, or all its values are.
    fn check_axes(&self, places: &BTreeMap<String, String>) -> Result<(), Error> {
        let axes = &self.header.axes;
        for (a, d) in axes.iter().enumerate() {
            if d.names.iter().all(|n| is_own(n)) {
                continue;
            }
            let mut refused = None;
            let tries = d.levels.len().min(64);
            let taken = (0..tries).any(|level| {
                self.machines.keys().any(|name| {
                    let mut choice = Choice::new(0);
                    // Beside the first value of every other axis, and alone.
                    let mut at = vec![0; axes.len()];
                    at[a] = level;
                    let alone = d.names.iter().zip(&d.levels[level]);
                    let alone = alone
                        .filter(|(n, _)| !is_own(n))
                        .map(|(n, v)| format!("{n}={v}"));
                    for (n, axis, place) in self.header.axis_names() {
                        choice = choice.with(n, &axes[axis].levels[at[axis]][place]);
                    }
                    let machine = &self.machines[name];
                    let alone = machine.load(&alone.collect::<Vec<String>>());
                    let result = alone.or_else(|e| machine.load(&choice.set).map_err(|_| e));
                    let is = result.is_ok();
                    if let (Err(e), None) = (result, &refused) {
                        refused = Some(e.to_string());
                    }
                    is
                })
            });
            if let (false, Some(why)) = (taken, refused) {
                let name = d.names.join(",");
                let own = OWN.iter().map(|o| o.0);
                let hint = d
                    .names
                    .iter()
                    .map(|n| hint(n, own.clone()))
                    .collect::<String>();
                let hint = hint
                    .strip_prefix("; ")
                    .map(|h| format!("\n  {h} (an axis of the sweep)"));
                return Err(SweepError::Axis {
                    place: places.get(&name).cloned().unwrap_or_default(),
                    name,
                    why: why.trim_start_matches("error: ").to_string() + &hint.unwrap_or_default(),
                }
                .into());
            }
        }
        Ok(())
    }

    /// How the times of the first look at a point are got.
    pub(super) fn method(&self) -> Method {
        match self.header.times {
            Times::Cycle => Method::Cycle,
            Times::Estimate | Times::Refined => Method::Estimate,
        }
    }
}

fn is_own(name: &str) -> bool {
    OWN.iter().any(|(own, _)| *own == name)
}
