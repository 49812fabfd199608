//! What the plots share: names, subtitles, short labels.

use crate::RunReport;

/// A picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plot {
    /// Name of its file.
    pub file: &'static str,
    /// SVG text.
    pub svg: String,
}

impl Plot {
    /// A picture with the name of its file.
    pub fn new(file: &'static str, svg: String) -> Plot {
        Plot { file, svg }
    }
}

/// Network and machine.
pub fn subtitle(sides: &[(&str, &RunReport)]) -> String {
    let about = &sides[0].1.about;
    format!("{} on {}", about.network, about.machine.name)
}

/// The end of long names (paths of an exporter) says more than their beginning.
pub fn shorten(text: &str, most: usize) -> String {
    let length = text.chars().count();
    if length <= most {
        return text.to_string();
    }
    let end: String = text.chars().skip(length + 1 - most).collect();
    format!("\u{2026}{end}")
}
