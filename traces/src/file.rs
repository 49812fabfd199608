//! Files that are read whole: only regular ones, since a named pipe would wait for ever.

use std::fs::File;
use std::io::{Error, ErrorKind, Read, Result};
use std::path::Path;

/// Most bytes of a model or weight file: what the container of ONNX models can hold.
const MOST: u64 = 2 << 30;

/// Most bytes of a text. The whole mapping of vgg19 has 0.14 MB; one that lists single rows has a few bytes for each.
const MOST_TEXT: u64 = 256 << 20;

/// Opens a regular file; says its size as well.
///
/// # Errors
/// What the system says, or that it is no regular file.
pub fn open(path: &Path) -> Result<(File, u64)> {
    // Asked before it is opened: opening a pipe waits.
    if !std::fs::metadata(path)?.is_file() {
        return Err(Error::new(ErrorKind::InvalidInput, "is no regular file"));
    }
    let file = File::open(path)?;
    let size = file.metadata()?.len();
    Ok((file, size))
}

/// Its bytes, 2 GiB at most.
///
/// # Errors
/// As [`open`]; that it is too large.
pub fn read(path: &Path) -> Result<Vec<u8>> {
    upto(path, MOST)
}

/// The text of a saved mapping, of limits or of a report: 256 MiB at most.
///
/// # Errors
/// As [`open`]; that it is too large or no text.
pub fn read_text(path: &Path) -> Result<String> {
    let no_text = |_| Error::new(ErrorKind::InvalidData, "is no UTF-8 text");
    String::from_utf8(upto(path, MOST_TEXT)?).map_err(no_text)
}

fn upto(path: &Path, most: u64) -> Result<Vec<u8>> {
    let (file, size) = open(path)?;
    if size > most {
        let what = format!("has {size} bytes, {most} at most are read");
        return Err(Error::new(ErrorKind::InvalidData, what));
    }
    let mut bytes = Vec::with_capacity(usize::try_from(size).unwrap_or(0));
    file.take(most).read_to_end(&mut bytes)?;
    Ok(bytes)
}
