//! The CIFAR-10 binary format: one label byte, then 3 x 32 x 32 bytes, per record.

use super::{DataError, DataSet, Preprocess, unpack};
use ndarray::Array3;

const RECORD: usize = 1 + 3 * 32 * 32;

/// Images and labels of one file (gzip or plain).
///
/// # Errors
/// If the file cannot be read or is no whole number of records.
pub fn load(name: &str, file: &str, preprocess: &Preprocess) -> Result<DataSet, DataError> {
    let bytes = std::fs::read(file).map_err(|source| DataError::Read {
        file: file.to_string(),
        source,
    })?;
    let bytes = unpack(file, &bytes)?;
    if bytes.is_empty() || bytes.len() % RECORD != 0 {
        let what = format!(
            "holds {} bytes, no whole number of {RECORD}-byte records",
            bytes.len()
        );
        return Err(DataError::Format {
            file: file.to_string(),
            what,
        });
    }
    preprocess.check(file, 3)?;
    let labels: Vec<u8> = bytes.chunks_exact(RECORD).map(|r| r[0]).collect();
    if let Some(i) = labels.iter().position(|&l| l > 9) {
        let what = format!("record {i} has label {}, above 9", labels[i]);
        return Err(DataError::Format {
            file: file.to_string(),
            what,
        });
    }
    let image = |r: &[u8]| {
        Array3::from_shape_fn((3, 32, 32), |(c, y, x)| {
            preprocess.value(c, r[1 + c * 1024 + y * 32 + x])
        })
    };
    Ok(DataSet {
        name: name.to_string(),
        images: bytes.chunks_exact(RECORD).map(image).collect(),
        labels,
    })
}
