//! Parts of a page, and what several of them have.

use super::table;
use crate::check::Check;
use maud::{Markup, html};

/// A part of the page that the contents name.
#[derive(Debug)]
pub struct Section {
    pub(super) title: &'static str,
    pub(super) body: Markup,
}

impl Section {
    pub(super) fn new(title: &'static str, body: Markup) -> Section {
        Section { title, body }
    }

    pub(super) fn anchor(&self) -> String {
        self.title.to_lowercase().replace(' ', "-")
    }
}

/// Consistency checks, notes and what nobody pays for.
pub fn checks<'a>(checks: impl Iterator<Item = &'a Check>) -> Markup {
    let mut all: Vec<&Check> = checks.collect();
    all.sort_by_key(|c| c.passed);
    let failed = all.iter().filter(|c| !c.passed).count();
    let rows = all.iter().map(|c| {
        let outcome = if c.passed { "passed" } else { "failed" };
        vec![
            table::text(&c.name),
            table::text(outcome),
            table::text(&c.detail),
        ]
    });
    html! {
        @if failed > 0 {
            p.bad { (failed) " of " (all.len()) " checks failed: do not rely on these figures." }
        } @else {
            p { "Each check compares two ways to the same figure. All " (all.len()) " passed." }
        }
        (table::Table::new("Consistency checks", &["check", "outcome", "figures"]).rows(rows).html())
    }
}

/// Sentences.
pub fn notes(title: &str, notes: &[String]) -> Markup {
    html! {
        @if !notes.is_empty() {
            h3 { (title) }
            ul { @for note in notes { li { (note) } } }
        }
    }
}
