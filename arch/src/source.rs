//! Source texts of a description: presets, files and overrides laid end to end, so that one span tells
//! both the text and the place in it.

use std::ops::Range;

/// One text.
#[derive(Debug, Clone)]
struct Text {
    name: String,
    text: String,
    start: usize,
}

/// All texts a description was read from.
#[derive(Debug, Clone, Default)]
pub struct Sources {
    texts: Vec<Text>,
}

impl Sources {
    /// Adds a text and returns it padded with blanks in front, so that spans found in it are global.
    pub fn add(&mut self, name: &str, text: &str) -> String {
        let start = self.texts.last().map_or(0, |t| t.start + t.text.len() + 1);
        self.texts.push(Text {
            name: name.to_string(),
            text: text.to_string(),
            start,
        });
        " ".repeat(start) + text
    }

    /// Name, text and local span of a global span.
    pub fn locate(&self, span: &Range<usize>) -> (&str, &str, Range<usize>) {
        let text = self
            .texts
            .iter()
            .rev()
            .find(|t| t.start <= span.start)
            .unwrap_or(&self.texts[0]);
        let clamp = |at: usize| at.saturating_sub(text.start).min(text.text.len());
        (&text.name, &text.text, clamp(span.start)..clamp(span.end))
    }
}
