//! Random numbers that anyone can ask for in any order.
//!
//! Every number is a pure function of a seed, a path of child numbers (layer, array, cell, time ...) and a counter, so
//! that results do not depend on threads, chunks or the order of work. A [`Key`] stands for seed and path. Its numbers
//! come one by one ([`Key::bits`]) or as a generator of the `rand` crates ([`Key::rng`]), which all distributions of
//! `rand_distr` and the shuffles of `rand::seq` take:
//!
//! ```
//! use crosscut_traces::random::Key;
//! use rand::seq::SliceRandom;
//! use rand_distr::{Distribution, StandardNormal};
//!
//! let layer = Key::new(42).named("weights").child(3);
//! let weight: f32 = StandardNormal.sample(&mut layer.rng());
//! let again: f32 = StandardNormal.sample(&mut layer.rng());
//! assert_eq!(weight, again);
//!
//! let mut order = [0, 1, 2, 3];
//! order.shuffle(&mut layer.child(7).rng());
//! ```

use rand_core::{Infallible, TryRng, utils};
use rand_distr::Distribution;

/// The odd number nearest to 2^64 / golden ratio: the step of splitmix64.
const STEP: u64 = 0x9E37_79B9_7F4A_7C15;

/// Set children of a key apart from the numbers of its stream, and named ones from numbered ones.
const CHILD: u64 = 0xD1B5_4A32_D192_ED03;
const NAMED: u64 = 0x8CB9_2BA7_2F3D_8DD7;

/// The finaliser of splitmix64 (Steele, Lea and Flood, OOPSLA 2014): every bit of the result depends on every bit of `z`.
fn mix(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

/// Key of a random stream: a hash of a seed and a path of child numbers.
///
/// Keys are made by hashing only. Kernels that mix a key with a counter themselves rely on that: keys 0, 1, 2 ... would
/// bias their numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Key(u64);

impl Key {
    /// The key of a seed as users give it.
    pub fn new(seed: u64) -> Key {
        Key(mix(seed.wrapping_add(STEP)))
    }

    /// The key of part number `n`: a layer, an array, a cell, a read.
    pub fn child(self, n: u64) -> Key {
        Key(digest(self.0 ^ CHILD, n))
    }

    /// The key of one purpose, such as "read-noise", so that two uses of the same parts draw different numbers.
    pub fn named(self, purpose: &str) -> Key {
        let all = Key(digest(self.0 ^ NAMED, purpose.len() as u64));
        let bytes = purpose.bytes();
        bytes.fold(all, |key, b| key.child(u64::from(b)))
    }

    /// Number `counter` of the stream, without those before it.
    pub fn bits(self, counter: u64) -> u64 {
        mix(self.0.wrapping_add(counter.wrapping_mul(STEP)))
    }

    /// Value `n` of a table of independent values of one distribution, without those before it.
    pub fn draw<T, D: Distribution<T>>(self, n: u64, distribution: D) -> T {
        distribution.sample(&mut self.child(n).rng())
    }

    /// The key as a number, for vector kernels that hash it with their own counters.
    pub fn value(self) -> u64 {
        self.0
    }

    /// The stream as a generator, from its first number on.
    pub fn rng(self) -> Draws {
        Draws { key: self, at: 0 }
    }
}

/// The numbers of a [`Key`] one after the other: a generator for `rand` and `rand_distr`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draws {
    key: Key,
    at: u64,
}

impl Draws {
    /// Goes to number `counter` of the stream.
    pub fn seek(&mut self, counter: u64) {
        self.at = counter;
    }

    /// Number of the next draw.
    pub fn position(&self) -> u64 {
        self.at
    }
}

impl TryRng for Draws {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        // The upper half of a product depends on more bits than the lower one.
        self.try_next_u64().map(|bits| (bits >> 32) as u32)
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        let bits = self.key.bits(self.at);
        self.at = self.at.wrapping_add(1);
        Ok(bits)
    }

    fn try_fill_bytes(&mut self, dst: &mut [u8]) -> Result<(), Infallible> {
        utils::fill_bytes_via_next_word(dst, || self.try_next_u64())
    }
}

/// One step of a fingerprint: takes `value` into `state`.
pub fn digest(state: u64, value: u64) -> u64 {
    Key::new(state).bits(value)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand_core::Rng;
    use rand_distr::StandardNormal;

    #[test]
    fn splitmix64_gives_its_published_numbers() {
        // First numbers of the reference C code for state 1234567 (prng.di.unimi.it/splitmix64.c): the state is increased
        // before it is mixed.
        let wanted = [
            6_457_827_717_110_365_317,
            3_203_168_211_198_807_973,
            9_817_491_932_198_370_423,
        ];
        let key = Key(1_234_567);
        assert_eq!([key.bits(1), key.bits(2), key.bits(3)], wanted);
    }

    #[test]
    fn a_stream_may_be_entered_anywhere() {
        let key = Key::new(5).named("test").child(9);
        let mut from_start = key.rng();
        let all: Vec<u64> = (0..8).map(|_| from_start.next_u64()).collect();
        assert_eq!(all[6], key.bits(6));
        let mut later = key.rng();
        later.seek(3);
        assert_eq!((later.next_u64(), later.position()), (all[3], 4));
    }

    #[test]
    fn children_names_and_streams_differ() {
        let key = Key::new(1);
        let mut seen: Vec<u64> = (0..100).map(|n| key.child(n).value()).collect();
        seen.extend((0..100).map(|n| key.bits(n)));
        seen.extend(["a", "b", "ab", "ba", ""].map(|name| key.named(name).value()));
        let all = seen.len();
        seen.sort_unstable();
        seen.dedup();
        assert_eq!(seen.len(), all);
    }

    #[test]
    fn normal_numbers_have_mean_0_and_deviation_1() {
        let n = 1 << 18;
        let mut sums = [0.0f64; 2];
        let mut draws = Key::new(3).rng();
        for _ in 0..n {
            let x: f64 = StandardNormal.sample(&mut draws);
            sums = [sums[0] + x, sums[1] + x * x];
        }
        let [mean, square] = sums.map(|s| s / f64::from(n));
        // Five standard errors.
        let error = 5.0 / f64::from(n).sqrt();
        assert!(mean.abs() < error, "{mean}");
        assert!((square - 1.0).abs() < error * 2f64.sqrt(), "{square}");
    }
}
