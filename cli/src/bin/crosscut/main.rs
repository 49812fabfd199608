//! The command `crosscut`: typed text, checked arguments, calls of the library, one table or JSON document.
//!
//! Exit codes: 0 done, 1 ran but a check of the result failed, 2 the input is wrong, 70 a bug of this program,
//! 130 interrupted by the user.

#![deny(clippy::print_stderr, clippy::print_stdout)]

mod args;
mod bar;
mod cmd;
mod fail;
mod interrupt;
mod output;
mod progress;
mod say;
mod setup;
mod table;
mod train_progress;

use args::{Cli, Verb};
use clap::Parser;
use cmd::Outcome;
use std::process::ExitCode;

fn main() -> ExitCode {
    fail::install_panic_hook();
    let cli = Cli::parse();
    match std::panic::catch_unwind(|| dispatch(&cli)) {
        Ok(Ok(Outcome::Done)) => ExitCode::SUCCESS,
        Ok(Ok(Outcome::CheckFailed)) => ExitCode::from(1),
        Ok(Ok(Outcome::Interrupted)) => ExitCode::from(fail::INTERRUPTED),
        Ok(Err(error)) => {
            output::remove_empty_folders();
            fail::report(&error)
        }
        Err(_) => ExitCode::from(fail::BUG),
    }
}

fn dispatch(cli: &Cli) -> anyhow::Result<Outcome> {
    match &cli.verb {
        Verb::Compare(a) => cmd::compare::run(a),
        Verb::Map(a) => cmd::map::run(a),
        Verb::Run(a) => cmd::run::run(a),
        Verb::Exec(a) => cmd::exec::run(a),
        Verb::Profile(a) => cmd::profile::run(a),
        Verb::Prune(a) => cmd::prune::run(a),
        Verb::Train(a) => cmd::train::run(a),
        Verb::Validate(a) => cmd::validate::run(a),
        Verb::Why(a) => cmd::why::run(a),
        Verb::Sweep(a) => cmd::sweep::run(a),
        Verb::Plot(a) => cmd::plot::run(a),
        Verb::Arch(a) => cmd::arch::run(&a.verb),
        Verb::Network(a) => cmd::network::run(&a.verb),
        Verb::Completions { shell } => cmd::completions(*shell),
    }
}
