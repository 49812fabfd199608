//! Presets, files and overrides -> resolved machine.

use super::build::{Gaps, build};
use super::texts::{self, Role, Text};
use crate::error::ArchError;
use crate::model::Arch;
use std::path::Path;

/// Loads a machine by preset name or file path (`-`: standard input), with dotted-path overrides (`crossbar.rows=256`) laid over it.
///
/// # Errors
/// Every fault of the description and of the overrides, with its place and a hint; or that there is
/// neither a preset nor a file of that name.
pub fn load(name_or_path: &str, overrides: &[String]) -> Result<Arch, ArchError> {
    load_mapped(name_or_path, None, overrides)
}

/// As [`load`], with a mapping file laid over the machine and below the overrides: a TOML text that holds the table
/// `[mapping]` and nothing else.
///
/// # Errors
/// As [`load`]; also if the mapping file says anything but a mapping.
pub fn load_mapped(
    name_or_path: &str,
    mapping: Option<MappingFile<'_>>,
    overrides: &[String],
) -> Result<Arch, ArchError> {
    let description = texts::find(name_or_path, None)?;
    laid_over(description, mapping, overrides, Gaps::AreFaults)
}

/// As [`load_mapped`], for work that costs nothing (values, accuracy): a part whose law has no figures for the machine has
/// no cost here, where [`load_mapped`] refuses the machine.
///
/// # Errors
/// As [`load_mapped`], faults of cost laws aside.
pub fn load_uncosted(
    name_or_path: &str,
    mapping: Option<MappingFile<'_>>,
    overrides: &[String],
) -> Result<Arch, ArchError> {
    let description = texts::find(name_or_path, None)?;
    laid_over(description, mapping, overrides, Gaps::AreLeft)
}

/// A mapping file.
#[derive(Debug, Clone, Copy)]
pub struct MappingFile<'a> {
    /// Name shown in messages.
    pub name: &'a str,
    /// Its TOML.
    pub text: &'a str,
}

/// Loads a machine from TOML text; `file_name` is shown in messages and `extends` is looked up beside it.
///
/// # Errors
/// As [`load`].
pub fn from_toml(text: &str, file_name: &str, overrides: &[String]) -> Result<Arch, ArchError> {
    let description = Text {
        name: file_name.to_owned(),
        text: text.to_owned(),
        role: Role::Description,
        folder: Path::new(file_name).parent().map(Path::to_path_buf),
    };
    laid_over(description, None, overrides, Gaps::AreFaults)
}

/// The machine of a description with what it extends below it, the mapping file above, the overrides on top.
fn laid_over(
    description: Text,
    mapping: Option<MappingFile<'_>>,
    overrides: &[String],
    gaps: Gaps,
) -> Result<Arch, ArchError> {
    let mut all = texts::with_parents(description)?;
    let mapping = mapping.map(|m| Text {
        name: m.name.to_owned(),
        text: m.text.to_owned(),
        role: Role::Mapping,
        folder: None,
    });
    if let Some(mapping) = &mapping {
        mapping.is_small()?;
    }
    all.extend(mapping);
    all.extend(overrides.iter().map(|given| texts::overriding(given)));
    build(&all, gaps)
}
