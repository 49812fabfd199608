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
    /// Faults beyond those.
    more: usize,
}

/// Most faults that are reported: a reader mends those and asks again.
pub(crate) const MOST_FAULTS: usize = 20;

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
    /// The lines it stands on, and its range in them.
    lines: String,
    span: Range<usize>,
}

/// Most characters of a message or a label; the longest of our own, a list of known keys, have 600.
const MOST_SHOWN: usize = 2000;

impl ArchError {
    pub(crate) fn new(mut faults: Vec<RawFault>, sources: &Sources) -> Self {
        faults.sort_by_key(|f| (f.span.start, f.span.end));
        let more = faults.len().saturating_sub(MOST_FAULTS);
        let faults = faults.into_iter().take(MOST_FAULTS);
        ArchError {
            faults: faults.map(|f| f.placed(sources)).collect(),
            more,
        }
    }

    pub(crate) fn without_place(message: String, help: Vec<String>) -> Self {
        ArchError {
            faults: vec![Fault {
                message,
                label: String::new(),
                help,
                place: None,
            }],
            more: 0,
        }
    }

    /// The same with one more line of help on the first fault.
    pub(crate) fn with_help(mut self, help: String) -> Self {
        if let Some(fault) = self.faults.first_mut() {
            fault.help.push(help);
        }
        self
    }

    /// The faults in the order of the texts, 20 at most.
    pub fn faults(&self) -> &[Fault] {
        &self.faults
    }

    /// How many more were found.
    pub fn more(&self) -> usize {
        self.more
    }

    /// The rendering with terminal colours.
    pub fn coloured(&self) -> String {
        self.render(&Renderer::styled())
    }

    fn render(&self, renderer: &Renderer) -> String {
        let mut parts: Vec<String> = self.faults.iter().map(|f| f.render(renderer)).collect();
        if self.more > 0 {
            parts.push(format!("and {} more", self.more));
        }
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
                title.element(
                    Snippet::source(place.lines.as_str())
                        .line_start(place.line)
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
            let from = before.rfind('\n').map_or(0, |i| i + 1);
            // To the end of the line that the fault ends on.
            let ended = span.end.saturating_sub(1).max(span.start);
            let rest = &source.text.as_bytes()[ended.min(source.text.len())..];
            let newline = rest.iter().position(|b| *b == b'\n');
            let to = newline.map_or(source.text.len(), |i| ended + i);
            Place {
                source: source.name.clone(),
                line: before.matches('\n').count() + 1,
                column: before[from..].chars().count() + 1,
                lines: source.text.get(from..to).unwrap_or_default().to_owned(),
                span: span.start - from..span.end - from,
            }
        });
        Fault {
            message: shortened(self.message),
            label: shortened(self.label),
            help: self.help,
            place,
        }
    }
}

/// A value of half a megabyte is not repeated in full.
fn shortened(text: String) -> String {
    match text.char_indices().nth(MOST_SHOWN) {
        Some((end, _)) => format!("{}...", &text[..end]),
        None => text,
    }
}
