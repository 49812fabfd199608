//! Activity that `exec` measured, from the report it wrote.

use crate::error::Error;
use crosscut_report::{ExecReport, Report};
use std::path::Path;

/// Reads the file.
///
/// # Errors
/// If it cannot be read or is no report of `exec`.
pub fn read(path: &Path) -> Result<ExecReport, Error> {
    let text = std::fs::read_to_string(path).map_err(|e| Error::read(path, e))?;
    let path = path.display().to_string();
    match Report::read(&text) {
        Ok(Report::Exec(report)) => Ok(*report),
        Ok(_) => Err(Error::NotExec { path, source: None }),
        Err(why) => Err(Error::NotExec {
            path,
            source: Some(why),
        }),
    }
}
