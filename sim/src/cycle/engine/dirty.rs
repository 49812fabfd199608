//! The dirty set of a round: what has changed and is to be looked at, in order of index.

use fixedbitset::FixedBitSet;

/// A set of indices, worked off in order.
#[derive(Debug, Clone)]
pub struct Dirty {
    set: FixedBitSet,
    any: bool,
}

impl Dirty {
    /// An empty set of indices below `n`.
    pub fn new(n: usize) -> Dirty {
        Dirty {
            set: FixedBitSet::with_capacity(n),
            any: false,
        }
    }

    /// Adds a member.
    #[inline]
    pub fn insert(&mut self, i: usize) {
        self.set.insert(i);
        self.any = true;
    }

    /// Whether there is a member.
    #[inline]
    pub fn any(&self) -> bool {
        self.any
    }

    /// Moves all members to `list`, ascending.
    #[inline]
    pub fn drain(&mut self, list: &mut Vec<usize>) {
        list.clear();
        if std::mem::take(&mut self.any) {
            list.extend(self.set.ones());
            self.set.clear();
        }
    }
}
