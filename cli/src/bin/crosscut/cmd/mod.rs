//! One module per verb: checked arguments in, library calls, a table or JSON out.

pub mod arch;
pub mod compare;
pub mod exec;
mod exec_text;
mod launch;
pub mod map;
mod measured_text;
pub mod network;
pub mod plot;
pub mod profile;
pub mod prune;
mod pruned;
mod reload_text;
pub mod run;
mod run_text;
mod startup_text;
pub mod sweep;
mod sweep_text;
pub mod train;
mod uncertainty_text;
pub mod validate;
pub mod why;

use crate::args::Cli;
use crate::output::{self, Set};
use clap::CommandFactory;
use serde::Serialize;

/// How a verb ended, errors aside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// All is well.
    Done,
    /// The work is done, but a check of the result failed.
    CheckFailed,
    /// The user stopped it; what was done is reported.
    Interrupted,
}

impl Outcome {
    /// From the checks of a report.
    pub fn of(passed: bool) -> Outcome {
        if passed {
            Outcome::Done
        } else {
            Outcome::CheckFailed
        }
    }
}

/// A report as one file more of the set (with `--out`), and as JSON or text on standard output.
fn emit(
    report: &impl Serialize,
    json: bool,
    out: Option<Set>,
    text: impl FnOnce() -> String,
) -> anyhow::Result<()> {
    if let Some(mut set) = out {
        set.add("report.json", output::to_json(report)?)?;
        set.commit()?;
    }
    if json {
        output::json(report)
    } else {
        output::text(&text())
    }
}

/// `completions`.
pub fn completions(shell: clap_complete::Shell) -> anyhow::Result<Outcome> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "crosscut", &mut script);
    output::text(&String::from_utf8_lossy(&script))?;
    Ok(Outcome::Done)
}
