//! What goes out: text and JSON on standard output, files written beside their place and then renamed.

mod lines;

use anyhow::Context;
use lines::Lines;
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
    let probe = folder.join(".crosscut-probe.tmp");
    std::fs::write(&probe, b"").with_context(text)?;
    std::fs::remove_file(&probe).with_context(text)
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

/// Folder and name of a file.
fn split(path: &Path) -> anyhow::Result<(&Path, String)> {
    let name = path.file_name();
    let name = name.with_context(|| format!("`{}` does not name a file", path.display()))?;
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    Ok((folder, name.to_string_lossy().into_owned()))
}

/// Tries to write beside a file, so that long work does not end in one that cannot be written.
pub fn prepare_path(path: &Path) -> anyhow::Result<()> {
    let (folder, name) = split(path)?;
    let probe = folder.join(format!(".{name}.tmp"));
    let text = || format!("cannot write `{}`", path.display());
    std::fs::write(&probe, b"").with_context(text)?;
    std::fs::remove_file(&probe).with_context(text)
}

/// Writes a file at any place, whole or not at all.
pub fn path(path: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    let (folder, name) = split(path)?;
    file(folder, &name, bytes)
}

/// Writes a file whole or not at all.
pub fn file(folder: &Path, name: &str, bytes: &[u8]) -> anyhow::Result<()> {
    let (path, temporary) = (folder.join(name), folder.join(format!(".{name}.tmp")));
    let write = std::fs::write(&temporary, bytes).and_then(|()| std::fs::rename(&temporary, &path));
    if write.is_err() {
        // Nothing to add if even that fails: the first error is the one to show.
        let _ = std::fs::remove_file(&temporary);
    }
    write.with_context(|| format!("cannot write `{}`", path.display()))
}
