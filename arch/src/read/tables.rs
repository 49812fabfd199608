//! Merged TOML -> raw schema, gathering the faults of every table instead of stopping at the first.

use super::missing;
use super::source::Sources;
use super::wanted::Wanted;
use crate::error::{MOST_FAULTS, RawFault};
use crate::part::PartKind;
use crate::schema::*;
use crate::suggest::question;
use crate::topology::NocKind;
use serde::Deserialize;
use std::ops::Range;
use toml::Spanned;
use toml::de::{DeTable, DeValue, Deserializer, Error, ValueDeserializer};

/// What a machine is read against.
pub(crate) struct Context<'a, 'i> {
    /// All texts.
    pub(crate) sources: &'a Sources,
    /// The description as it stood below each layer; a value that cannot be read is replaced by what it
    /// was to override, so that the rest is still checked.
    pub(crate) below: &'a [DeTable<'i>],
}

/// Reads a machine, and returns the description as it was read: with examples where something was missing. `None` if it cannot
/// be repaired enough for the rules to be checked.
pub(crate) fn machine<'i>(
    mut root: DeTable<'i>,
    context: &Context<'_, 'i>,
    faults: &mut Vec<RawFault>,
) -> Option<(Machine, DeTable<'i>)> {
    let whole = 0..0;
    let complete = Machine::deserialize(Deserializer::from(Spanned::new(
        whole.clone(),
        root.clone(),
    )));
    // What stands in the gaps are examples: good enough to read the rest, not to check rules on several values against.
    if complete.is_err() {
        missing::fill(&mut root, faults);
    }
    for (key, value) in root.iter_mut() {
        table(key.get_ref().to_string().as_str(), value, context, faults);
    }
    // Each turn reports one fault, or all unknown keys of one table.
    for _ in 0..=MOST_FAULTS {
        match Machine::deserialize(Deserializer::from(Spanned::new(
            whole.clone(),
            root.clone(),
        ))) {
            Ok(machine) => return Some((machine, root)),
            Err(error) => {
                let place = error.span().unwrap_or(whole.clone());
                // A fault inside a table was reported with that table.
                let at_root = root.keys().any(|k| k.span() == place);
                let inside = !at_root && root.values().any(|v| covers(v, &place));
                if error.message().starts_with("unknown field") && !inside {
                    faults.extend(drop_unknown(&mut root, &error, "the description")?);
                    continue;
                }
                if !inside && !error.message().starts_with("missing field") {
                    let fault = explain(&error, "the description", context.sources);
                    // A table with two kinds has been refused by itself.
                    if faults.iter().all(|f| f.span != fault.span) {
                        faults.push(fault);
                    }
                }
                return None;
            }
        }
    }
    None
}

fn covers(value: &Spanned<DeValue<'_>>, place: &Range<usize>) -> bool {
    let within = value.span().start <= place.start && place.end <= value.span().end;
    let nested = match value.get_ref() {
        DeValue::Table(t) => t
            .iter()
            .any(|(k, v)| k.span() == *place || covers(v, place)),
        _ => false,
    };
    within || nested
}

/// Checks one top-level table against its type.
fn table<'i>(
    name: &str,
    value: &mut Spanned<DeValue<'i>>,
    context: &Context<'_, 'i>,
    faults: &mut Vec<RawFault>,
) {
    match name {
        "format" => probe::<FormatTable>(name, value, context, faults),
        "device" => probe::<DeviceKind>(name, value, context, faults),
        "crossbar" => probe::<CrossbarTable>(name, value, context, faults),
        "dac" => probe::<DacTable>(name, value, context, faults),
        "adc" => probe::<AdcKind>(name, value, context, faults),
        "pe" => probe::<PeTable>(name, value, context, faults),
        "tile" => probe::<TileTable>(name, value, context, faults),
        "chip" => probe::<ChipTable>(name, value, context, faults),
        "system" => probe::<SystemTable>(name, value, context, faults),
        "noc" => probe::<NocKind>(name, value, context, faults),
        "dram" => probe::<DramTable>(name, value, context, faults),
        "roles" => probe::<RolesTable>(name, value, context, faults),
        "timing" => probe::<TimingKind>(name, value, context, faults),
        "mapping" => probe::<MappingTable>(name, value, context, faults),
        "activity" => probe::<ActivityTable>(name, value, context, faults),
        "basis" => probe::<BasisTable>(name, value, context, faults),
        "published" => probe::<Vec<PublishedTable>>(name, value, context, faults),
        "cost" => costs(value, context, faults),
        "technology" => probe::<crate::units::Length>(name, value, context, faults),
        "clock" => probe::<crate::units::Frequency>(name, value, context, faults),
        "confidence" => probe::<crate::part::Confidence>(name, value, context, faults),
        "name" | "description" | "source" | "extends" => {
            probe::<String>(name, value, context, faults);
            if name == "name"
                && value
                    .get_ref()
                    .as_str()
                    .is_some_and(|n| n.trim().is_empty())
            {
                let message = "`name` is empty";
                faults.push(RawFault::new(
                    &value.span(),
                    message,
                    "must be a short name",
                ));
            }
        }
        // An unknown key is reported when the whole is read.
        _ => {}
    }
}

