//! Image sets from local files.

pub mod cifar;
pub mod idx;

use crate::layer::Tensor;

/// Images with their classes.
#[derive(Debug, Clone)]
pub struct DataSet {
    /// Name shown in reports.
    pub name: String,
    /// Images, preprocessed for the network.
    pub images: Vec<Tensor>,
    /// Class of each image.
    pub labels: Vec<u8>,
}

impl DataSet {
    /// Number of classes: the highest label plus one.
    pub fn classes(&self) -> usize {
        self.labels.iter().max().map_or(0, |&l| usize::from(l) + 1)
    }
}

/// Preprocessing: (x / divisor - mean) / std per channel.
#[derive(Debug, Clone, PartialEq)]
pub struct Preprocess {
    /// Divisor of the stored byte.
    pub divisor: f32,
    /// Mean per channel.
    pub mean: Vec<f32>,
    /// Deviation per channel.
    pub std: Vec<f32>,
}

impl Preprocess {
    /// Digits: 0..16 to 0..1.
    pub fn digits() -> Self {
        Preprocess {
            divisor: 16.0,
            mean: vec![0.0],
            std: vec![1.0],
        }
    }

    /// The usual MNIST normalisation.
    pub fn mnist() -> Self {
        Preprocess {
            divisor: 255.0,
            mean: vec![0.1307],
            std: vec![0.3081],
        }
    }

    /// The usual CIFAR-10 normalisation.
    pub fn cifar() -> Self {
        Preprocess {
            divisor: 255.0,
            mean: vec![0.4914, 0.4822, 0.4465],
            std: vec![0.2470, 0.2435, 0.2616],
        }
    }

    /// Checks that every channel of `file` has a mean and a usable deviation; values for further channels are not used.
    fn check(&self, file: &str, channels: usize) -> Result<(), DataError> {
        let usable = |v: &f32| v.is_finite() && *v != 0.0;
        if self.mean.len() >= channels
            && self.std.len() >= channels
            && self.std[..channels].iter().all(usable)
            && usable(&self.divisor)
        {
            return Ok(());
        }
        Err(DataError::Format {
            file: file.to_string(),
            what: format!(
                "has {channels} channels; preprocessing must give a mean and a nonzero deviation for each and a nonzero divisor, has {} and {}",
                self.mean.len(),
                self.std.len()
            ),
        })
    }

    /// The network value of a stored byte.
    ///
    /// # Panics
    /// If there is no such channel; the loaders check that first.
    pub fn value(&self, channel: usize, byte: u8) -> f32 {
        (f32::from(byte) / self.divisor - self.mean[channel]) / self.std[channel]
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

/// The bytes, unpacked if they are gzip (by content, not by name).
pub(crate) fn unpack(file: &str, bytes: &[u8]) -> Result<Vec<u8>, DataError> {
    if !bytes.starts_with(&[0x1f, 0x8b]) {
        return Ok(bytes.to_vec());
    }
    let mut out = Vec::new();
    std::io::Read::read_to_end(&mut flate2::read::GzDecoder::new(bytes), &mut out).map_err(
        |source| DataError::Read {
            file: file.to_string(),
            source,
        },
    )?;
    Ok(out)
}
