//! Reference executors: float (oracle of the importer) and integer (oracle of the functional engine).

pub mod exact;
pub mod float;
pub mod int;
mod walk;

pub use walk::{ExecError, top1};
