//! Feeds damaged files to every reader of the program, on stable Rust and without tools.
//!
//! Each [`Target`] has a corpus that it makes itself, words of its format, and a function that must take any bytes: it may
//! refuse them, but neither panic nor take memory or time beyond bounds. Input number `n` of a target is a function of the
//! seed and `n` alone, so that a find is repeated by `--target T --seed S --only N`.
//!
//! There is no feedback of coverage: inputs are near those of the corpus. What they reach is measured by how many of them
//! are accepted.

pub mod alloc;
pub mod dice;
pub mod mutate;
pub mod reader;
pub mod run;
pub mod target;
pub mod wire;

pub use reader::Target;
pub use run::{Find, Tally, one};
