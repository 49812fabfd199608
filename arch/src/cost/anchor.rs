//! Where published figures hold: the machine as it stood where they were stated.

use super::point::Point;
use crate::part::PartKind;
use std::collections::BTreeMap;
use std::ops::Range;

/// The machines that figures of a description were stated for.
///
/// A description is a chain of texts: presets and files that extend each other, then overrides. A figure holds for the
/// machine of the text that states it, so that what the texts above change brings the figure to another machine. Overrides
/// state figures of the final machine.
#[derive(Default)]
pub(crate) struct Anchors {
    /// The machine after each text below the final one; `None` where it is not complete or breaks a rule, and a later
    /// text stands for it.
    pub(crate) texts: Vec<Option<Point>>,
    /// Where each text begins among all texts, those that state figures of the final machine left out.
    pub(crate) starts: Vec<usize>,
    /// Where the texts begin that state figures of the final machine.
    pub(crate) final_start: usize,
    /// The machine before the user's own texts: the last preset, or a whole description below overrides. `None` where
    /// there is none of them.
    pub(crate) base: Option<Point>,
    /// Machines that costs name themselves (`published_at`), and the text that says so.
    pub(crate) published: BTreeMap<PartKind, (usize, Point)>,
}

impl Anchors {
    /// Number of the text a place lies in; all texts that state figures of the final machine are one.
    pub(crate) fn text(&self, span: &Range<usize>) -> usize {
        if span.start >= self.final_start {
            return self.starts.len();
        }
        let at = self.starts.iter().rposition(|&start| start <= span.start);
        at.unwrap_or(0)
    }

    /// The machine that a figure at this place holds for; `None` for the final one.
    pub(crate) fn of(&self, kind: PartKind, span: &Range<usize>) -> Option<Point> {
        let text = self.text(span);
        match self.published.get(&kind) {
            Some((said, point)) if *said == text => Some(*point),
            _ => self.texts.get(text..)?.iter().flatten().next().copied(),
        }
    }
}
