//! `crosscut sweep`.

use super::{Outcome, launch, sweep_text};
use crate::args::{MergeArgs, SweepArgs, SweepJobArgs, SweepVerb};
use crate::progress::Bars;
use crate::say::say;
use crate::{interrupt, output, setup};
use crosscut::sweep::axis::Axis;
use crosscut::sweep::{Plan, Request, Sweep, SweepError, drive};
use crosscut_report::plot::across;
use crosscut_report::sweep::{Status, Table, csv};
use serde::Serialize;
use std::path::{Path, PathBuf};

/// A plan to begin with.
const EXAMPLE: &str = include_str!("../example_plan.toml");

/// Carries out a plan, or merges logs.
pub fn run(args: &SweepArgs) -> anyhow::Result<Outcome> {
    match &args.verb {
        None => job(&args.job),
        Some(SweepVerb::Merge(merge)) => merged(merge),
        Some(SweepVerb::Example) => {
            output::text(EXAMPLE)?;
            Ok(Outcome::Done)
        }
    }
}

fn job(args: &SweepJobArgs) -> anyhow::Result<Outcome> {
    setup::threads(&args.threads)?;
    let plan = Plan::new(request(args)?)?;
    let hash = plan.header.plan.clone();
    let default = || PathBuf::from(format!("crosscut-sweep-{}", &hash[..8]));
    let out = args.log.out.clone().unwrap_or_else(default);
    if let Some(launch) = args.launch.launch {
        return launch::run(launch, args, plan, &out);
    }
    plan.header.notes.iter().for_each(setup::note);
    let mut sweep = Sweep::new(plan).progress(Bars::new(args.json));
    if let Some((part, of)) = args.points.shard {
        sweep = sweep.shard(part, of).map_err(crosscut::Error::from)?;
    }
    for log in &args.log.from {
        sweep = sweep.reuse(log).map_err(crosscut::Error::from)?;
    }
    output::prepare_folder(&out)?;
    interrupt::listen()?;
    let done = sweep.run(&out)?;
    let mut summary = sweep_text::Summary::of(&done.table);
    summary.made = Some(done.made);
    summary.taken = Some(done.taken);
    summary.times_shared = Some(done.times_shared);
    summary.accuracies_measured = Some(done.accuracies[0]);
    summary.accuracies_shared = Some(done.accuracies[1]);
    summary.files = vec![sweep.log_name()];
    if sweep.header().shard.is_none() && !done.interrupted {
        summary.files.extend(results(&done.table, &out)?);
    }
    show(&done.table, &summary, &out, args.json)?;
    if done.interrupted {
        say!("interrupted: call it again to go on");
        return Ok(Outcome::Interrupted);
    }
    Ok(outcome(&done.table))
}

/// A plan as file and options ask for it.
fn request(args: &SweepJobArgs) -> Result<Request, crosscut::Error> {
    let mut request = args
        .plan
        .as_deref()
        .map(Request::read)
        .transpose()?
        .unwrap_or_default();
    for (name, values) in [("arch", &args.axes.arch), ("network", &args.axes.network)] {
        if !values.is_empty() {
            request.over(Axis::single(name, values, &format!("--{name}"))?);
        }
    }
    let mut given: Vec<Axis> = Vec::new();
    for text in &args.axes.set {
        let axis = Axis::parse(text)?;
        if let Some(before) = given.iter().find(|a| a.axis.names == axis.axis.names) {
            return Err(SweepError::Twice {
                name: axis.axis.names.join(","),
                first: before.place.clone(),
                second: axis.place,
            }
            .into());
        }
        given.push(axis.clone());
        request.over(axis);
    }
    let ask = &args.ask;
    let conditions = ask
        .constraints
        .iter()
        .map(|c| (c.clone(), format!("--where {c}")));
    request.constraints.extend(conditions);
    request.fields = ask.fields.clone().or(request.fields);
    request.front = ask.front.clone().or(request.front);
    request.estimate |= ask.estimate;
    request.refine |= ask.refine;
    request.accuracy |= ask.accuracy;
    request.search = args.points.search.or(request.search);
    request.points = args.points.points.or(request.points);
    request.iso_area = args.axes.iso_area.clone().or(request.iso_area);
    request.iso_accuracy = args.axes.iso_accuracy.or(request.iso_accuracy);
    request.iso_by = args.axes.iso_by.or(request.iso_by);
    request.seed = args.seed.or(request.seed);
    let (images, data) = (&mut request.images, &args.data);
    images.data = data.data.clone().or(images.data.take());
    images.normalise = data.normalise.clone().or(images.normalise.take());
    let count = |given: Option<u32>, before: usize| given.map_or(before, |n| n as usize);
    images.images = count(data.images, images.images);
    images.calibration_images = count(data.calibration_images, images.calibration_images);
    Ok(request)
}

