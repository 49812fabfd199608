//! Reports read back from files.

use super::about::VERSION;
use super::compare::CompareReport;
use super::exec::ExecReport;
use super::import::ImportReport;
use super::map::MapReport;
use super::profile::ProfileReport;
use super::prune::PruneReport;
use super::schema::RunReport;
use super::sound;
use super::train::TrainReport;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// A report of any kind that can be read back.
#[derive(Debug, Clone, PartialEq)]
pub enum Report {
    /// A mapped network.
    Map(Box<MapReport>),
    /// Time, energy and area.
    Run(Box<RunReport>),
    /// Accuracy on simulated crossbars.
    Exec(Box<ExecReport>),
    /// Column sums and limits of ADC ranges.
    Profile(Box<ProfileReport>),
    /// A pruned network.
    Prune(Box<PruneReport>),
    /// A trained network.
    Train(Box<TrainReport>),
    /// A network trained elsewhere.
    Import(Box<ImportReport>),
    /// Before and after pruning.
    Compare(Box<CompareReport>),
}

/// A text that is no report.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// No JSON.
    #[error("it is not JSON")]
    NotJson(#[source] serde_json::Error),
    /// JSON of something else.
    #[error("it is not a report of crosscut: it has no `report_version`")]
    NoReport,
    /// A report of another version.
    #[error("it is a report of version {0}; this program reads version {VERSION}")]
    Version(u64),
    /// A kind that is not read back.
    #[error(
        "it is a report of kind `{0}`, which cannot be read back; those of `map`, `run`, `exec`, `profile`, `prune`, `train`, `import` and `compare` can"
    )]
    Kind(String),
    /// Something is missing or of another type.
    #[error("it is not a whole report of kind `{kind}`")]
    Damaged {
        /// Kind.
        kind: String,
        /// What is wrong.
        source: serde_json::Error,
    },
    /// Its figures do not fit each other.
    #[error("it is not a sound report: {0}")]
    Unsound(String),
}

impl Report {
    /// Reads the text of a file. Reports of earlier versions of the program that do not say their kind are known by
    /// their keys.
    ///
    /// # Errors
    /// If it is no report, or one of another version, or damaged.
    pub fn read(text: &str) -> Result<Report, ReadError> {
        let value: Value = serde_json::from_str(text).map_err(ReadError::NotJson)?;
        match value.get("report_version").and_then(Value::as_u64) {
            Some(v) if v == u64::from(VERSION) => {}
            Some(v) => return Err(ReadError::Version(v)),
            None => return Err(ReadError::NoReport),
        }
        if let Some(figure) = sound::absurd(&value) {
            return Err(ReadError::Unsound(format!(
                "it holds the figure {figure:e}"
            )));
        }
        let named = value.get("kind").and_then(Value::as_str);
        let kind = named.unwrap_or_else(|| by_keys(&value)).to_string();
        match kind.as_str() {
            "map" => {
                let report: Box<MapReport> = whole(value, kind)?;
                sound::places(&report).map_err(ReadError::Unsound)?;
                Ok(Report::Map(report))
            }
            "run" => Ok(Report::Run(whole(value, kind)?)),
            "exec" => Ok(Report::Exec(whole(value, kind)?)),
            "profile" => Ok(Report::Profile(whole(value, kind)?)),
            "prune" => {
                let report: Box<PruneReport> = whole(value, kind)?;
                sound::places(&report.mapping).map_err(ReadError::Unsound)?;
                Ok(Report::Prune(report))
            }
            "train" => Ok(Report::Train(whole(value, kind)?)),
            "import" => Ok(Report::Import(whole(value, kind)?)),
            "compare" => Ok(Report::Compare(whole(value, kind)?)),
            _ => Err(ReadError::Kind(kind)),
        }
    }
}

fn whole<T: DeserializeOwned>(value: Value, kind: String) -> Result<Box<T>, ReadError> {
    serde_json::from_value(value)
        .map(Box::new)
        .map_err(|source| ReadError::Damaged { kind, source })
}

/// The kind of a report that does not say it, by a key that only this kind has.
fn by_keys(value: &Value) -> &'static str {
    let keys = [
        ("before", "compare"),
        ("components", "run"),
        ("placement", "map"),
        ("adc_profile", "profile"),
        ("reference_accuracy", "exec"),
    ];
    let found = keys.iter().find(|(key, _)| value.get(*key).is_some());
    found.map_or("unknown", |(_, kind)| kind)
}
