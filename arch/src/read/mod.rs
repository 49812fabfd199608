//! From text to machine. The only room that touches files.

mod beside;
mod build;
mod examples;
mod file;
mod gap;
mod levels;
mod load;
mod marks;
mod merge;
mod merged;
mod missing;
mod published;
pub(crate) mod source;
mod tables;
mod texts;
mod wanted;

pub use file::{STDIN, description_text};
pub use load::{MappingFile, from_toml, load, load_mapped, load_uncosted};
