//! `limits.json`: limits of ADC ranges, as a profile measures them.

use crate::error::Error;
use crosscut_sim::func::run::limits::SavedLimits;
use std::path::Path;

/// Reads the file.
///
/// # Errors
/// If it cannot be read, is of another kind or version.
pub fn read(path: &Path) -> Result<SavedLimits, Error> {
    let text = crosscut_traces::file::read_text(path).map_err(|e| Error::read(path, e))?;
    SavedLimits::read(&text).map_err(|source| Error::Layout {
        path: path.display().to_string(),
        expected: "limits file that `profile` wrote",
        source,
    })
}
