//! What laws say of a description in which other things are wrong, so that all faults are seen at once.
//!
//! Values that a rule on single values refuses are replaced by examples, as what is missing was before. A law is heard where
//! what it blames is a value of the description.

use super::merged::Merged;
use super::source::Sources;
use super::texts::Text;
use super::{examples, gap, published, tables};
use crate::cost;
use crate::error::RawFault;
use crate::schema::Machine;
use crate::{resolve, rules};
use serde::Deserialize;
use std::ops::Range;
use toml::Spanned;
use toml::de::{DeTable, DeValue, Deserializer};

/// Faults of laws and of machines that figures were published for. `root` is the description with its gaps filled, `faults`
/// are those found so far.
pub(super) fn laws<'i>(
    mut root: DeTable<'i>,
    merged: &Merged<'i>,
    texts: &[Text],
    sources: &Sources,
    faults: &[RawFault],
) -> Vec<RawFault> {
    let refused = faults.iter().filter(|f| f.alone).map(|f| &f.span);
    for span in refused {
        if !replace(&mut root, span) {
            return Vec::new();
        }
    }
    let Some(machine) = mended(&root) else {
        return Vec::new();
    };
    let merged = Merged {
        root,
        below: merged.below.clone(),
        starts: merged.starts.clone(),
    };
    let mut found = Vec::new();
    let anchors = published::anchors(&merged, texts, sources, &mut found);
    let arch = resolve::structure(&machine, Vec::new());
    let costs = cost::price(&machine, &arch, &anchors);
    let gaps = costs.gaps.iter();
    found.extend(gaps.map(|gap| gap::fault(gap, &machine, &costs.point)));
    // What has been said of a place, the law need not say again. Examples stand at the place of what is missing.
    found.retain(|f| faults.iter().all(|other| other.span != f.span));
    found
}

/// The machine, if no rule on single values refuses anything but costs.
fn mended(root: &DeTable<'_>) -> Option<Machine> {
    let whole = Spanned::new(0..0, root.clone());
    let machine = Machine::deserialize(Deserializer::from(whole)).ok()?;
    let mut faults = Vec::new();
    rules::structure(&machine, false, &mut faults);
    faults.is_empty().then_some(machine)
}

/// Puts an example in the place of a value. A figure of a cost without an example may stay.
fn replace(root: &mut DeTable<'_>, span: &Range<usize>) -> bool {
    let Some(path) = root.iter().find_map(|(key, value)| {
        let rest = tables::path_of(value, span)?;
        let keys = rest.split('.').filter(|k| !k.is_empty()).map(str::to_owned);
        Some(
            std::iter::once(key.get_ref().to_string())
                .chain(keys)
                .collect::<Vec<_>>(),
        )
    }) else {
        return false;
    };
    let keys: Vec<&str> = path.iter().map(String::as_str).collect();
    let of_cost = keys[0] == "cost";
    let Some(example) = examples::value(&keys, span) else {
        return of_cost;
    };
    let first = root.get_mut(keys[0]);
    let target = keys[1..]
        .iter()
        .try_fold(first, |value, key| match value?.get_mut() {
            DeValue::Table(table) => Some(table.get_mut(*key)),
            _ => None,
        });
    match target.flatten() {
        Some(target) if !target.get_ref().is_table() => *target = example,
        _ => return of_cost,
    }
    true
}
