//! `crosscut plot`.

use super::Outcome;
use crate::args::PlotArgs;
use crate::output;
use crate::plot;
use anyhow::{Context, bail};
use crosscut_report::{CompareReport, ExecReport, MapReport, ProfileReport, RunReport, VERSION};
use serde_json::Value;

/// Draws the plots of a saved report.
pub fn run(args: &PlotArgs) -> anyhow::Result<Outcome> {
    let name = args.report.display();
    let text = std::fs::read_to_string(&args.report)
        .with_context(|| format!("cannot read the report `{name}`"))?;
    let value: Value =
        serde_json::from_str(&text).with_context(|| format!("`{name}` is not JSON"))?;
    match value.get("report_version").and_then(Value::as_u64) {
        Some(v) if v == u64::from(VERSION) => {}
        Some(v) => {
            bail!("`{name}` is a report of version {v}; this program reads version {VERSION}")
        }
        None => bail!("`{name}` is not a report of crosscut: it has no `report_version`"),
    }
    let damaged = || format!("`{name}` is not a whole report");
    let plots = if value.get("before").is_some() {
        let report: CompareReport = serde_json::from_value(value).with_context(damaged)?;
        plot::of_comparison(&report)?
    } else if value.get("components").is_some() {
        let report: RunReport = serde_json::from_value(value).with_context(damaged)?;
        plot::of_run(&report)?
    } else if value.get("placement").is_some() {
        let report: MapReport = serde_json::from_value(value).with_context(damaged)?;
        plot::of_mapping(&report)
    } else if value.get("adc_profile").is_some() {
        let report: ProfileReport = serde_json::from_value(value).with_context(damaged)?;
        plot::of_profile(&report)
    } else if value.get("reference_accuracy").is_some() {
        let report: ExecReport = serde_json::from_value(value).with_context(damaged)?;
        plot::of_exec(&report)?
    } else {
        bail!(
            "`{name}` holds nothing to draw; give a report of `compare`, `run`, `map`, `exec` or `profile`"
        );
    };
    output::prepare_folder(&args.out)?;
    for (file, svg) in &plots {
        output::file(&args.out, file, svg.as_bytes())?;
    }
    let names: Vec<&str> = plots.iter().map(|p| p.0).collect();
    output::text(&format!(
        "written to {}: {}",
        args.out.display(),
        names.join(", ")
    ))?;
    Ok(Outcome::Done)
}
