//! Image sets from local files.
//!
//! [`folder::open`] finds out what a folder or file holds and splits it into images to calibrate on and images to
//! measure on; the other modules read one format each into a [`Raw`] set, which [`Preprocess`] turns into inputs.

mod bounds;
pub mod cifar;
mod error;
pub mod folder;
pub mod idx;
pub mod npz;
pub mod png;
pub mod preprocess;
mod raw;

pub use bounds::{MOST_GIB, Room};
pub use error::DataError;
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
