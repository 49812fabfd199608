//! Mapping files: choices for single layers in TOML, or a whole mapping that was saved.

use crate::error::Error;
use crosscut_sim::map::SavedMapping;
use std::path::Path;

/// What a mapping file holds.
#[derive(Debug)]
pub enum MappingFile {
    /// A `[mapping]` table, to be laid over the machine's.
    Choices(Choices),
    /// What every row group holds.
    Saved(SavedMapping),
}

/// A TOML text and its name.
#[derive(Debug)]
pub struct Choices {
    name: String,
    text: String,
}

impl Choices {
    /// As the machine loader takes it.
    pub fn as_toml(&self) -> crosscut_arch::MappingFile<'_> {
        crosscut_arch::MappingFile {
            name: &self.name,
            text: &self.text,
        }
    }
}

/// Reads a mapping file: JSON if its name ends so, else TOML.
///
/// # Errors
/// If the file cannot be read, or is JSON of another kind.
pub fn read(path: &Path) -> Result<MappingFile, Error> {
    let name = path.display().to_string();
    let text = crosscut_traces::file::read_text(path).map_err(|e| Error::read(path, e))?;
    if path
        .extension()
        .is_some_and(|e| e.eq_ignore_ascii_case("json"))
    {
        let saved = SavedMapping::read(&text).map_err(|source| Error::Layout {
            path: name,
            expected: "mapping that `map` or `prune` wrote",
            source,
        })?;
        return Ok(MappingFile::Saved(saved));
    }
    Ok(MappingFile::Choices(Choices { name, text }))
}
