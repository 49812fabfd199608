//! `crosscut plot`.

use super::Outcome;
use crate::args::PlotArgs;
use crate::output;
use anyhow::{Context, bail};
use crosscut_report::Report;
use crosscut_report::{page, plot};

/// Draws the plots of a saved report, and the page that shows them.
pub fn run(args: &PlotArgs) -> anyhow::Result<Outcome> {
    let name = args.report.display();
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