fn merged(args: &MergeArgs) -> anyhow::Result<Outcome> {
    let (joined, cut) = drive::merge(&args.logs).map_err(crosscut::Error::from)?;
    if cut > 0 {
        say!("warning: {cut} bytes of lines that were cut are left out");
    }
    if joined.doubled > 0 {
        say!(
            "warning: {} rows were there twice; one of each is kept",
            joined.doubled
        );
    }
    let missing: Vec<String> = joined.missing.iter().map(u64::to_string).collect();
    if !missing.is_empty() {
        say!("warning: no log of shard {} was given", missing.join(", "));
    }
    let table = joined.table;
    let points = table.len() as u64;
    if let Some(all) = table.header.points.filter(|&all| points < all) {
        say!("warning: {points} of {all} points are there");
    }
    output::prepare_folder(&args.out)?;
    let mut summary = sweep_text::Summary::of(&table);
    summary.missing_shards = joined.missing;
    summary.files = results(&table, &args.out)?;
    show(&table, &summary, &args.out, args.json)?;
    Ok(outcome(&table))
}

/// Header and counts.
#[derive(Serialize)]
struct Manifest<'a> {
    #[serde(flatten)]
    header: &'a crosscut_report::sweep::Header,
    rows: u64,
    ok: u64,
    infeasible: u64,
    failed: u64,
}

/// What a whole sweep amounts to, all or nothing.
fn results(table: &Table, out: &Path) -> anyhow::Result<Vec<String>> {
    let count = |status: Status| table.status.iter().filter(|s| **s == status).count() as u64;
    let manifest = Manifest {
        header: &table.header,
        rows: table.len() as u64,
        ok: count(Status::Ok),
        infeasible: count(Status::Infeasible),
        failed: count(Status::Failed),
    };
    let mut files = output::Set::new(out);
    files.add("results.csv", csv::csv(table))?;
    files.add("manifest.json", output::to_json(&manifest)?)?;
    pictures(table, &mut files)?;
    let names = files.names().split(", ").map(str::to_string).collect();
    files.commit()?;
    Ok(names)
}

/// Adds the pictures, each with its figures.
pub fn pictures(table: &Table, files: &mut output::Set) -> anyhow::Result<()> {
    for picture in across::of(table)? {
        files.add(&format!("{}.svg", picture.name), &picture.svg)?;
        files.add(&format!("{}.csv", picture.name), &picture.csv)?;
    }
    Ok(())
}

fn show(
    table: &Table,
    summary: &sweep_text::Summary,
    out: &Path,
    json: bool,
) -> anyhow::Result<()> {
    if json {
        output::json(summary)
    } else {
        output::text(&sweep_text::text(table, summary, out))
    }
}

/// Whether something came out, and every check held.
fn outcome(table: &Table) -> Outcome {
    let none = !table.is_empty() && table.status.iter().all(|s| *s == Status::Failed);
    let checks = table.column("checks_failed").unwrap_or_default();
    Outcome::of(!none && !checks.iter().any(|&n| n > 0.0))
}
