//! A sweep as it is kept: a header, then one row a design point, one JSON object a line.
//!
//! The log of a sweep is text that only grows. Its first line, the [`Header`], says what is swept and which figures a row
//! holds; every other line is a [`Row`]. A log that was cut at any byte is still good up to its last whole line:
//! [`read`] says how much of it is. [`Table`] holds the rows by column, which is what pictures and `results.csv` are made of.
//!
//! **Reading order**: [`Header`], [`Row`], [`Table`], then [`fields`] (what a row can hold) and [`front`] (which points nothing beats).

pub mod csv;
pub mod fields;
pub mod front;
mod header;
mod join;
mod level;
mod line;
mod number;
mod read;
mod row;
mod table;

pub use fields::{Better, Field};
pub use header::{Dimension, Header, MOST_POINTS, Times, grid, index, levels};
pub use join::{JoinError, Joined, differs, join};
pub use level::{numbers, split as quantity};
pub use read::{Log, LogError, read};
pub use row::{Row, Status};
pub use table::Table;
