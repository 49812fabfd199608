//! A set of indices, worked off in order.

/// Bits of the members.
#[derive(Debug, Clone)]
pub struct Dirty {
    words: Vec<u64>,
    any: bool,
}

impl Dirty {
    /// An empty set of indices below `n`.
    pub fn new(n: usize) -> Dirty {
        Dirty {
            words: vec![0; n.div_ceil(64)],
            any: false,
        }
    }

    /// Adds a member.
    #[inline]
    pub fn insert(&mut self, i: usize) {
        self.words[i / 64] |= 1 << (i % 64);
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
        if !std::mem::take(&mut self.any) {
            return;
        }
        for (w, word) in self.words.iter_mut().enumerate() {
            let mut bits = std::mem::take(word);
            while bits != 0 {
                list.push(w * 64 + bits.trailing_zeros() as usize);
                bits &= bits - 1;
            }
        }
    }
}
