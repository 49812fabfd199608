//! Faults of a machine description, rendered the way rustc renders its own.

use crate::read::source::Sources;
use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet};
use std::fmt;
use std::ops::Range;

/// Why a machine could not be loaded. `Display` gives the plain rendering of every fault.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{}", self.render(&Renderer::plain()))]
pub struct ArchError {
    faults: Vec<Fault>,
}

/// One fault and where it stands.
#[derive(Debug, Clone)]
pub struct Fault {
    /// What is wrong, with the offending value.
    pub message: String,
    /// What stands under the caret: the allowed range.
    pub label: String,
    /// Hints, such as the nearest known name.
    pub help: Vec<String>,
    /// The place, unless the fault is not in a text (a missing file).
    pub place: Option<Place>,
}

/// A place in a text.
#[derive(Debug, Clone)]
pub struct Place {
    /// File, preset (`<preset isaac-ce>`) or override (`--set crossbar.rows=0`).
    pub source: String,
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
    text: String,
    span: Range<usize>,
}

impl ArchError {
    pub(crate) fn new(mut faults: Vec<RawFault>, sources: &Sources) -> Self {
        faults.sort_by_key(|f| (f.span.start, f.span.end));
        let faults = faults.into_iter().map(|f| f.placed(sources)).collect();
        ArchError { faults }
    }

    pub(crate) fn without_place(message: String, help: Vec<String>) -> Self {
        ArchError {
            faults: vec![Fault {
                message,
                label: String::new(),
                help,
                place: None,
            }],
        }
    }

    /// The same with one more line of help on the first fault.
    pub(crate) fn with_help(mut self, help: String) -> Self {
        if let Some(fault) = self.faults.first_mut() {
            fault.help.push(help);
        }
        self
    }

    /// Every fault found, in the order of the texts.
    pub fn faults(&self) -> &[Fault] {
        &self.faults
    }

    /// The rendering with terminal colours.
    pub fn coloured(&self) -> String {
        self.render(&Renderer::styled())
    }

    fn render(&self, renderer: &Renderer) -> String {
        let parts: Vec<String> = self.faults.iter().map(|f| f.render(renderer)).collect();
        parts.join("\n\n")
    }
}

impl Fault {
    fn render(&self, renderer: &Renderer) -> String {
        let title = Level::ERROR.primary_title(self.message.as_str());
        let mut group = match &self.place {
            Some(place) => {
                let mark = AnnotationKind::Primary
                    .span(place.span.clone())
                    .label(self.label.as_str());
                let text = place.text.as_str();
                title.element(
                    Snippet::source(text)
                        .path(place.source.as_str())
                        .annotation(mark),
                )
            }
            None => annotate_snippets::Group::with_title(title),
        };
        for help in &self.help {
            group = group.element(Level::HELP.message(help.as_str()));
        }
        renderer.render(&[group]).to_string()
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.source, self.line, self.column)
    }
}

/// A fault with its range over all texts, before the texts are looked up.
#[derive(Debug, Clone)]
pub(crate) struct RawFault {
    pub(crate) span: Range<usize>,
    pub(crate) message: String,
    pub(crate) label: String,
    pub(crate) help: Vec<String>,
    /// It depends on one value only.
    pub(crate) alone: bool,
}

impl RawFault {
    pub(crate) fn new(
        span: &Range<usize>,
        message: impl Into<String>,
        label: impl Into<String>,
    ) -> Self {
        RawFault {
            span: span.clone(),
            message: message.into(),
            label: label.into(),
            help: Vec::new(),
            alone: false,
        }
    }

    /// A fault that depends on the value at `span` only.
    pub(crate) fn alone(
        span: &Range<usize>,
        message: impl Into<String>,
        label: impl Into<String>,
    ) -> Self {
        RawFault {
            alone: true,
            ..Self::new(span, message, label)
        }
    }

    pub(crate) fn help(mut self, help: impl Into<String>) -> Self {
        self.help.push(help.into());
        self
    }

    fn placed(self, sources: &Sources) -> Fault {
        let place = sources.locate(&self.span).map(|(source, span)| {
            let before = source.text.get(..span.start).unwrap_or_default();
            let line_start = before.rfind('\n').map_or(0, |i| i + 1);
            Place {
                source: source.name.clone(),
                line: before.matches('\n').count() + 1,
                column: before[line_start..].chars().count() + 1,
                text: source.text.clone(),
                span,
            }
        });
        Fault {
            message: self.message,
            label: self.label,
            help: self.help,
            place,
        }
    }
}
