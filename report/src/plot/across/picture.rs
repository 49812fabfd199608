//! A picture, and the figures it shows.

/// A picture with its figures.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    /// Name of its files, without ending.
    pub name: String,
    /// SVG text.
    pub svg: String,
    /// What it shows.
    pub csv: String,
}

impl Picture {
    /// With a name for its files.
    pub(super) fn new(name: String, svg: String, csv: String) -> Picture {
        // Keys of machines hold characters that names of files should not.
        let plain = |c: char| {
            if c.is_ascii_alphanumeric() || "-_.".contains(c) {
                c
            } else {
                '-'
            }
        };
        Picture {
            name: name.chars().map(plain).collect(),
            svg,
            csv,
        }
    }
}
