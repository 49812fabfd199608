//! Reads the source of a crate and finds files that import each other in a loop. Its tests also look at licences and unsafe
//! code.
//!
//! An arrow runs from a file to the file that *defines* a name it uses. Paths that start with `crate`, `self`, `super`, a
//! child module or an imported module count, wherever they stand; re-exports are followed to the definition. A `mod`
//! line and a `pub use` of a child are no arrows: a `mod.rs` that only hands names on ties nothing together.
//! Code under `#[cfg(test)]` does not count. Methods are not followed: an `impl` block may stand beside another part.

mod collect;
mod file;
mod resolve;
mod source;

pub use file::{File, Route};
pub use resolve::{Arrow, arrows, circles};
pub use source::Crate;
