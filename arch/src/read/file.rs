//! Text files that a machine is described by: regular ones of bounded size, or standard input.

use std::fs::File;
use std::io::{Error, ErrorKind, Read, Result};
use std::path::Path;
use std::sync::OnceLock;

/// Stands for standard input where a machine is named.
pub const STDIN: &str = "-";

/// Longest text of a description, in bytes: presets have 10 thousand, 10,000 layers with a table each have this.
pub(super) const MOST_TEXT: u64 = 512 << 10;

/// Most keys and tables of a description. One takes up to 3 KB while it is read.
const MOST_KEYS: usize = 1 << 16;

/// Longest table of cell levels, in bytes: 65,536 levels of 64 characters.
pub(super) const MOST_LEVELS_TEXT: u64 = 4 << 20;

/// The text of a description: of the file, or standard input for `-`.
///
/// # Errors
/// What the system says; that it is no regular file (a named pipe could wait for ever), longer than 512 KiB or no text.
pub fn description_text(path: &Path) -> Result<String> {
    if path.as_os_str() != STDIN {
        return text(path, MOST_TEXT);
    }
    // One program may load one machine several times; standard input is there once.
    static READ: OnceLock<String> = OnceLock::new();
    if let Some(text) = READ.get() {
        return Ok(text.clone());
    }
    let text = bounded(std::io::stdin(), MOST_TEXT)?;
    Ok(READ.get_or_init(|| text).clone())
}

/// The text of a regular file of at most `most` bytes.
pub(super) fn text(path: &Path, most: u64) -> Result<String> {
    // Asked before it is opened: opening a pipe waits.
    if !std::fs::metadata(path)?.is_file() {
        let what = "is no regular file; `-` reads standard input";
        return Err(Error::new(ErrorKind::InvalidInput, what));
    }
    bounded(File::open(path)?, most)
}

fn bounded(stream: impl Read, most: u64) -> Result<String> {
    let mut bytes = Vec::new();
    stream.take(most + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > most {
        return Err(Error::new(ErrorKind::InvalidData, too_long(most)));
    }
    String::from_utf8(bytes).map_err(|_| Error::new(ErrorKind::InvalidData, "is no UTF-8 text"))
}

fn too_long(most: u64) -> String {
    format!("is longer than {} KiB", most >> 10)
}

/// What is wrong with the size of a description. Keys are counted by the marks that they cannot do without, before any
/// memory is taken for them.
pub(super) fn too_large(text: &str) -> Option<String> {
    let marks = text
        .bytes()
        .filter(|b| matches!(b, b'=' | b'.' | b'[' | b'{'));
    if text.len() as u64 > MOST_TEXT {
        Some(too_long(MOST_TEXT))
    } else if marks.count() > MOST_KEYS {
        Some(format!("has more than {MOST_KEYS} keys and tables"))
    } else {
        None
    }
}
