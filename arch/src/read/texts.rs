//! The texts a machine is described by: presets and files, what they extend, and overrides.

use super::file;
use crate::error::ArchError;
use crate::preset::{chips, preset_text, presets};
use crate::suggest::nearest;
use std::path::{Path, PathBuf};
use toml::de::{DeTable, DeValue};

/// Longest chain of `extends`.
const MAX_EXTENDS: usize = 8;

/// One text of a description.
pub(super) struct Text {
    /// Name shown in messages.
    pub(super) name: String,
    /// Its TOML.
    pub(super) text: String,
    /// What may stand in it.
    pub(super) role: Role,
    /// Where files it names are looked up, if it is a file.
    pub(super) folder: Option<PathBuf>,
}

impl Text {
    /// Refuses a text of too many bytes or keys.
    pub(super) fn is_small(&self) -> Result<(), ArchError> {
        let fault = |what| {
            Err(ArchError::without_place(
                format!("`{}` {what}", self.name),
                Vec::new(),
            ))
        };
        file::too_large(&self.text).map_or(Ok(()), fault)
    }
}

/// What may stand in a text.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// Any part of a machine.
    Description,
    /// `[mapping]` only.
    Mapping,
    /// One key and its value, as in `--set`.
    Override,
}

/// A preset of that name, else a file of that path (relative to `folder`).
pub(super) fn find(name: &str, folder: Option<&Path>) -> Result<Text, ArchError> {
    let text = |name: String, text: String, folder: Option<PathBuf>| Text {
        name,
        text,
        role: Role::Description,
        folder,
    };
    if let Some(preset) = preset_text(name) {
        return Ok(text(format!("<preset {name}>"), preset.to_owned(), None));
    }
    let path = folder.map_or_else(|| PathBuf::from(name), |f| f.join(name));
    match file::description_text(&path) {
        Ok(read) if name == file::STDIN => Ok(text("<standard input>".to_owned(), read, None)),
        Ok(read) => {
            let folder = path.parent().map(Path::to_path_buf);
            Ok(text(path.display().to_string(), read, folder))
        }
        Err(e) => {
            let known = match e.kind() {
                std::io::ErrorKind::NotFound => hints(name),
                _ => Vec::new(),
            };
            Err(ArchError::without_place(not_found(name, &path, &e), known))
        }
    }
}

fn not_found(name: &str, path: &Path, error: &std::io::Error) -> String {
    if error.kind() == std::io::ErrorKind::NotFound {
        format!("`{name}` is neither a preset nor a file")
    } else {
        format!("cannot read `{}`: {error}", path.display())
    }
}

fn hints(name: &str) -> Vec<String> {
    let names = || presets().iter().map(|p| p.name);
    let known = names().chain(chips().iter().map(|c| c.name));
    let near = nearest(name, known).map(|n| format!("did you mean the preset `{n}`?"));
    let list = format!("presets: {}", names().collect::<Vec<_>>().join(", "));
    near.into_iter().chain([list]).collect()
}

/// A description with all that it extends, the last parent first.
pub(super) fn with_parents(description: Text) -> Result<Vec<Text>, ArchError> {
    description.is_small()?;
    let mut layers = vec![description];
    while let Some((child, parent)) = layers.last().and_then(|l| Some((l, parent_of(l)?))) {
        if layers.len() >= MAX_EXTENDS {
            let message = format!(
                "`{}` extends more than {MAX_EXTENDS} descriptions deep",
                layers[0].name
            );
            return Err(ArchError::without_place(
                message,
                vec!["does a description extend itself?".to_owned()],
            ));
        }
        let next = find(&parent, child.folder.as_deref())
            .map_err(|e| e.with_help(format!("`{}` names it after `extends`", child.name)))?;
        next.is_small()?;
        layers.push(next);
    }
    layers.reverse();
    Ok(layers)
}

/// The description a text extends. Broken TOML extends nothing here; it is reported when it is merged.
fn parent_of(text: &Text) -> Option<String> {
    let table = DeTable::parse(&text.text).ok()?;
    match table.get_ref().get("extends")?.get_ref() {
        DeValue::String(parent) => Some(parent.to_string()),
        _ => None,
    }
}

/// An override `KEY=VALUE` as a text of its own.
pub(super) fn overriding(given: &str) -> Text {
    Text {
        name: format!("--set {given}"),
        text: override_text(given),
        role: Role::Override,
        folder: None,
    }
}

/// An override as a TOML document; a value that is no TOML by itself (`1.2 GHz`, `ideal`) is a string.
fn override_text(given: &str) -> String {
    if DeTable::parse(given).is_ok() {
        return given.to_owned();
    }
    match given.split_once('=') {
        Some((key, value)) => {
            let quoted = value.trim().replace('\\', "\\\\").replace('"', "\\\"");
            let text = format!("{}=\"{quoted}\"", key.trim());
            if DeTable::parse(&text).is_ok() {
                text
            } else {
                given.to_owned()
            }
        }
        None => given.to_owned(),
    }
}
