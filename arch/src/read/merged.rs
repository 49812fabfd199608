//! All texts of a description laid over each other.

use toml::de::DeTable;

#[derive(Default)]
pub(super) struct Merged<'i> {
    pub(super) root: DeTable<'i>,
    /// The description as it stood below each text.
    pub(super) below: Vec<DeTable<'i>>,
    /// Where each text begins among all of them.
    pub(super) starts: Vec<usize>,
}

impl<'i> Merged<'i> {
    /// The description with the texts up to this one.
    pub(super) fn upto(&self, text: usize) -> &DeTable<'i> {
        self.below.get(text + 1).unwrap_or(&self.root)
    }
}
