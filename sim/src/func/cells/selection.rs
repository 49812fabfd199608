//! Which rows or outputs of a channel group a row group has.

/// Indices in their order, and whether each is the one before plus one: then what they pick is one piece of memory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Selection {
    at: Vec<usize>,
    neighbours: bool,
}

impl Selection {
    /// Of these indices.
    pub fn new(at: Vec<usize>) -> Selection {
        Selection {
            neighbours: at.windows(2).all(|a| a[0] + 1 == a[1]),
            at,
        }
    }

    /// How many.
    pub fn len(&self) -> usize {
        self.at.len()
    }

    /// The indices.
    pub fn indices(&self) -> &[usize] {
        &self.at
    }

    /// The first index, if they are neighbours.
    pub fn start(&self) -> Option<usize> {
        let first = self.at.first().filter(|_| self.neighbours);
        first.copied()
    }
}
