//! The files of one run: all are written beside their places first, then renamed together.
//!
//! A full disk or an error before the end leaves the folder as it was. A kill between two renames leaves the folder
//! without [`SUMS`], which is taken away before the first rename and written after the last: where it stands, the files
//! it names are of one run, and `sha256sum -c SHA256SUMS` checks that they still are. Runs into one folder wait for each
//! other while they rename, so the last one wins whole.

use super::place::{discard, stage};
use anyhow::Context;
use crosscut_report::page::{self, Paged};
use crosscut_report::plot::Plot;
use sha2::{Digest, Sha256};
use std::fmt::Write;
use std::fs::File;
use std::path::{Path, PathBuf};

/// File that lists the digests of the others.
const SUMS: &str = "SHA256SUMS";

/// Files of one run on their way into a folder.
pub struct Set {
    folder: PathBuf,
    /// Name, and where the file is staged.
    staged: Vec<(String, PathBuf)>,
    sums: String,
}

impl Set {
    /// No files yet. The folder has been made by [`super::prepare_folder`].
    pub fn new(folder: &Path) -> Set {
        Set {
            folder: folder.to_path_buf(),
            staged: Vec::new(),
            sums: String::new(),
        }
    }

    /// Adds a file.
    pub fn add(&mut self, name: &str, bytes: impl AsRef<[u8]>) -> anyhow::Result<()> {
        let bytes = bytes.as_ref();
        let staged = stage(&self.folder, name, bytes).with_context(|| self.cannot_write(name))?;
        self.staged.push((name.to_string(), staged));
        for byte in Sha256::digest(bytes) {
            write!(self.sums, "{byte:02x}")?;
        }
        writeln!(self.sums, "  {name}")?;
        Ok(())
    }

    /// Adds the plots of a report and the page that shows them.
    pub fn add_page(&mut self, report: &dyn Paged, plots: &[Plot]) -> anyhow::Result<()> {
        for plot in plots {
            self.add(plot.file, &plot.svg)?;
        }
        self.add(page::FILE, page::page(report, plots))
    }

    /// Names of the files so far, for a line of text.
    pub fn names(&self) -> String {
        let names: Vec<&str> = self.staged.iter().map(|(name, _)| name.as_str()).collect();
        names.join(", ")
    }

    /// Puts all files in their places.
    pub fn commit(mut self) -> anyhow::Result<()> {
        let sums = std::mem::take(&mut self.sums);
        let staged = stage(&self.folder, SUMS, sums.as_bytes());
        let staged = staged.with_context(|| self.cannot_write(SUMS))?;
        self.staged.push((SUMS.to_string(), staged));
        let _lock = lock(&self.folder);
        // It may not be there.
        let _ = std::fs::remove_file(self.folder.join(SUMS));
        while !self.staged.is_empty() {
            let (name, staged) = &self.staged[0];
            std::fs::rename(staged, self.folder.join(name))
                .with_context(|| self.cannot_write(name))?;
            self.staged.remove(0);
        }
        Ok(())
    }

    fn cannot_write(&self, name: &str) -> String {
        format!("cannot write `{}`", self.folder.join(name).display())
    }
}

impl Drop for Set {
    fn drop(&mut self) {
        self.staged.iter().for_each(|(_, staged)| discard(staged));
    }
}

/// Held while files are renamed. Where folders cannot be locked, runs into one folder at once may mix.
fn lock(folder: &Path) -> Option<File> {
    let file = File::open(folder).ok()?;
    file.lock().ok()?;
    Some(file)
}
