//! The parts of the machine, one file each: how many ticks a firing takes of it, and which of its actions that are.
//!
//! A firing is the work of a station on one block of output positions. A mapped layer does its part slice by slice:
//! every function that takes a [`SliceActivity`] says what one slice position does in one output row.

pub mod adc;
pub mod buffer;
pub mod bus;
pub mod crossbar;
pub mod digital;
pub mod link;
pub mod off_chip;

mod firing;

pub use firing::{of_firings, of_layer};
