//! How much a data file may ask for: nothing is allocated by a number in a file alone.
//!
//! - Only regular files are opened; a named pipe would wait for ever.
//! - The files of a set hold [`MOST_GIB`] at most, stored and unpacked; [`Room`] raises that.
//! - The header of an array or image promises no more than the bytes that are there can hold.

use super::DataError;
use crate::file::open as regular;
use std::cell::Cell;
use std::fs::File;
use std::io::Read;

/// GiB of one set unless asked otherwise: CIFAR-10 as floats takes 0.7.
pub const MOST_GIB: u32 = 1;

/// Most bytes that one byte of a deflate stream unpacks to (RFC 1951: 258 bytes by two bits).
const DEFLATE: u64 = 1032;

/// Longest header of a `.npy` file: the format pads to 64 bytes and describes one array.
const NPY_HEADER: usize = 4 << 10;

/// Deepest nesting of brackets in it: a dictionary with a tuple.
const NPY_NESTING: usize = 2;

/// What the files of one set may hold together, stored and unpacked.
#[derive(Debug)]
pub struct Room {
    most: u64,
    taken: Cell<u64>,
}

impl Default for Room {
    fn default() -> Room {
        Room::gib(MOST_GIB)
    }
}

impl Room {
    /// Room for a number of GiB.
    pub fn gib(most: u32) -> Room {
        Room {
            most: u64::from(most) << 30,
            taken: Cell::new(0),
        }
    }

    /// The bytes of a file.
    pub(crate) fn bytes_of(&self, file: &str) -> Result<Vec<u8>, DataError> {
        let (opened, _) = self.open(file)?;
        self.read(file, opened)
    }

    /// The bytes, unpacked if they are gzip (by content, not by name).
    pub(crate) fn unpack(&self, file: &str, bytes: Vec<u8>) -> Result<Vec<u8>, DataError> {
        if !bytes.starts_with(&[0x1f, 0x8b]) {
            return Ok(bytes);
        }
        self.read(file, flate2::read::MultiGzDecoder::new(bytes.as_slice()))
    }

    /// Opens a regular file that fits.
    pub(super) fn open(&self, file: &str) -> Result<(File, u64), DataError> {
        let (opened, size) = regular(file.as_ref()).map_err(|e| DataError::read(file, e))?;
        self.fits(file, size)?;
        Ok((opened, size))
    }

    /// All that a stream yields, if it ends within what is left.
    pub(super) fn read(&self, file: &str, stream: impl Read) -> Result<Vec<u8>, DataError> {
        let mut out = Vec::new();
        stream
            .take(self.left() + 1)
            .read_to_end(&mut out)
            .map_err(|e| DataError::read(file, e))?;
        self.take(file, out.len() as u64)?;
        Ok(out)
    }

    /// Takes a number of bytes.
    pub(super) fn take(&self, file: &str, bytes: u64) -> Result<(), DataError> {
        self.fits(file, bytes)?;
        self.taken.set(self.taken.get() + bytes);
        Ok(())
    }

    /// Refuses what does not fit.
    pub(super) fn fits(&self, file: &str, bytes: u64) -> Result<(), DataError> {
        if bytes <= self.left() {
            return Ok(());
        }
        let what = format!(
            "with it the set holds more than {} GiB, stored and unpacked; `--most-data` raises the limit",
            self.most >> 30
        );
        Err(DataError::format(file, what))
    }

    fn left(&self) -> u64 {
        self.most - self.taken.get()
    }
}

/// Whether `promised` bytes can come out of a deflate stream in `stored` bytes.
pub fn deflated(promised: u64, stored: u64) -> bool {
    promised <= stored.saturating_mul(DEFLATE)
}

/// Checks the header of a `.npy` file before a reader sees it: its length, its nesting, and that the values it
/// promises are there. Readers take memory by the length and time by the nesting.
pub fn npy_header(file: &str, bytes: &[u8]) -> Result<(), DataError> {
    let fail = |what: &str| {
        Err(DataError::format(
            file,
            format!("is not a whole npy array: {what}"),
        ))
    };
    let parts = match bytes {
        [0x93, b'N', b'U', b'M', b'P', b'Y', 1, _, a, b, rest @ ..] => {
            rest.split_at_checked(usize::from(u16::from_le_bytes([*a, *b])))
        }
        [
            0x93,
            b'N',
            b'U',
            b'M',
            b'P',
            b'Y',
            2 | 3,
            _,
            a,
            b,
            c,
            d,
            rest @ ..,
        ] => {
            let length = u32::from_le_bytes([*a, *b, *c, *d]);
            rest.split_at_checked(usize::try_from(length).unwrap_or(usize::MAX))
        }
        _ => return fail("it does not begin as one"),
    };
    let Some((header, data)) = parts else {
        return fail("its header is longer than the file");
    };
    if header.len() > NPY_HEADER {
        return fail(&format!(
            "its header has {} bytes, {NPY_HEADER} at most are read",
            header.len()
        ));
    }
    let mut depth = 0usize;
    for byte in header {
        match byte {
            b'{' | b'(' | b'[' => depth += 1,
            b'}' | b')' | b']' => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > NPY_NESTING {
            return fail("its header is nested too deeply");
        }
    }
    match values(&String::from_utf8_lossy(header)) {
        Some(n) if n <= data.len() => Ok(()),
        _ => fail("its header promises more values than it holds, or no shape"),
    }
}

/// Values of the shape in a header. A dimension of 0 counts as 1: the others still size what a reader builds.
fn values(header: &str) -> Option<usize> {
    let shape = header.split_once("'shape'")?.1;
    let inside = shape.split_once('(')?.1.split_once(')')?.0;
    let numbers = inside.split(',').map(str::trim).filter(|t| !t.is_empty());
    numbers
        .map(|t| t.parse::<usize>().ok())
        .try_fold(1usize, |n, t| n.checked_mul(t?.max(1)))
}

#[cfg(test)]
mod tests {
    use super::Room;

    #[test]
    fn what_is_stored_and_unpacked_is_added_up() {
        let room = || Room {
            most: 10,
            ..Room::default()
        };
        let full = room();
        assert_eq!(full.read("a", &[0; 6][..]).unwrap().len(), 6);
        assert_eq!(full.read("b", &[0; 4][..]).unwrap().len(), 4);
        let error = full.read("c", &[0; 1][..]).unwrap_err().to_string();
        assert!(
            error.starts_with("`c`: with it the set holds more"),
            "{error}"
        );
        // A stream is left where the room ends.
        assert!(room().read("endless", std::io::repeat(0)).is_err());
        assert!(room().take("a", u64::MAX).is_err());
    }
}
