//! Texts -> merged description -> raw machine -> checked -> resolved.

use super::merged::Merged;
use super::source::{Sources, globalise};
use super::texts::{Role, Text};
use super::{beside, gap, levels, marks, merge, published, tables};
use crate::cost;
use crate::error::{ArchError, RawFault};
use crate::model::Arch;
use crate::part::PartKind;
use crate::{resolve, rules};
use std::ops::Range;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// Builds a machine from texts, each laid over those before it. `Gaps` says what becomes of parts whose law has no
/// figures for it.
pub(super) fn build(texts: &[Text], gaps: Gaps) -> Result<Arch, ArchError> {
    let (mut sources, mut faults) = (Sources::default(), Vec::new());
    let merged = overlay(texts, &mut sources, &mut faults);
    if !faults.is_empty() {
        return Err(ArchError::new(faults, &sources));
    }
    let context = tables::Context {
        sources: &sources,
        below: &merged.below,
    };
    let Some((machine, root)) = tables::machine(merged.root.clone(), &context, &mut faults) else {
        return Err(ArchError::new(faults, &sources));
    };
    let complete = faults.is_empty();
    rules::structure(&machine, complete, &mut faults);
    rules::costs(&machine, complete, &mut faults);
    let levels = levels::read(&machine, texts, &mut sources, &mut faults);
    if !faults.is_empty() {
        if gaps == Gaps::AreFaults {
            let laws = beside::laws(root, &merged, texts, &sources, &faults);
            faults.extend(laws);
        }
        return Err(ArchError::new(faults, &sources));
    }
    let anchors = published::anchors(&merged, texts, &sources, &mut faults);
    let mut arch = resolve::structure(&machine, levels);
    let costs = cost::price(&machine, &arch, &anchors);
    if gaps == Gaps::AreFaults {
        let gaps = costs.gaps.iter();
        faults.extend(gaps.map(|gap| gap::fault(gap, &machine, &costs.point)));
    }
    if !faults.is_empty() {
        return Err(ArchError::new(faults, &sources));
    }
    arch.unpriced = cost::unpriced(&machine, &costs.point, &anchors, &costs.parts);
    arch.parts = costs.parts;
    let stated = anchors.of(PartKind::Crossbar, &machine.crossbar.read.span);
    arch.crossbar.read_ticks = cost::read_ticks(&costs.point, stated.as_ref(), &arch);
    // A part that is not confirmed makes the machine not confirmed.
    let weakest = arch.parts.iter().map(|p| p.confidence).max();
    arch.confidence = weakest.map_or(arch.confidence, |c| c.max(arch.confidence));
    Ok(arch)
}

fn overlay<'i>(texts: &'i [Text], sources: &mut Sources, faults: &mut Vec<RawFault>) -> Merged<'i> {
    let mut merged = Merged::default();
    for text in texts {
        let offset = sources.add(&text.name, &text.text);
        merged.starts.push(offset);
        match document(text, offset) {
            Ok(table) => {
                let marks = merge::cost_marks(&table, &merged.root, &text.name);
                let laws = marks::changed_laws(&table);
                merged.below.push(merged.root.clone());
                match text.role {
                    Role::Description => merge::extend(&mut merged.root, table),
                    Role::Override | Role::Mapping => merge::merge(&mut merged.root, table),
                }
                merge::mark_costs(&mut merged.root, marks);
                marks::mark_laws(&mut merged.root, laws, &text.name);
            }
            Err(fault) => faults.push(fault),
        }
    }
    merged
}

/// The table of one text, its places moved to where the text begins among all texts.
fn document(text: &Text, offset: usize) -> Result<DeTable<'_>, RawFault> {
    const HELP: &str = "an override is written KEY=VALUE, such as `crossbar.rows=256`";
    let global = |span: Range<usize>| span.start + offset..span.end + offset;
    let table = DeTable::parse(&text.text).map_err(|e| {
        let span = global(e.span().unwrap_or_default());
        let fault = RawFault::new(&span, "not valid TOML", e.message());
        match text.role {
            Role::Override => fault.help(HELP),
            _ => fault,
        }
    })?;
    let is_override = text.role == Role::Override;
    if is_override && table.get_ref().contains_key("extends") {
        return Err(RawFault::new(
            &global(0..7),
            "`extends` cannot be overridden",
            "a description is chosen by its name or file",
        ));
    }
    if is_override && table.get_ref().is_empty() {
        return Err(RawFault::new(&global(0..0), "the override is empty", HELP));
    }
    if text.role == Role::Mapping
        && let Some(span) = beside_mapping(&table)
    {
        let label = "must be `[mapping]` or `[mapping.layer.NAME]`";
        let fault = RawFault::new(&global(span), "a mapping file describes no machine", label);
        return Err(fault.help("a machine file is given with --arch"));
    }
    if let Some(span) = wrong_parent(&table) {
        return Err(RawFault::new(
            &global(span),
            "`extends` is not a name",
            "expected a preset or a file in quotes",
        ));
    }
    Ok(globalise(table.into_inner(), offset))
}

/// What becomes of parts whose law has no figures for the machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Gaps {
    /// The machine is refused.
    AreFaults,
    /// They have no costs.
    AreLeft,
}

/// Where `extends` has a value that is no text.
fn wrong_parent(table: &Spanned<DeTable<'_>>) -> Option<Range<usize>> {
    let parent = table.get_ref().get("extends")?;
    let is_text = matches!(parent.get_ref(), DeValue::String(_));
    (!is_text).then(|| parent.span())
}

/// Where a mapping file holds something else.
fn beside_mapping(table: &Spanned<DeTable<'_>>) -> Option<Range<usize>> {
    let other = |k: &&Spanned<_>| *k.get_ref() != "mapping";
    let keys = table.get_ref().keys();
    keys.filter(other).map(Spanned::span).next()
}
