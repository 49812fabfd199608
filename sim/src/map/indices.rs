//! Sets of row or feature-map indices: a range while nothing is pruned or permuted, a list afterwards.

use std::sync::Arc;

/// An ordered set of indices.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Indices {
    /// `start..end`.
    Range {
        /// First index.
        start: u32,
        /// One past the last index.
        end: u32,
    },
    /// Any order, no index twice.
    List(Arc<[u32]>),
}

impl Indices {
    /// `start..end`.
    pub fn range(start: usize, end: usize) -> Self {
        Indices::Range {
            start: start as u32,
            end: end as u32,
        }
    }

    /// A list; kept as a range if it is one.
    pub fn list(values: Vec<u32>) -> Self {
        let contiguous = values.windows(2).all(|w| w[1] == w[0].wrapping_add(1));
        match (values.first(), values.last()) {
            (Some(&first), Some(&last)) if contiguous => Indices::Range {
                start: first,
                end: last + 1,
            },
            (None, _) => Indices::Range { start: 0, end: 0 },
            _ => Indices::List(values.into()),
        }
    }

    /// How many.
    pub fn len(&self) -> usize {
        match self {
            Indices::Range { start, end } => (end - start) as usize,
            Indices::List(v) => v.len(),
        }
    }

    /// Whether empty.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The indices in order.
    pub fn iter(&self) -> impl Iterator<Item = usize> + '_ {
        let (range, list) = match self {
            Indices::Range { start, end } => (*start..*end, &[][..]),
            Indices::List(v) => (0..0, &v[..]),
        };
        range.chain(list.iter().copied()).map(|i| i as usize)
    }
}
