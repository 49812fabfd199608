//! `crosscut plot`.

use super::{Outcome, sweep};
use crate::args::PlotArgs;
use crate::output;
use anyhow::{Context, bail};
use crosscut::sweep::drive;
use crosscut_report::Report;
use crosscut_report::{page, plot};
use std::path::Path;

/// Whether a file is the log of a sweep, or a folder with logs.
fn is_log(path: &Path) -> bool {
    path.is_dir() || path.extension().is_some_and(|e| e == "jsonl")
}

/// Draws designs against each other.
fn of_sweep(args: &PlotArgs) -> anyhow::Result<Outcome> {
    let (joined, _) =
        drive::merge(std::slice::from_ref(&args.report)).map_err(crosscut::Error::from)?;
    output::prepare_folder(&args.out)?;
    let mut files = output::Set::new(&args.out);
    sweep::pictures(&joined.table, &mut files)?;
    let names = files.names();
    if names.is_empty() {
        bail!(
            "no design of `{}` has figures to draw",
            args.report.display()
        );
    }
    files.commit()?;
    output::text(&format!("written to {}: {names}", args.out.display()))?;
    Ok(Outcome::Done)
}

/// Draws the plots of a saved report, and the page that shows them.
pub fn run(args: &PlotArgs) -> anyhow::Result<Outcome> {
    let name = args.report.display();
    if is_log(&args.report) {
        return of_sweep(args);
    }
    let text = crosscut_traces::file::read_text(&args.report)
        .with_context(|| format!("cannot read the report `{name}`"))?;
    let report = Report::read(&text).with_context(|| format!("`{name}` cannot be drawn"))?;
    let Some(plots) = plot::of_report(&report)? else {
        bail!(
            "`{name}` is a report of a training or an import, which holds nothing to draw; give one of `compare`, `run`, `map`, `prune`, `exec` or `profile`"
        );
    };
    output::prepare_folder(&args.out)?;
    let mut files = output::Set::new(&args.out);
    for plot in &plots {
        files.add(plot.file, &plot.svg)?;
    }
    if let Some(page) = page::of_report(&report, &plots) {
        files.add(page::FILE, page)?;
    }
    let names = files.names();
    files.commit()?;
    output::text(&format!("written to {}: {names}", args.out.display()))?;
    Ok(Outcome::Done)
}
