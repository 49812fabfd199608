//! The CIFAR-10 binary format: one label byte, then 3 x 32 x 32 bytes, per record.

use super::{DataError, DataSet, Preprocess, Raw, Room, Values};
use crate::shape::Shape;

const PIXELS: usize = 3 * 32 * 32;
const RECORD: usize = 1 + PIXELS;

/// Images and labels of files (gzip or plain), one after the other.
///
/// # Errors
/// If a file cannot be read or is no whole number of records.
pub fn raw(name: &str, files: &[String], room: &Room) -> Result<Raw, DataError> {
    let mut set = Raw {
        name: name.to_string(),
        file: files.first().cloned().unwrap_or_default(),
        size: Shape::new(3, 32, 32),
        values: Values::Bytes(Vec::new()),
        labels: Vec::new(),
    };
    let mut pixels = Vec::new();
    for file in files {
        let (labels, more) = records(file, room.bytes_of(file)?, room)?;
        set.labels.extend(labels);
        pixels.extend(more);
    }
    set.values = Values::Bytes(pixels);
    Ok(set)
}

/// Labels and pixels of the bytes of one file (gzip or plain); its name is for errors.
///
/// # Errors
/// As [`raw`].
pub fn records(file: &str, bytes: Vec<u8>, room: &Room) -> Result<(Vec<u16>, Vec<u8>), DataError> {
    let bytes = room.unpack(file, bytes)?;
    if bytes.is_empty() || bytes.len() % RECORD != 0 {
        let what = format!(
            "holds {} bytes, no whole number of {RECORD}-byte records",
            bytes.len()
        );
        return Err(DataError::format(file, what));
    }
    let (mut labels, mut pixels) = (Vec::new(), Vec::new());
    for (i, record) in bytes.chunks_exact(RECORD).enumerate() {
        if record[0] > 9 {
            let what = format!("record {i} has label {}, above 9", record[0]);
            return Err(DataError::format(file, what));
        }
        labels.push(u16::from(record[0]));
        pixels.extend_from_slice(&record[1..]);
    }
    Ok((labels, pixels))
}

/// Images and labels of one file (gzip or plain).
///
/// # Errors
/// As [`raw`], or if preprocessing lacks a channel.
pub fn load(name: &str, file: &str, preprocess: &Preprocess) -> Result<DataSet, DataError> {
    raw(name, &[file.to_string()], &Room::default())?.prepare(preprocess)
}
