//! What goes out: text and JSON on standard output, files written beside their place and then renamed.
//!
//! The files of one run in one folder are a [`Set`]: all of them appear, or none.

mod lines;
mod place;
mod set;

pub use place::{path, prepare_path};
pub use set::Set;

use anyhow::Context;
use lines::Lines;
use place::probe;
use serde::Serialize;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

/// Text on standard output.
pub fn text(text: &str) -> anyhow::Result<()> {
    let end: &[u8] = if text.ends_with('\n') { b"" } else { b"\n" };
    let mut out = std::io::stdout().lock();
    out.write_all(text.as_bytes())
        .and_then(|()| out.write_all(end))
        .and_then(|()| out.flush())
        .context("cannot write to standard output")
}

/// A value as the one JSON document on standard output.
pub fn json(value: &impl Serialize) -> anyhow::Result<()> {
    text(&to_json(value)?)
}

/// Readable JSON, one line end at the end. Lists of numbers take one line.
pub fn to_json(value: &impl Serialize) -> anyhow::Result<String> {
    let mut bytes = Vec::new();
    let mut json = serde_json::Serializer::with_formatter(&mut bytes, Lines::default());
    value.serialize(&mut json)?;
    Ok(String::from_utf8(bytes)? + "\n")
}

/// Makes the folder and tries to write in it, so that long work does not end in a file that cannot be written.
pub fn prepare_folder(folder: &Path) -> anyhow::Result<()> {
    let text = || format!("cannot write to the output folder `{}`", folder.display());
    let missing = folder
        .ancestors()
        .take_while(|f| !f.as_os_str().is_empty() && !f.exists());
    let missing: Vec<PathBuf> = missing.map(Path::to_path_buf).collect();
    std::fs::create_dir_all(folder).with_context(text)?;
    made().extend(missing);
    probe(folder, "probe").with_context(text)
}

/// Folders that this run made, inner ones before those around them.
static MADE: Mutex<Vec<PathBuf>> = Mutex::new(Vec::new());

fn made() -> std::sync::MutexGuard<'static, Vec<PathBuf>> {
    MADE.lock().unwrap_or_else(|e| e.into_inner())
}

/// After a failure: takes away the folders made by this run that are still empty.
pub fn remove_empty_folders() {
    for folder in made().drain(..) {
        // A folder with something in it stays; nothing to add to the error that is shown.
        let _ = std::fs::remove_dir(folder);
    }
}
