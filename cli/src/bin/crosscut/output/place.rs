//! One file, whole or not at all.

use anyhow::Context;
use std::io::Result;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

/// Writes a file at any place, whole or not at all.
pub fn path(path: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    let text = || format!("cannot write `{}`", path.display());
    let (folder, name) = split(path)?;
    let staged = stage(folder, &name, bytes).with_context(text)?;
    std::fs::rename(&staged, path)
        .inspect_err(|_| discard(&staged))
        .with_context(text)
}

/// Tries to write beside a file, so that long work does not end in one that cannot be written.
pub fn prepare_path(path: &Path) -> anyhow::Result<()> {
    let (folder, name) = split(path)?;
    probe(folder, &name).with_context(|| format!("cannot write `{}`", path.display()))
}

/// Tries to write in a folder.
pub fn probe(folder: &Path, name: &str) -> Result<()> {
    std::fs::remove_file(stage(folder, name, b"")?)
}

/// Writes a file under a name of its own, to be renamed; two runs never share one.
pub fn stage(folder: &Path, name: &str, bytes: &[u8]) -> Result<PathBuf> {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    let (run, next) = (std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
    let staged = folder.join(format!(".{name}.{run}-{next}.tmp"));
    match std::fs::write(&staged, bytes) {
        Ok(()) => Ok(staged),
        Err(e) => {
            discard(&staged);
            Err(e)
        }
    }
}

/// Takes a staged file away.
pub fn discard(staged: &Path) {
    // Nothing to add if even that fails: the first error is the one to show.
    let _ = std::fs::remove_file(staged);
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
