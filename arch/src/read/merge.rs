//! Laying one description over another: `extends` and overrides share this.
//!
//! Tables are joined key by key, the upper one winning. Two cases are not plain joins: a table of
//! alternatives (`noc.mesh`) holds one kind, so a new kind replaces the old one (and inherits its keys
//! where they mean the same for both; of a cell only its bits and its conductances); and a cost states its energy in one way only.

use crate::adc::SHARED_KEYS;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// Tables that hold exactly one kind, and the keys a new kind takes over from the old one.
const ALTERNATIVES: [(&str, Kept); 5] = [
    // What else is said of a cell is of its kind.
    ("device", Kept::These(&["cell_bits", "on", "off"])),
    ("adc", Kept::These(&SHARED_KEYS)),
    ("noc", Kept::All),
    ("timing", Kept::These(&[])),
    ("format.signed", Kept::These(&[])),
];

/// Keys that stay when a table names another kind.
#[derive(Clone, Copy)]
enum Kept {
    /// All kinds have the same keys.
    All,
    /// Only these mean the same whatever the kind.
    These(&'static [&'static str]),
}

/// Lays `upper` over `lower`, a description over the one it extends.
///
/// What is published of a machine says nothing of one that extends it.
pub(crate) fn extend<'i>(lower: &mut DeTable<'i>, upper: DeTable<'i>) {
    lower.remove("published");
    merge(lower, upper);
}

/// Lays `upper` over `lower`.
pub(crate) fn merge<'i>(lower: &mut DeTable<'i>, upper: DeTable<'i>) {
    drop_cost_of_other_converter(lower, &upper);
    merge_at(lower, upper, "");
}

fn merge_at<'i>(lower: &mut DeTable<'i>, mut upper: DeTable<'i>, path: &str) {
    if let Some((_, kept)) = ALTERNATIVES.iter().find(|(p, _)| *p == path) {
        replace_kind(lower, &mut upper, *kept);
    }
    // Laws of a cell, whatever its kind.
    let law = [".programming", ".read_noise", ".drift.law"];
    if path.starts_with("device.") && law.iter().any(|l| path.ends_with(l)) {
        replace_kind(lower, &mut upper, Kept::These(&[]));
    }
    if path.starts_with("cost.") {
        drop_other_energy(lower, &upper);
    }
    for (key, value) in upper {
        let inner = if path.is_empty() {
            key.get_ref().to_string()
        } else {
            format!("{path}.{}", key.get_ref())
        };
        // The old key is taken out first: inserting over it would keep its place in the text.
        let old = lower.remove(key.get_ref().as_ref());
        let value = match old {
            // Where figures were published is said as a whole.
            Some(_) if inner.starts_with("cost.") && inner.ends_with(".published_at") => value,
            Some(old) => joined(old, value, &inner),
            None => value,
        };
        lower.insert(key, value);
    }
}

fn joined<'i>(
    old: Spanned<DeValue<'i>>,
    new: Spanned<DeValue<'i>>,
    path: &str,
) -> Spanned<DeValue<'i>> {
    let span = new.span();
    match (old.into_inner(), new.into_inner()) {
        (DeValue::Table(mut lower), DeValue::Table(upper)) => {
            merge_at(&mut lower, upper, path);
            Spanned::new(span, DeValue::Table(lower))
        }
        // `noc = "ideal"` is short for an empty table of that kind.
        (DeValue::Table(mut lower), DeValue::String(kind))
            if ALTERNATIVES.iter().any(|(p, _)| *p == path) =>
        {
            let mut upper = DeTable::new();
            let empty = Spanned::new(span.clone(), DeValue::Table(DeTable::new()));
            upper.insert(Spanned::new(span.clone(), kind), empty);
            merge_at(&mut lower, upper, path);
            Spanned::new(span, DeValue::Table(lower))
        }
        (_, new) => Spanned::new(span, new),
    }
}

/// A kind that `upper` names and `lower` does not have takes the place of the old kind.
fn replace_kind<'i>(lower: &mut DeTable<'i>, upper: &mut DeTable<'i>, kept: Kept) {
    let Some(new) = upper.keys().next().cloned() else {
        return;
    };
    if lower.contains_key(new.get_ref().as_ref()) {
        return;
    }
    let old: Vec<_> = std::mem::take(lower).into_iter().collect();
    let Some((_, mut value)) = old.into_iter().next() else {
        return;
    };
    let DeValue::Table(keys) = value.get_mut() else {
        return;
    };
    match kept {
        Kept::All => {}
        // `none` has no keys.
        Kept::These(_) if new.get_ref() == "none" => return,
        Kept::These(names) => {
            for (key, value) in std::mem::take(keys) {
                if names.contains(&key.get_ref().as_ref()) {
                    keys.insert(key, value);
                }
            }
            if keys.is_empty() {
                return;
            }
        }
    }
    lower.insert(new, value);
}

