//! The texts a machine is made of (preset, file, overrides) laid end to end, so that one byte range
//! names both the text and the place in it.

use std::ops::Range;
use toml::Spanned;
use toml::de::{DeArray, DeTable, DeValue};

/// One text.
#[derive(Debug, Clone)]
pub(crate) struct Source {
    /// What stands before `:line:column` in a message.
    pub(crate) name: String,
    /// The text itself.
    pub(crate) text: String,
    /// Global offset of its first byte.
    start: usize,
}

/// All texts of one load.
#[derive(Debug, Clone, Default)]
pub(crate) struct Sources(Vec<Source>);

impl Sources {
    /// Adds a text; returns its global offset.
    pub(crate) fn add(&mut self, name: &str, text: &str) -> usize {
        // One byte between the texts keeps an error at the end of one apart from the start of the next.
        let start = self.end();
        self.0.push(Source {
            name: name.to_owned(),
            text: text.to_owned(),
            start,
        });
        start
    }

    /// Where the next text will begin.
    pub(crate) fn end(&self) -> usize {
        self.0.last().map_or(0, |s| s.start + s.text.len() + 1)
    }

    /// Number of the text a global range lies in.
    pub(crate) fn index(&self, span: &Range<usize>) -> Option<usize> {
        self.0.iter().rposition(|s| s.start <= span.start)
    }

    /// The text a global range lies in, and the range inside that text.
    pub(crate) fn locate(&self, span: &Range<usize>) -> Option<(&Source, Range<usize>)> {
        let source = self.0.iter().rev().find(|s| s.start <= span.start)?;
        let clamp = |at: usize| at.saturating_sub(source.start).min(source.text.len());
        Some((source, clamp(span.start)..clamp(span.end)))
    }

    /// The text under a global range.
    pub(crate) fn text(&self, span: &Range<usize>) -> &str {
        self.locate(span)
            .and_then(|(source, at)| source.text.get(at))
            .unwrap_or_default()
    }
}

/// Moves every span of a table by `offset`, from places in one text to places in all texts.
pub(crate) fn globalise(table: DeTable<'_>, offset: usize) -> DeTable<'_> {
    let mut out = DeTable::new();
    for (key, value) in table {
        let key = Spanned::new(moved(key.span(), offset), key.into_inner());
        out.insert(key, globalise_value(value, offset));
    }
    out
}

fn globalise_value(value: Spanned<DeValue<'_>>, offset: usize) -> Spanned<DeValue<'_>> {
    let span = moved(value.span(), offset);
    let value = match value.into_inner() {
        DeValue::Table(t) => DeValue::Table(globalise(t, offset)),
        DeValue::Array(items) => {
            let mut out = DeArray::new();
            for item in items {
                out.push(globalise_value(item, offset));
            }
            DeValue::Array(out)
        }
        other => other,
    };
    Spanned::new(span, value)
}

fn moved(span: Range<usize>, offset: usize) -> Range<usize> {
    span.start + offset..span.end + offset
}
