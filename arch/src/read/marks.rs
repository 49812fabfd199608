//! Laws of cells that a text changes without saying where the new figures come from.

use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// Where laws of a cell stand below `device.KIND`.
const LAWS: [&[&str]; 3] = [&["programming"], &["read_noise"], &["drift", "law"]];

/// A law as a path: `device`, kind of cell, keys, name of the law.
pub(super) type LawPath = Vec<String>;

/// The laws that `upper` gives figures of, without a source of its own.
pub(super) fn changed_laws(upper: &DeTable<'_>) -> Vec<LawPath> {
    let Some(DeValue::Table(kinds)) = upper.get("device").map(Spanned::get_ref) else {
        return Vec::new();
    };
    let mut found = Vec::new();
    for (kind, cell) in kinds {
        for keys in LAWS {
            let start = Some(cell.get_ref());
            let at = keys
                .iter()
                .fold(start, |v, key| v?.get(*key).map(Spanned::get_ref));
            let Some(DeValue::Table(laws)) = at else {
                continue;
            };
            for (law, figures) in laws {
                match figures.get_ref() {
                    DeValue::Table(figures) if !figures.contains_key("source") => {
                        let start = ["device".to_owned(), kind.get_ref().to_string()];
                        let keys = keys.iter().map(|k| (*k).to_owned());
                        let end = law.get_ref().to_string();
                        found.push(start.into_iter().chain(keys).chain([end]).collect());
                    }
                    _ => {}
                }
            }
        }
    }
    found
}

/// A changed figure no longer comes from the source it stood beside: the source says so, and the confidence with it.
pub(super) fn mark_laws(root: &mut DeTable<'_>, laws: Vec<LawPath>, by: &str) {
    for path in laws {
        let mut keys = path.iter();
        let first = keys.next().and_then(|key| root.get_mut(key.as_str()));
        let at = keys.try_fold(first, |value, key| match value?.get_mut() {
            DeValue::Table(table) => Some(table.get_mut(key.as_str())),
            _ => None,
        });
        let Some(Some(DeValue::Table(figures))) = at.map(|v| v.map(Spanned::get_mut)) else {
            continue;
        };
        let source = figures.get_mut("source").map(Spanned::get_mut);
        if let Some(DeValue::String(source)) = source {
            *source = format!("{source}; changed by {by}").into();
            if let Some(DeValue::String(c)) = figures.get_mut("confidence").map(Spanned::get_mut) {
                *c = "recalled".into();
            }
        }
    }
}
