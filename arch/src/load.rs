//! From a name, file or text plus overrides to a resolved machine.
//!
//! `extends` and `--set` share one mechanism: tables are merged key by key before anything is interpreted, later
//! texts winning. In a tagged table (`[adc.sar]`) a new tag replaces the old one.

use crate::error::{ArchError, Fault};
use crate::model::Arch;
use crate::presets::{PRESETS, preset};
use crate::source::Sources;
use crate::{resolve, schema, suggest, validate};
use serde::Deserialize;
use std::path::Path;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// Tables whose single key names the alternative.
const TAGGED: &[&str] = &["device", "adc", "noc", "timing", "format.signed"];

/// Loads a preset by name or a description from a file, with overrides `KEY=VALUE` applied on top.
///
/// # Errors
/// [`ArchError`] with every fault found, placed in the text it comes from.
pub fn load(name_or_path: &str, overrides: &[String]) -> Result<Arch, ArchError> {
    if let Some(p) = preset(name_or_path) {
        return from_toml(&format!("preset {}", p.name), p.text, overrides);
    }
    match std::fs::read_to_string(Path::new(name_or_path)) {
        Ok(text) => from_toml(name_or_path, &text, overrides),
        Err(e) => {
            let names: Vec<&str> = PRESETS.iter().map(|p| p.name).collect();
            let help = match suggest::nearest(name_or_path, names.iter().copied()) {
                Some(near) => format!("did you mean the preset `{near}`?"),
                None => format!(
                    "presets are {}; anything else is taken as the path of a TOML file",
                    names.join(", ")
                ),
            };
            Err(ArchError::plain(
                format!("cannot read the machine `{name_or_path}`: {e}"),
                Some(help),
            ))
        }
    }
}

/// Interprets a TOML text. `file` is the name errors show.
///
/// # Errors
/// As [`load`].
pub fn from_toml(file: &str, text: &str, overrides: &[String]) -> Result<Arch, ArchError> {
    let mut sources = Sources::default();
    let texts = match gather(&mut sources, file, text, overrides) {
        Ok(texts) => texts,
        Err(fault) => return Err(ArchError::new(vec![fault], sources)),
    };
    let mut merged: Option<Spanned<DeTable<'_>>> = None;
    for text in &texts {
        match (DeTable::parse(text), &mut merged) {
            (Err(e), _) => return Err(ArchError::new(vec![fault_of(&e)], sources)),
            (Ok(table), None) => merged = Some(table),
            (Ok(table), Some(base)) => merge(base.get_mut(), table.into_inner(), ""),
        }
    }
    let table = merged.expect("there is at least the text itself");
    let machine = schema::Machine::deserialize(toml::Deserializer::from(table))
        .map_err(|e| ArchError::new(vec![fault_of(&e)], sources.clone()))?;
    let faults = validate::faults(&machine);
    if !faults.is_empty() {
        return Err(ArchError::new(faults, sources));
    }
    Ok(resolve::resolve(&machine))
}

/// All texts, weakest first: the chain of `extends`, the text itself, the overrides.
fn gather(
    sources: &mut Sources,
    file: &str,
    text: &str,
    overrides: &[String],
) -> Result<Vec<String>, Fault> {
    let mut texts = vec![sources.add(file, text)];
    loop {
        let table = DeTable::parse(&texts[0]).map_err(|e| fault_of(&e))?;
        let Some((_, base)) = table
            .get_ref()
            .iter()
            .find(|(k, _)| k.get_ref() == "extends")
        else {
            break;
        };
        let name = base.get_ref().as_str().unwrap_or_default();
        let known = PRESETS.iter().map(|p| p.name);
        let Some(preset) = preset(name) else {
            let fault = Fault::at(
                base.span(),
                format!("`{name}` is not a preset"),
                "only presets can be extended",
            );
            return Err(fault.help(match suggest::nearest(name, known.clone()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("presets are {}", known.collect::<Vec<_>>().join(", ")),
            }));
        };
        if texts.len() > PRESETS.len() {
            return Err(Fault::at(
                base.span(),
                "descriptions extend each other in a circle",
                "comes back to itself",
            ));
        }
        texts.insert(0, sources.add(&format!("preset {name}"), preset.text));
    }
    for line in overrides {
        let Some((key, value)) = line.split_once('=') else {
            let text = sources.add("--set", line);
            let fault = Fault::at(
                text.len() - line.len()..text.len(),
                format!("`{line}` is not an override"),
                "no `=`",
            );
            return Err(fault.help("write --set KEY=VALUE, such as --set crossbar.rows=256"));
        };
        texts.push(sources.add(
            "--set",
            &format!("{} = {}", key.trim(), toml_value(value.trim())),
        ));
    }
    Ok(texts)
}

/// A value as typed on a command line: TOML if it is TOML, a string otherwise (`100 ns` needs no quotes).
fn toml_value(text: &str) -> String {
    match toml::de::DeValue::parse(text) {
        Ok(_) => text.to_string(),
        Err(_) => toml::Value::String(text.to_string()).to_string(),
    }
}

/// Merges `over` into `base`. `path` is the dotted path of the tables.
fn merge<'a>(base: &mut DeTable<'a>, over: DeTable<'a>, path: &str) {
    for (key, value) in over {
        let child = if path.is_empty() {
            key.get_ref().to_string()
        } else {
            format!("{path}.{}", key.get_ref())
        };
        if TAGGED.contains(&path) && !base.contains_key(&key) {
            replace_tag(base, &key);
        }
        match (base.get_mut(&key).map(Spanned::get_mut), value) {
            (Some(DeValue::Table(old)), new) if new.get_ref().is_table() => {
                if let DeValue::Table(new) = new.into_inner() {
                    merge(old, new, &child);
                }
            }
            (_, new) => {
                // The key's place moves with its value, so that errors point at the text that set it.
                base.remove(&key);
                base.insert(key, new);
            }
        }
    }
}

/// A new tag replaces the old one and, where both are tables, starts from its values (`noc.ideal` over `noc.mesh`).
fn replace_tag<'a>(base: &mut DeTable<'a>, tag: &Spanned<std::borrow::Cow<'a, str>>) {
    const SAME_SHAPE: &[&str] = &[
        "ideal",
        "mesh",
        "reram",
        "pcm",
        "sram",
        "nor-flash",
        "stt-mram",
        "sot-mram",
        "fefet",
    ];
    let old = base.keys().next().cloned();
    if let Some(value) = old.clone().and_then(|k| base.remove(&k))
        && SAME_SHAPE.contains(&tag.get_ref().as_ref())
        && old.is_some_and(|k| SAME_SHAPE.contains(&k.get_ref().as_ref()))
    {
        base.insert(tag.clone(), value);
    }
}

fn fault_of(error: &toml::de::Error) -> Fault {
    let message = error.message().to_string();
    let help = suggest::from_serde_message(&message);
    let (title, label) = match message.split_once(", expected ") {
        Some((what, expected)) => (what.to_string(), format!("expected {expected}")),
        None => (message, String::new()),
    };
    Fault {
        title,
        label,
        help,
        span: Some(error.span().unwrap_or(0..0)),
    }
}
