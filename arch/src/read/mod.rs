//! From text to machine. The only room that touches files.

mod build;
mod levels;
mod load;
mod marks;
mod merge;
pub(crate) mod source;
mod tables;
mod texts;

pub use load::{MappingFile, from_toml, load, load_mapped};
