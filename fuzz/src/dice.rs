//! Numbers that an input is changed by.

use crosscut::traces::random::Draws;
use rand_core::Rng;

/// Numbers at the edges of what fields hold.
pub const EDGES: [u64; 14] = [
    0,
    1,
    2,
    0x7f,
    0x80,
    0xff,
    0x7fff,
    0xffff,
    0x7fff_ffff,
    0x8000_0000,
    0xffff_ffff,
    0x7fff_ffff_ffff_ffff,
    0x8000_0000_0000_0000,
    0xffff_ffff_ffff_ffff,
];

/// Numbers from one stream.
#[derive(Debug)]
pub struct Dice(pub Draws);

impl Dice {
    /// A number below `most`.
    pub fn below(&mut self, most: usize) -> usize {
        // The bias of the remainder is no matter here.
        (self.0.next_u64() % most.max(1) as u64) as usize
    }

    /// A number at the edge of what fields hold, or a small one.
    pub fn edge(&mut self) -> u64 {
        match self.below(3) {
            0 => self.below(12) as u64,
            _ => *self.pick(&EDGES),
        }
    }

    /// One of several.
    pub fn pick<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        &of[self.below(of.len())]
    }
}
