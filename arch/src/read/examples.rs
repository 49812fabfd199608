//! Examples of keys: what the first preset that has a key gives it.

use crate::preset::presets;
use std::ops::Range;
use std::sync::LazyLock;
use toml::Spanned;
use toml::de::{DeArray, DeTable, DeValue};

/// Name, text and tables of every preset.
static PRESETS: LazyLock<Vec<(&str, &str, DeTable<'static>)>> = LazyLock::new(|| {
    let read = |p: &'static crate::preset::PresetInfo| {
        let table = DeTable::parse(p.text).ok()?.into_inner();
        Some((p.name, p.text, table))
    };
    presets().iter().filter_map(read).collect()
});

/// Where a key stands in a preset. The kind in a table of alternatives need not be the same, as long as the key is.
fn find(
    path: &[&str],
) -> Option<(
    &'static str,
    &'static str,
    &'static Spanned<DeValue<'static>>,
)> {
    let exactly = |table: &'static DeTable<'static>| {
        let (first, rest) = path.split_first()?;
        let first = table.get(*first)?;
        rest.iter().try_fold(first, |v, key| v.get_ref().get(*key))
    };
    let of_another_kind = |table: &'static DeTable<'static>| match path {
        [table_name, _, key] => match table.get(*table_name)?.get_ref() {
            DeValue::Table(kinds) => kinds.values().find_map(|kind| kind.get_ref().get(*key)),
            _ => None,
        },
        _ => None,
    };
    let all = || PRESETS.iter();
    let found = all().find_map(|(name, text, table)| Some((*name, *text, exactly(table)?)));
    found.or_else(|| {
        all().find_map(|(name, text, table)| Some((*name, *text, of_another_kind(table)?)))
    })
}

/// The text of an example value, and the preset it is from.
pub(super) fn text(path: &[&str]) -> Option<(&'static str, &'static str)> {
    let (name, text, value) = find(path)?;
    let written = text.get(value.span())?;
    (!written.contains('\n')).then_some((written, name))
}

/// An example value that stands at `place`.
pub(super) fn value(path: &[&str], place: &Range<usize>) -> Option<Spanned<DeValue<'static>>> {
    let (_, _, value) = find(path)?;
    Some(moved(value.clone(), place))
}

/// The lines of an example table, and the preset they are from.
pub(super) fn table(name: &str) -> Option<(String, &'static str)> {
    let (preset, text, value) = find(&[name])?;
    let DeValue::Table(table) = value.get_ref() else {
        return None;
    };
    let mut lines = Vec::new();
    gather(text, name, table, &mut lines);
    Some((lines.join("\n"), preset))
}

/// Lines of a table: its header, its keys, then the tables in it. A table of more than a few keys is cut short.
fn gather(text: &str, path: &str, table: &DeTable<'_>, lines: &mut Vec<String>) {
    const MOST: usize = 12;
    let keys = table.iter().filter(|(_, v)| !v.get_ref().is_table());
    let keys: Vec<String> = keys
        .filter_map(|(k, v)| Some(format!("{} = {}", k.get_ref(), text.get(v.span())?)))
        .collect();
    if !keys.is_empty() || table.is_empty() {
        lines.push(format!("[{path}]"));
        lines.extend(keys);
    }
    for (key, value) in table {
        if lines.len() > MOST {
            if lines.last().is_none_or(|l| l != "...") {
                lines.push("...".to_owned());
            }
            return;
        }
        if let DeValue::Table(inner) = value.get_ref() {
            gather(text, &format!("{path}.{}", key.get_ref()), inner, lines);
        }
    }
}

fn moved<'i>(value: Spanned<DeValue<'i>>, place: &Range<usize>) -> Spanned<DeValue<'i>> {
    let inner = match value.into_inner() {
        DeValue::Table(table) => {
            let mut out = DeTable::new();
            for (key, inner) in table {
                let key = Spanned::new(place.clone(), key.into_inner());
                out.insert(key, moved(inner, place));
            }
            DeValue::Table(out)
        }
        DeValue::Array(items) => {
            let mut out = DeArray::new();
            for item in items {
                out.push(moved(item, place));
            }
            DeValue::Array(out)
        }
        other => other,
    };
    Spanned::new(place.clone(), inner)
}
