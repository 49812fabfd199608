//! What a description needs and does not have: every table and key at once, each with an example from a machine that has it.
//!
//! The loader knows the keys from the JSON schema of a machine. A missing key is filled with its example, so that the rest of
//! its table is still read; a description with gaps is refused in any case.

use super::examples;
use super::wanted::{Kind, Wanted};
use crate::error::RawFault;
use std::ops::Range;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// Reports every table and key that is missing, and fills them in.
pub(super) fn fill<'i>(root: &mut DeTable<'i>, faults: &mut Vec<RawFault>) {
    let wanted = Wanted::machine();
    of_root(root, &wanted, faults);
    inside(root, &wanted, &mut Vec::new(), faults);
}

/// Missing keys of the description itself, then missing tables.
fn of_root(root: &mut DeTable<'_>, wanted: &Wanted, faults: &mut Vec<RawFault>) {
    let absent = |key: &String| !root.contains_key(key.as_str());
    let absent: Vec<String> = wanted.required().into_iter().filter(absent).collect();
    let place = 0..0;
    for key in &absent {
        if let Some(value) = examples::value(&[key.as_str()], &place) {
            root.insert(Spanned::new(place.clone(), key.clone().into()), value);
        }
    }
    let (tables, keys): (Vec<String>, Vec<String>) = absent
        .into_iter()
        .partition(|key| wanted.key(key).is_some_and(|w| w.is_table()));
    if !keys.is_empty() {
        let message = format!("missing {}", named("key", &keys, |k| format!("`{k}`")));
        let fault = RawFault::new(&place, message, "needed in this description");
        faults.push(helped(fault, &[], &keys, wanted));
    }
    if !tables.is_empty() {
        let message = format!(
            "missing {}",
            named("table", &tables, |t| format!("`[{t}]`"))
        );
        let mut fault = RawFault::new(&place, message, "needed in this description");
        for table in &tables {
            fault = fault.help(match examples::table(table) {
                Some((example, machine)) => format!("for example, as in {machine}:\n{example}"),
                None => format!("`[{table}]`"),
            });
        }
        faults.push(fault.help("or take them over from a preset: `extends = \"isaac-ce\"`"));
    }
}

/// Missing keys of the tables there are.
fn inside<'i>(
    table: &mut DeTable<'i>,
    wanted: &Wanted,
    path: &mut Vec<String>,
    faults: &mut Vec<RawFault>,
) {
    for (key, value) in table.iter_mut() {
        let (name, place) = (key.get_ref().to_string(), value.span());
        let (Some(wanted), DeValue::Table(inner)) = (wanted.key(&name), value.get_mut()) else {
            continue;
        };
        // Two kinds at once are refused by themselves: what either lacks is no matter.
        if wanted.is_alternative() && inner.len() > 1 {
            continue;
        }
        path.push(name);
        of_table(inner, &wanted, path, &place, faults);
        inside(inner, &wanted, path, faults);
        path.pop();
    }
}

fn of_table<'i>(
    table: &mut DeTable<'i>,
    wanted: &Wanted,
    path: &[String],
    place: &Range<usize>,
    faults: &mut Vec<RawFault>,
) {
    let absent = |key: &String| !table.contains_key(key.as_str());
    let absent: Vec<String> = wanted.required().into_iter().filter(absent).collect();
    if absent.is_empty() {
        return;
    }
    let message = format!(
        "missing {} in `{}`",
        named("key", &absent, |k| format!("`{k}`")),
        path.join(".")
    );
    let fault = RawFault::new(place, message, "needed here");
    faults.push(helped(fault, path, &absent, wanted));
    for key in absent {
        let at: Vec<&str> = path.iter().chain([&key]).map(String::as_str).collect();
        if let Some(value) = examples::value(&at, place) {
            table.insert(Spanned::new(place.clone(), key.into()), value);
        }
    }
}

/// A line of help for each key: an example, and what it is.
fn helped(mut fault: RawFault, path: &[String], keys: &[String], wanted: &Wanted) -> RawFault {
    for key in keys {
        let at: Vec<&str> = path.iter().chain([key]).map(String::as_str).collect();
        let wanted = wanted.key(key);
        let example = match examples::text(&at) {
            Some((value, machine)) => format!("`{key} = {value}` as in {machine}"),
            None => {
                let kind = wanted.as_ref().map_or(Kind::Text, Wanted::kind);
                format!("`{key} = {}`", kind.example())
            }
        };
        let about = wanted.and_then(|w| w.about()).unwrap_or_default();
        fault = fault.help(format!("for example {example}: {about}"));
    }
    fault
}

/// `key `a`` or `keys `a`, `b``.
fn named(what: &str, names: &[String], show: impl Fn(&String) -> String) -> String {
    let plural = if names.len() == 1 { "" } else { "s" };
    let names: Vec<String> = names.iter().map(show).collect();
    format!("{what}{plural} {}", names.join(", "))
}
