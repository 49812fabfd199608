//! Texts -> merged description -> raw machine -> checked -> resolved.

use super::source::{Sources, globalise};
use super::texts::{Role, Text};
use super::{levels, marks, merge, tables};
use crate::error::{ArchError, RawFault};
use crate::model::Arch;
use crate::{resolve, rules};
use std::ops::Range;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// Builds a machine from texts, each laid over those before it.
pub(super) fn build(texts: &[Text]) -> Result<Arch, ArchError> {
    let (mut sources, mut faults) = (Sources::default(), Vec::new());
    let merged = overlay(texts, &mut sources, &mut faults);
    if !faults.is_empty() {
        return Err(ArchError::new(faults, &sources));
    }
    let context = tables::Context {
        sources: &sources,
        below: &merged.below,
    };
    let Some(machine) = tables::machine(merged.root, &context, &mut faults) else {
        return Err(ArchError::new(faults, &sources));
    };
    rules::check(&machine, &mut faults);
    let levels = levels::read(&machine, texts, &mut sources, &mut faults);
    if faults.is_empty() {
        Ok(resolve::resolve(&machine, levels))
    } else {
        Err(ArchError::new(faults, &sources))
    }
}

/// All texts laid over each other.
#[derive(Default)]
struct Merged<'i> {
    root: DeTable<'i>,
    /// The description as it stood below each text.
    below: Vec<DeTable<'i>>,
}

fn overlay<'i>(texts: &'i [Text], sources: &mut Sources, faults: &mut Vec<RawFault>) -> Merged<'i> {
    let mut merged = Merged::default();
    for text in texts {
        let offset = sources.add(&text.name, &text.text);
        match document(text, offset) {
            Ok(table) => {
                let marks = match text.role {
                    Role::Override => merge::cost_marks(&table, &text.name),
                    _ => Vec::new(),
                };
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
