//! Image sets from local files.
//!
//! [`folder::open`] finds out what a folder or file holds and splits it into images to calibrate on and images to
//! measure on; the other modules read one format each into a [`Raw`] set, which [`Preprocess`] turns into inputs.

pub mod cifar;
pub mod folder;
pub mod idx;
pub mod npz;
pub mod png;
pub mod preprocess;
mod raw;

pub use preprocess::Preprocess;
pub use raw::{Raw, Values};

use crate::shape::Tensor;

/// Images with their classes.
#[derive(Debug, Clone)]
pub struct DataSet {
    /// Name shown in reports.
    pub name: String,
    /// Images, preprocessed for the network.
    pub images: Vec<Tensor>,
    /// Class of each image.
    pub labels: Vec<u16>,
}

impl DataSet {
    /// Number of classes: the highest label plus one.
    pub fn classes(&self) -> usize {
        self.labels.iter().max().map_or(0, |&l| usize::from(l) + 1)
    }

    /// The images of the given numbers, in that order.
    pub fn select(&self, numbers: &[usize]) -> DataSet {
        DataSet {
            name: self.name.clone(),
            images: numbers.iter().map(|&i| self.images[i].clone()).collect(),
            labels: numbers.iter().map(|&i| self.labels[i]).collect(),
        }
    }
}

/// What is wrong with a data file.
#[derive(Debug, thiserror::Error)]
pub enum DataError {
    /// It cannot be read or unpacked.
    #[error("cannot read `{file}`: {source}")]
    Read {
        /// File.
        file: String,
        /// Cause.
        source: std::io::Error,
    },
    /// It is not what it should be.
    #[error("`{file}`: {what}")]
    Format {
        /// File.
        file: String,
        /// What is wrong.
        what: String,
    },
}

impl DataError {
    pub(crate) fn format(file: &str, what: impl Into<String>) -> DataError {
        DataError::Format {
            file: file.to_string(),
            what: what.into(),
        }
    }

    pub(crate) fn read(file: &str, source: std::io::Error) -> DataError {
        DataError::Read {
            file: file.to_string(),
            source,
        }
    }
}

/// The bytes of a file.
pub(crate) fn bytes_of(file: &str) -> Result<Vec<u8>, DataError> {
    std::fs::read(file).map_err(|source| DataError::read(file, source))
}

/// The bytes, unpacked if they are gzip (by content, not by name).
pub(crate) fn unpack(file: &str, bytes: Vec<u8>) -> Result<Vec<u8>, DataError> {
    if !bytes.starts_with(&[0x1f, 0x8b]) {
        return Ok(bytes);
    }
    let mut out = Vec::new();
    std::io::Read::read_to_end(
        &mut flate2::read::MultiGzDecoder::new(bytes.as_slice()),
        &mut out,
    )
    .map_err(|source| DataError::read(file, source))?;
    Ok(out)
}
