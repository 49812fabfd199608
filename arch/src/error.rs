//! Errors of machine descriptions, rendered with file, line, column and the text in question.

use crate::source::Sources;
use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet};
use std::ops::Range;

/// One fault: what is wrong, where, and what would be right.
#[derive(Debug, Clone, PartialEq)]
pub struct Fault {
    /// What is wrong, with the offending value.
    pub title: String,
    /// Allowed range or the reason, shown at the place.
    pub label: String,
    /// What to do about it.
    pub help: Option<String>,
    /// Place, global over all sources; `None` if no text is to blame.
    pub span: Option<Range<usize>>,
}

impl Fault {
    /// A fault at a place.
    pub fn at(span: Range<usize>, title: impl Into<String>, label: impl Into<String>) -> Self {
        Fault {
            title: title.into(),
            label: label.into(),
            help: None,
            span: Some(span),
        }
    }

    /// Adds advice.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

/// A description that cannot be used. The user's input is at fault.
#[derive(Debug, Clone)]
pub struct ArchError {
    faults: Vec<Fault>,
    sources: Sources,
}

impl ArchError {
    pub(crate) fn new(faults: Vec<Fault>, sources: Sources) -> Self {
        ArchError { faults, sources }
    }

    pub(crate) fn plain(title: impl Into<String>, help: Option<String>) -> Self {
        let fault = Fault {
            title: title.into(),
            label: String::new(),
            help,
            span: None,
        };
        ArchError {
            faults: vec![fault],
            sources: Sources::default(),
        }
    }

    /// The faults found.
    pub fn faults(&self) -> &[Fault] {
        &self.faults
    }

    /// The text for a terminal, with or without colours.
    pub fn render(&self, colour: bool) -> String {
        let renderer = if colour {
            Renderer::styled()
        } else {
            Renderer::plain()
        };
        let texts: Vec<String> = self
            .faults
            .iter()
            .map(|f| self.render_one(f, &renderer))
            .collect();
        texts.join("\n\n")
    }

    fn render_one(&self, fault: &Fault, renderer: &Renderer) -> String {
        let mut group = match &fault.span {
            None => Level::ERROR
                .primary_title(fault.title.as_str())
                .elements([] as [annotate_snippets::Element<'_>; 0]),
            Some(span) => {
                let (name, text, local) = self.sources.locate(span);
                Level::ERROR.primary_title(fault.title.as_str()).element(
                    Snippet::source(text).path(name).annotation(
                        AnnotationKind::Primary
                            .span(local)
                            .label(fault.label.as_str()),
                    ),
                )
            }
        };
        if let Some(help) = &fault.help {
            group = group.element(Level::HELP.message(help.as_str()));
        }
        renderer.render(&[group])
    }
}

impl std::fmt::Display for ArchError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.render(false))
    }
}

impl std::error::Error for ArchError {}
