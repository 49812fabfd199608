//! Failures: the user's input (exit 2) and our bugs (exit 70) are different kinds.

use crate::say::say;
use crosscut::Error;
use crosscut_arch::ArchError;
use std::io::{ErrorKind, IsTerminal};
use std::process::ExitCode;

/// Exit code of a bug (EX_SOFTWARE of sysexits).
pub const BUG: u8 = 70;

/// Exit code of a run that the user interrupted: 128 + SIGINT, as shells have it.
pub const INTERRUPTED: u8 = 130;

const ASK: &str = "This is a bug in crosscut, not in your input. Please report it with the command line, the input files and the text above.";

/// Panics are bugs: say so and how to report them.
pub fn install_panic_hook() {
    let before = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |info| {
        before(info);
        say!(
            "\ncrosscut {}: internal error. {ASK}",
            env!("CARGO_PKG_VERSION")
        );
    }));
}

/// Prints an error and chooses the exit code. A reader that went away is no error.
pub fn report(error: &anyhow::Error) -> ExitCode {
    let pipe = |e: &(dyn std::error::Error + 'static)| {
        let io = e.downcast_ref::<std::io::Error>();
        io.is_some_and(|e| e.kind() == ErrorKind::BrokenPipe)
    };
    if error.chain().any(pipe) {
        return ExitCode::SUCCESS;
    }
    let ours = error.downcast_ref::<Error>();
    let machine = match ours {
        Some(Error::Arch(e)) => Some(e),
        _ => error.downcast_ref::<ArchError>(),
    };
    if let Some(e) = machine {
        let colour = std::io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none();
        let text = if colour { e.coloured() } else { e.to_string() };
        say!("{text}");
        return ExitCode::from(2);
    }
    if ours.is_some_and(Error::is_interrupted) {
        say!("{error}; nothing was written");
        return ExitCode::from(INTERRUPTED);
    }
    // The text of an outer error may hold that of its source already.
    let mut text = String::new();
    for cause in error.chain().map(ToString::to_string) {
        if text.is_empty() {
            text = cause;
        } else if !text.contains(&cause) {
            text += &format!(": {cause}");
        }
    }
    say!("error: {text}");
    if let Some(option) = ours.and_then(option) {
        say!("  see the option {option}");
    }
    if ours.is_some_and(Error::is_bug) {
        say!("{ASK}");
        return ExitCode::from(BUG);
    }
    ExitCode::from(2)
}

/// The option that an error is about, where the library's text cannot name it.
fn option(error: &Error) -> Option<&'static str> {
    match error {
        Error::NoImages(_) => Some("--data"),
        Error::Generated {
            with_data: false, ..
        } => Some("--data"),
        Error::NoTrainingPart(_) => Some("--train-images, and --images"),
        Error::Dropped(_) => Some("--drop-weights, which computes without them"),
        Error::DigitsNormalised => Some("--normalise"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use anyhow::{Context, anyhow};

    fn same(error: anyhow::Error, code: ExitCode) {
        // Exit codes can be compared by their debug text only.
        assert_eq!(
            format!("{:?}", report(&error)),
            format!("{code:?}"),
            "{error:#}"
        );
    }

    #[test]
    fn bugs_and_wrong_input_have_their_own_codes() {
        let bug = || Err::<(), Error>(Error::Bug("a firing without a window".to_string()));
        same(bug().unwrap_err().into(), ExitCode::from(BUG));
        let wrapped = bug().context("simulating time").unwrap_err();
        same(wrapped, ExitCode::from(BUG));
        same(anyhow!("no such layer"), ExitCode::from(2));
        let gone = std::io::Error::from(ErrorKind::BrokenPipe);
        let gone = anyhow::Error::from(gone).context("cannot write to standard output");
        same(gone, ExitCode::SUCCESS);
    }
}
