//! The machines that figures were stated for: the description as it stood after each of its texts.

use super::merged::Merged;
use super::source::Sources;
use super::texts::{Role, Text};
use super::{levels, merge};
use crate::cost::{self, anchor::Anchors, point::Point};
use crate::error::RawFault;
use crate::part::PartKind;
use crate::schema::Machine;
use crate::{resolve, rules};
use serde::Deserialize;
use std::ops::Range;
use toml::Spanned;
use toml::de::{DeTable, DeValue, Deserializer};

/// The machines below the final one, and those that costs name themselves.
pub(super) fn anchors(
    merged: &Merged<'_>,
    texts: &[Text],
    sources: &Sources,
    faults: &mut Vec<RawFault>,
) -> Anchors {
    let descriptions = texts.iter().filter(|t| t.role == Role::Description).count();
    // The last text of all speaks of the final machine; so do all overrides together.
    let below = descriptions.min(texts.len() - 1);
    let mut anchors = Anchors {
        starts: merged.starts[..below].to_vec(),
        final_start: merged.starts[below],
        ..Anchors::default()
    };
    for text in 0..below {
        let point = point(merged.upto(text), texts, sources, &anchors);
        anchors.texts.push(point.ok());
    }
    let preset = |t: &Text| t.role == Role::Description && t.name.starts_with("<preset ");
    let base = match texts.iter().rposition(preset) {
        Some(preset) if preset < below => Some(preset),
        Some(_) => None,
        None => below.checked_sub(1).filter(|_| below == descriptions),
    };
    anchors.base = base.and_then(|text| anchors.texts[text]);
    for (kind, table, span) in tables(&merged.root) {
        let text = anchors.text(&span);
        let stated = if text < below {
            merged.upto(text)
        } else {
            &merged.root
        };
        let mut there = stated.clone();
        merge::merge(&mut there, table.clone());
        match point(&there, texts, sources, &anchors) {
            Ok(point) => drop(anchors.published.insert(kind, (text, point))),
            Err(found) => faults.push(no_machine(kind, &span, &found)),
        }
    }
    anchors
}

/// The tables `published_at` of all costs.
fn tables<'t, 'i>(root: &'t DeTable<'i>) -> Vec<(PartKind, &'t DeTable<'i>, Range<usize>)> {
    let Some(DeValue::Table(parts)) = root.get("cost").map(Spanned::get_ref) else {
        return Vec::new();
    };
    let named = |name: &str| PartKind::ALL.into_iter().find(|k| k.name() == name);
    let of_part = |(name, cost): (&Spanned<_>, &'t Spanned<DeValue<'i>>)| {
        let kind = named(AsRef::<str>::as_ref(name.get_ref()))?;
        let published = cost.get_ref().get("published_at")?;
        let table = published.get_ref().as_table()?;
        Some((kind, table, published.span()))
    };
    parts.iter().filter_map(of_part).collect()
}

fn no_machine(kind: PartKind, span: &Range<usize>, found: &[RawFault]) -> RawFault {
    let message = format!("`cost.{}.published_at` gives no machine", kind.name());
    let why = found.first().map_or_else(
        || "must hold keys of a machine, as at the top of a description".to_owned(),
        |f| format!("{}: {}", f.message, f.label),
    );
    RawFault::new(span, message, why)
}

/// What laws see of a description, or what is wrong with it.
fn point(
    table: &DeTable<'_>,
    texts: &[Text],
    sources: &Sources,
    anchors: &Anchors,
) -> Result<Point, Vec<RawFault>> {
    let whole = Spanned::new(0..0, table.clone());
    let machine = Machine::deserialize(Deserializer::from(whole)).map_err(|e| {
        let place = e.span().unwrap_or_default();
        vec![super::tables::explain(&e, "the description", sources)]
            .into_iter()
            .map(|f| RawFault {
                span: place.clone(),
                ..f
            })
            .collect::<Vec<_>>()
    })?;
    let mut faults = Vec::new();
    rules::check(&machine, &mut faults);
    let levels = levels::read(&machine, texts, &mut sources.clone(), &mut faults);
    if !faults.is_empty() {
        return Err(faults);
    }
    let arch = resolve::structure(&machine, levels);
    Ok(cost::price(&machine, &arch, anchors).point)
}
