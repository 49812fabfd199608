//! Import of files from other tools; what they should contain is in `shared/data/README.md`.

mod chains;
mod faults;
mod logits;
mod malice;
mod model;
mod values;
mod zoo;

use std::path::PathBuf;

/// The folder of shared data, or `None` (with a note) where it is not there.
fn shared() -> Option<PathBuf> {
    let beside = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared"));
    let root = std::env::var_os("CROSSCUT_SHARED").map_or(beside, PathBuf::from);
    let data = root.join("data");
    if data.is_dir() {
        return Some(data);
    }
    println!("skipped: no shared data at {}", data.display());
    None
}