/// What a converter of one kind costs says nothing of another kind.
fn drop_cost_of_other_converter(lower: &mut DeTable<'_>, upper: &DeTable<'_>) {
    let kind = |table: &DeTable<'_>| match table.get("adc").map(|v| v.get_ref()) {
        Some(DeValue::Table(kinds)) => kinds.keys().next().map(|k| k.get_ref().to_string()),
        Some(DeValue::String(kind)) => Some(kind.to_string()),
        _ => None,
    };
    let (Some(old), Some(new)) = (kind(lower), kind(upper)) else {
        return;
    };
    if old != new
        && let Some(DeValue::Table(parts)) = lower.get_mut("cost").map(Spanned::get_mut)
    {
        parts.remove("adc");
    }
}

/// A cost states its energy in one way: a new way takes the place of the old one.
fn drop_other_energy(lower: &mut DeTable<'_>, upper: &DeTable<'_>) {
    const WAYS: [&str; 4] = ["energy", "full_power", "law", "within"];
    if !WAYS.iter().any(|way| upper.contains_key(*way)) {
        return;
    }
    // How busy the part is at full activity (`full_rate` of a `group`) stays true.
    for way in WAYS.iter().filter(|way| !upper.contains_key(**way)) {
        lower.remove(*way);
    }
    // A law gives the other figures and their source as well.
    if upper.contains_key("law") {
        for key in ["area", "static_power", "source", "confidence"] {
            lower.remove(key);
        }
    }
    // A part within another has no figures.
    if upper.contains_key("within") {
        lower.remove("area");
        lower.remove("static_power");
    }
}

/// A cost whose figures a text changes: its part, and the keys that must say so.
pub(crate) struct CostMark {
    part: String,
    by: String,
    source: bool,
    confidence: bool,
}

/// The costs a text changes without saying where the new figures come from.
pub(crate) fn cost_marks(upper: &DeTable<'_>, lower: &DeTable<'_>, by: &str) -> Vec<CostMark> {
    const FIGURES: [&str; 13] = [
        "area",
        "static_power",
        "energy",
        "full_power",
        "full_rate",
        "static_share",
        "transistors",
        "retention",
        "law",
        "within",
        "group",
        "length",
        "published_at",
    ];
    let Some(DeValue::Table(parts)) = upper.get("cost").map(|c| c.get_ref()) else {
        return Vec::new();
    };
    let known = |part: &str| match lower.get("cost").map(Spanned::get_ref) {
        Some(DeValue::Table(parts)) => parts.contains_key(part),
        _ => false,
    };
    let changed = parts
        .iter()
        .filter(|(part, _)| known(part.get_ref()))
        .filter_map(|(part, cost)| match cost.get_ref() {
            DeValue::Table(cost) if FIGURES.iter().any(|f| cost.contains_key(*f)) => {
                Some(CostMark {
                    part: part.get_ref().to_string(),
                    by: by.to_owned(),
                    source: !cost.contains_key("source"),
                    confidence: !cost.contains_key("confidence"),
                })
            }
            _ => None,
        });
    changed.collect()
}

/// A changed figure no longer comes from the source it stood beside: the source and the confidence say so.
pub(crate) fn mark_costs(root: &mut DeTable<'_>, marks: Vec<CostMark>) {
    for mark in marks {
        let Some(DeValue::Table(parts)) = root.get_mut("cost").map(Spanned::get_mut) else {
            return;
        };
        let Some(DeValue::Table(cost)) = parts.get_mut(mark.part.as_str()).map(Spanned::get_mut)
        else {
            continue;
        };
        if let (true, Some(DeValue::String(source))) =
            (mark.source, cost.get_mut("source").map(Spanned::get_mut))
        {
            *source = format!("{source}; changed by {}", mark.by).into();
        }
        if let (true, Some(DeValue::String(confidence))) = (
            mark.confidence,
            cost.get_mut("confidence").map(Spanned::get_mut),
        ) {
            *confidence = "recalled".into();
        }
    }
}