fn costs<'i>(
    value: &mut Spanned<DeValue<'i>>,
    context: &Context<'_, 'i>,
    faults: &mut Vec<RawFault>,
) {
    if let DeValue::Table(parts) = value.get_mut() {
        for (part, cost) in parts.iter_mut() {
            probe::<Cost>(&format!("cost.{}", part.get_ref()), cost, context, faults);
        }
    }
    let before = faults.len();
    probe::<Costs>("cost", value, context, faults);
    // What a single cost has already said is not said again.
    let (old, new) = faults.split_at(before);
    let fresh: Vec<_> = new
        .iter()
        .filter(|f| old.iter().all(|o| o.span != f.span))
        .cloned()
        .collect();
    faults.truncate(before);
    faults.extend(fresh);
}

/// Reads a table; keys it does not know are reported and dropped, so that what follows is read as well.
fn probe<'i, T: for<'de> Deserialize<'de>>(
    name: &str,
    value: &mut Spanned<DeValue<'i>>,
    context: &Context<'_, 'i>,
    faults: &mut Vec<RawFault>,
) {
    for _ in 0..=MOST_FAULTS {
        let Err(error) = T::deserialize(ValueDeserializer::from(value.clone())) else {
            return;
        };
        let place = error.span().unwrap_or_default();
        let path = match path_of(value, &place).filter(|p| !p.is_empty()) {
            Some(inner) => format!("{name}.{inner}"),
            None => name.to_owned(),
        };
        if error.message().starts_with("unknown field") {
            let found = match value.get_mut() {
                DeValue::Table(inner) => drop_unknown(inner, &error, &path),
                _ => None,
            };
            if let Some(found) = found {
                faults.extend(found);
                continue;
            }
        }
        // Gaps are reported before, all of them at once.
        let gap = error.message().starts_with("missing field");
        if !(gap && faults.iter().any(|f| f.message.starts_with("missing"))) {
            faults.push(explain(&error, &path, context.sources));
        }
        if !stand_in(value, name, &path, &place, context) {
            return;
        }
    }
}

/// Puts the value an unreadable one was to override in its place. Tables have no stand-in: what a wrong
/// kind or an incomplete table was meant to be is anybody's guess.
fn stand_in<'i>(
    value: &mut Spanned<DeValue<'i>>,
    name: &str,
    path: &str,
    place: &Range<usize>,
    context: &Context<'_, 'i>,
) -> bool {
    let old = context.below.iter().rev().find_map(|layer| {
        let mut keys = path.split('.');
        let first = layer.get(keys.next()?)?;
        let old = keys.try_fold(first, |v, key| v.get_ref().get(key))?;
        (!old.get_ref().is_table() && old.span().start < place.start).then(|| old.clone())
    });
    let inner = path.strip_prefix(name).unwrap_or_default();
    let target = inner
        .split('.')
        .filter(|k| !k.is_empty())
        .try_fold(value, |v, key| match v.get_mut() {
            DeValue::Table(table) => table.get_mut(key),
            _ => None,
        });
    match (old, target) {
        (Some(old), Some(target)) if !target.get_ref().is_table() => {
            *target = old;
            true
        }
        _ => false,
    }
}

/// Dotted path of the value at `place`, or of the table that holds the key at `place`.
pub(super) fn path_of(value: &Spanned<DeValue<'_>>, place: &Range<usize>) -> Option<String> {
    let DeValue::Table(table) = value.get_ref() else {
        // A place within an array is that of the array's key.
        let whole = value.span();
        return (whole.start <= place.start && place.end <= whole.end).then(String::new);
    };
    if value.span() == *place || table.keys().any(|k| k.span() == *place) {
        return Some(String::new());
    }
    table.iter().find_map(|(key, inner)| {
        path_of(inner, place).map(|rest| {
            if rest.is_empty() {
                key.get_ref().to_string()
            } else {
                format!("{}.{rest}", key.get_ref())
            }
        })
    })
}

/// Removes all keys that the table of an error does not know and says so; `None` if the table is not found. The first
/// [`MOST_FAULTS`] are explained, those after them counted: they are beyond what is reported.
fn drop_unknown(table: &mut DeTable<'_>, error: &Error, path: &str) -> Option<Vec<RawFault>> {
    let table = holder(table, &error.span()?)?;
    let known = known_fields(error.message());
    let mut unknown: Vec<(String, Range<usize>)> = table
        .keys()
        .filter(|k| !known.contains(&k.get_ref().as_ref()))
        .map(|k| (k.get_ref().to_string(), k.span()))
        .collect();
    unknown.sort_by_key(|(_, span)| span.start);
    for (name, _) in &unknown {
        table.remove(name.as_str());
    }
    let told = |(i, (name, span)): (usize, &(String, Range<usize>))| {
        if i < MOST_FAULTS {
            unknown_key(name, span, &known, path)
        } else {
            RawFault::new(span, "unknown key", "")
        }
    };
    let found: Vec<RawFault> = unknown.iter().enumerate().map(told).collect();
    (!found.is_empty()).then_some(found)
}

