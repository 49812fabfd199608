//! What can be wrong with a sweep.

use crosscut_report::sweep::LogError;
use std::path::PathBuf;

/// Why a sweep cannot be done. The user's input is at fault.
#[derive(Debug, thiserror::Error)]
pub enum SweepError {
    /// A value of the plan.
    #[error("{place}: {what}")]
    Value {
        /// Where it stands: a file with line and column, or an option.
        place: String,
        /// What is wrong with it, what is allowed.
        what: String,
    },
    /// An axis that no machine knows.
    #[error(
        "the axis `{name}` ({place}) is refused by every machine of the plan, whatever its value:\n{why}"
    )]
    Axis {
        /// Axis.
        name: String,
        /// Where it stands.
        place: String,
        /// What the machine's loader says of its first value, and a hint.
        why: String,
    },
    /// An axis that is named twice.
    #[error("the axis `{name}` is given twice: {first} and {second}")]
    Twice {
        /// Axis.
        name: String,
        /// Where it stands.
        first: String,
        /// Where it stands again.
        second: String,
    },
    /// No points.
    #[error("the plan has no points: {0}")]
    NoPoints(String),
    /// Too many points.
    #[error("the plan spans {0}; {1}")]
    TooMany(String, &'static str),
    /// A plan file.
    #[error("the plan `{path}` cannot be read: {what}")]
    File {
        /// File.
        path: String,
        /// What is wrong, with its place.
        what: String,
    },
    /// Two choices that ask for different things.
    #[error("{0} cannot be combined with {1}: {2}")]
    Beside(&'static str, &'static str, &'static str),
    /// A choice that needs another one.
    #[error("{0} needs {1}")]
    Needs(&'static str, &'static str),
    /// A log that is damaged.
    #[error("the log `{path}` cannot be read: {source}")]
    Log {
        /// File.
        path: PathBuf,
        /// What is wrong.
        source: LogError,
    },
    /// A log of another plan.
    #[error(
        "the log `{path}` is of another plan ({found}, this one is {wanted}): {differs}; give another --out, and `--from {path}` to keep the points that both have"
    )]
    Changed {
        /// File.
        path: PathBuf,
        /// Its plan.
        found: String,
        /// This plan.
        wanted: String,
        /// In what they differ.
        differs: &'static str,
    },
    /// A log that another process writes.
    #[error("another sweep is writing the log `{0}`")]
    Busy(PathBuf),
    /// A file of the sweep.
    #[error("cannot {what} `{path}`: {source}")]
    Io {
        /// `read` or `write`.
        what: &'static str,
        /// File.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
}

impl SweepError {
    /// Of a value.
    pub(crate) fn value(place: &str, what: impl Into<String>) -> SweepError {
        SweepError::Value {
            place: place.to_string(),
            what: what.into(),
        }
    }
}
