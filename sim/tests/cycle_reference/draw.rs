//! Random choices that can be written down, repeated and made smaller.

use crosscut_traces::random::Key;

/// Choices from (seed, counter), or from a list; zeros after its end.
pub struct Draw {
    seed: Option<u64>,
    pub choices: Vec<u64>,
    next: usize,
}

impl Draw {
    pub fn new(seed: u64) -> Draw {
        Draw {
            seed: Some(seed),
            choices: Vec::new(),
            next: 0,
        }
    }

    pub fn again(choices: Vec<u64>) -> Draw {
        Draw {
            seed: None,
            choices,
            next: 0,
        }
    }

    /// Below `n`; 0 should be the plainest choice.
    pub fn below(&mut self, n: u64) -> u64 {
        let at = self.next;
        self.next += 1;
        if at == self.choices.len() {
            self.choices.push(match self.seed {
                Some(seed) => Key::new(seed).bits(at as u64) % n,
                None => 0,
            });
        }
        self.choices[at] % n
    }

    /// True once in `n`.
    pub fn one_in(&mut self, n: u64) -> bool {
        self.below(n) == n - 1
    }

    /// From 1 to `most`.
    pub fn size(&mut self, most: usize) -> usize {
        1 + self.below(most as u64) as usize
    }

    /// Below `most`; 0 more often than others.
    pub fn ticks(&mut self, most: u64) -> u64 {
        if self.one_in(3) { self.below(most) } else { 0 }
    }

    pub fn of<T: Copy>(&mut self, values: &[T]) -> T {
        values[self.below(values.len() as u64) as usize]
    }
}

/// The smallest list of choices found that still fails, and what it fails with.
pub fn smallest(
    seed: u64,
    fails: &mut dyn FnMut(&mut Draw) -> Option<String>,
) -> Option<(Vec<u64>, String)> {
    let mut first = Draw::new(seed);
    let mut why = fails(&mut first)?;
    let mut best = first.choices;
    let mut attempt = |best: &mut Vec<u64>, choices: Vec<u64>| {
        let mut draw = Draw::again(choices);
        let Some(reason) = fails(&mut draw) else {
            return false;
        };
        draw.choices.truncate(draw.next);
        let smaller = (draw.choices.len(), &draw.choices) < (best.len(), best);
        if smaller {
            *best = draw.choices;
            why = reason;
        }
        smaller
    };
    loop {
        let before = best.clone();
        for length in [64, 16, 8, 4, 2, 1] {
            let mut at = 0;
            while at + length <= best.len() {
                let mut without = best.clone();
                without.drain(at..at + length);
                if !attempt(&mut best, without) {
                    at += 1;
                }
            }
        }
        for at in 0..best.len() {
            for value in 0..best.get(at).copied().unwrap_or(0).min(8) {
                let mut less = best.clone();
                less[at] = value;
                if attempt(&mut best, less) {
                    break;
                }
            }
        }
        if best == before {
            return Some((best, why));
        }
    }
}