/// The table that holds the key at `place`, at any depth.
fn holder<'t, 'i>(table: &'t mut DeTable<'i>, place: &Range<usize>) -> Option<&'t mut DeTable<'i>> {
    if table.keys().any(|k| k.span() == *place) {
        return Some(table);
    }
    table.iter_mut().find_map(|(_, v)| match v.get_mut() {
        DeValue::Table(inner) => holder(inner, place),
        _ => None,
    })
}

/// The keys that serde names after an unknown one, whatever that one holds.
fn known_fields(message: &str) -> Vec<&str> {
    let list = message.rfind("`, expected ").map(|i| &message[i + 1..]);
    let names = list
        .into_iter()
        .flat_map(|l| l.split('`').skip(1).step_by(2));
    names.collect()
}

fn unknown_key(name: &str, place: &Range<usize>, known: &[&str], table: &str) -> RawFault {
    let allowed = match known {
        [] => "none".to_owned(),
        known => known.join(", "),
    };
    let message = format!("unknown key `{name}` in {}", shown(table));
    let fault = RawFault::new(place, message, format!("known keys: {allowed}"));
    match question(name, known.iter().copied()) {
        Some(question) => fault.help(question),
        None => fault,
    }
}

/// Turns serde's message into one for the reader of the TOML.
pub(crate) fn explain(error: &Error, table: &str, sources: &Sources) -> RawFault {
    let place = error.span().unwrap_or_default();
    let message = error.message();
    let written = sources.text(&place).trim();
    // Shares of a read are counted and have no costs of their own.
    let share = |name: &str| {
        PartKind::ALL
            .iter()
            .any(|k| k.is_share_of_a_read() && k.name() == name)
    };
    let named = message.split('`').skip(1).step_by(2);
    let named: Vec<&str> = named
        .enumerate()
        .filter(|(i, name)| *i == 0 || !share(name))
        .map(|(_, name)| name)
        .collect();
    let allowed = || {
        named
            .get(1..)
            .filter(|n| !n.is_empty())
            .map_or("none".to_owned(), |n| n.join(", "))
    };
    let suggest = |fault: RawFault| match named.split_first() {
        Some((name, known)) => match question(name, known.iter().copied()) {
            Some(question) => fault.help(question),
            None => fault,
        },
        None => fault,
    };
    let first = named.first().copied().unwrap_or_default();
    if message.starts_with("unknown field") {
        return unknown_key(first, &place, &known_fields(message), table);
    }
    if message.starts_with("unknown variant") {
        return suggest(RawFault::new(
            &place,
            format!("`{first}` is not a known choice in {}", shown(table)),
            format!("must be one of: {}", allowed()),
        ));
    }
    if message.starts_with("missing field") {
        return RawFault::new(
            &place,
            format!("missing key `{first}` in {}", shown(table)),
            "needed here",
        );
    }
    if message.starts_with("wanted exactly 1 element") {
        let count = if message.ends_with("0 elements") {
            "no kind is given"
        } else {
            "more than one kind is given"
        };
        return RawFault::new(
            &place,
            format!("{count} in {}", shown(table)),
            "give exactly one kind",
        );
    }
    if let Some((what, expected)) = message.split_once(", expected ") {
        if let "newtype variant" | "struct variant" | "tuple variant" = expected {
            return kind_as_word(&place, table, written);
        }
        let expected = match expected {
            "u8" | "u16" | "u32" | "u64" => "a whole number, 0 or more",
            "i32" | "i64" => "a whole number, below 0 or not",
            "f64" => "a number",
            "a boolean" => "true or false",
            "unit variant" => "a word in quotes, without keys of its own",
            other if other.starts_with("struct ") => "a table",
            other => other,
        };
        let value = if written.is_empty() || written.contains('\n') {
            what
        } else {
            written
        };
        return RawFault::new(
            &place,
            format!("wrong value {value} for {}", shown(table)),
            format!("expected {expected}"),
        );
    }
    let expected = match message {
        "wanted string or table" => "expected a table that names its kind, such as `[adc.sar]`",
        other => other,
    };
    RawFault::new(
        &place,
        format!("wrong value {written} for {}", shown(table)),
        expected,
    )
}

/// A kind that is written as a word and has keys: it is a table.
fn kind_as_word(place: &Range<usize>, path: &str, written: &str) -> RawFault {
    let kind = written.trim_matches(['"', '\'']);
    let wanted = path
        .split('.')
        .try_fold(Wanted::machine(), |w, key| w.key(key));
    let keys = wanted
        .and_then(|w| w.key(kind))
        .map_or(Vec::new(), |w| w.keys());
    let (body, keys) = match keys.as_slice() {
        [] => ("{}", "it has no keys of its own".to_owned()),
        keys => ("{ ... }", format!("its keys: {}", keys.join(", "))),
    };
    let message = format!("`{kind}` of {} is a table, not a word", shown(path));
    RawFault::new(
        place,
        message,
        format!("write `{path}.{kind} = {body}`; {keys}"),
    )
}

fn shown(table: &str) -> String {
    if table == "the description" {
        table.to_owned()
    } else {
        format!("`{table}`")
    }
}
