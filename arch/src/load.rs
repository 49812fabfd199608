//! Presets, files and overrides -> resolved machine. The only module that touches files.

use crate::device::{LevelState, levels};
use crate::error::{ArchError, RawFault};
use crate::model::Arch;
use crate::preset::{preset_text, presets};
use crate::source::{Sources, globalise};
use crate::suggest::nearest;
use crate::{merge, read, resolve, validate};
use std::path::{Path, PathBuf};
use toml::de::{DeTable, DeValue};

/// Longest chain of `extends`.
const MAX_EXTENDS: usize = 8;

/// Loads a machine by preset name or file path, with dotted-path overrides (`crossbar.rows=256`) laid over it.
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
    let layer = find(name_or_path, None)?;
    build(layer, mapping, overrides)
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
    let folder = Path::new(file_name).parent().map(Path::to_path_buf);
    build(
        Layer {
            name: file_name.to_owned(),
            text: text.to_owned(),
            folder,
        },
        None,
        overrides,
    )
}

/// One text of a description.
struct Layer {
    name: String,
    text: String,
    folder: Option<PathBuf>,
}

/// A preset of that name, else a file of that path (relative to `folder`).
fn find(name: &str, folder: Option<&Path>) -> Result<Layer, ArchError> {
    if let Some(text) = preset_text(name) {
        return Ok(Layer {
            name: format!("<preset {name}>"),
            text: text.to_owned(),
            folder: None,
        });
    }
    let path = folder.map_or_else(|| PathBuf::from(name), |f| f.join(name));
    match std::fs::read_to_string(&path) {
        Ok(text) => {
            let folder = path.parent().map(Path::to_path_buf);
            Ok(Layer {
                name: path.display().to_string(),
                text,
                folder,
            })
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
    let near = nearest(name, names()).map(|n| format!("did you mean the preset `{n}`?"));
    let list = format!("presets: {}", names().collect::<Vec<_>>().join(", "));
    near.into_iter().chain([list]).collect()
}

fn build(
    top: Layer,
    mapping: Option<MappingFile<'_>>,
    overrides: &[String],
) -> Result<Arch, ArchError> {
    let mut sources = Sources::default();
    let mut layers = vec![top];
    while let Some(parent) = parent_of(layers.last()) {
        let layer = layers.last().expect("one layer at least");
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
        let next = find(&parent, layer.folder.as_deref())
            .map_err(|e| e.with_help(format!("`{}` names it after `extends`", layer.name)))?;
        layers.push(next);
    }
    let folders: Vec<Option<PathBuf>> = layers.iter().rev().map(|l| l.folder.clone()).collect();
    let mut texts: Vec<(String, String)> =
        layers.into_iter().rev().map(|l| (l.name, l.text)).collect();
    let mapping_file = mapping.map(|_| texts.len());
    texts.extend(mapping.map(|m| (m.name.to_owned(), m.text.to_owned())));
    let described = texts.len();
    for given in overrides {
        texts.push((format!("--set {given}"), override_text(given)));
    }
    let mut root = DeTable::new();
    let mut below = Vec::new();
    let mut faults = Vec::new();
    for (index, (name, text)) in texts.iter().enumerate() {
        let offset = sources.add(name, text);
        let is_override = index >= described;
        match DeTable::parse(text) {
            Ok(table) if is_override && table.get_ref().contains_key("extends") => {
                let label = "a description is chosen by its name or file";
                faults.push(RawFault::new(
                    &(offset..offset + 7),
                    "`extends` cannot be overridden",
                    label,
                ));
            }
            Ok(table) if is_override && table.get_ref().is_empty() => {
                let label = "an override is written KEY=VALUE, such as `crossbar.rows=256`";
                faults.push(RawFault::new(
                    &(offset..offset),
                    "the override is empty",
                    label,
                ));
            }
            Ok(table) if Some(index) == mapping_file && beside_mapping(&table).is_some() => {
                let span = beside_mapping(&table).unwrap_or_default();
                let label = "must be `[mapping]` or `[mapping.layer.NAME]`";
                let fault = RawFault::new(
                    &(span.start + offset..span.end + offset),
                    "a mapping file describes no machine",
                    label,
                );
                faults.push(fault.help("a machine file is given with --arch"));
            }
            Ok(table) if wrong_parent(&table).is_some() => {
                let span = wrong_parent(&table).unwrap_or_default();
                faults.push(RawFault::new(
                    &(span.start + offset..span.end + offset),
                    "`extends` is not a name",
                    "expected a preset or a file in quotes",
                ));
            }
            Ok(table) => {
                let table = globalise(table.into_inner(), offset);
                let marks = if is_override {
                    merge::cost_marks(&table, name)
                } else {
                    Vec::new()
                };
                below.push(root.clone());
                merge::merge(&mut root, table);
                merge::mark_costs(&mut root, marks);
            }
            Err(e) => {
                let span = e.span().unwrap_or_default();
                let span = span.start + offset..span.end + offset;
                let fault = RawFault::new(&span, "not valid TOML", e.message());
                let help = "an override is written KEY=VALUE, such as `crossbar.rows=256`";
                faults.push(if is_override { fault.help(help) } else { fault });
            }
        }
    }
    if !faults.is_empty() {
        return Err(ArchError::new(faults, &sources));
    }
    let context = read::Context {
        sources: &sources,
        below: &below,
    };
    let machine = read::machine(root, &context, &mut faults);
    if let Some(machine) = &machine {
        validate::validate(machine, &mut faults);
    }
    let mut levels = Vec::new();
    if let Some(machine) = &machine {
        let folders = Folders {
            sources: &sources,
            of: &folders,
        };
        let (table, text) = level_table(machine, &folders, &mut faults);
        levels = table;
        if let Some((name, text)) = text {
            sources.add(&name, &text);
        }
    }
    match machine {
        Some(machine) if faults.is_empty() => Ok(resolve::resolve(&machine, levels)),
        _ => Err(ArchError::new(faults, &sources)),
    }
}

/// Where the texts of a load come from.
struct Folders<'a> {
    sources: &'a Sources,
    /// Folder of each text that is a file.
    of: &'a [Option<PathBuf>],
}

/// The table of cell levels a machine names (beside the text that names it), and its text.
fn level_table(
    machine: &crate::schema::Machine,
    folders: &Folders<'_>,
    faults: &mut Vec<RawFault>,
) -> (Vec<LevelState>, Option<(String, String)>) {
    let (_, cell) = machine.device.parts();
    let Some(file) = &cell.levels else {
        return (Vec::new(), None);
    };
    let folder = folders.sources.index(&file.span);
    let folder = folder.and_then(|i| folders.of.get(i)?.as_deref());
    let path = folder.map_or_else(|| PathBuf::from(&file.value), |f| f.join(&file.value));
    match std::fs::read_to_string(&path) {
        Ok(text) => {
            let wanted = 1 << (*cell.cell_bits).min(16);
            let offset = folders.sources.end();
            let levels = levels::read(&text, offset, wanted, faults);
            (levels, Some((path.display().to_string(), text)))
        }
        Err(e) => {
            let message = format!("cannot read the table of levels `{}`: {e}", path.display());
            let label = "must be a CSV file with the columns `mean_us,sd_us`";
            faults.push(RawFault::new(&file.span, message, label));
            (Vec::new(), None)
        }
    }
}

/// The description a layer extends. Broken TOML extends nothing here; it is reported when it is merged.
fn parent_of(layer: Option<&Layer>) -> Option<String> {
    let table = DeTable::parse(&layer?.text).ok()?;
    match table.get_ref().get("extends")?.get_ref() {
        DeValue::String(parent) => Some(parent.to_string()),
        _ => None,
    }
}

/// Where `extends` has a value that is no text.
fn wrong_parent(table: &toml::Spanned<DeTable<'_>>) -> Option<std::ops::Range<usize>> {
    let parent = table.get_ref().get("extends")?;
    let is_text = matches!(parent.get_ref(), DeValue::String(_));
    (!is_text).then(|| parent.span())
}

/// Where a mapping file holds something else.
fn beside_mapping(table: &toml::Spanned<DeTable<'_>>) -> Option<std::ops::Range<usize>> {
    let other = |k: &&toml::Spanned<_>| *k.get_ref() != "mapping";
    let keys = table.get_ref().keys();
    keys.filter(other).map(toml::Spanned::span).next()
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
