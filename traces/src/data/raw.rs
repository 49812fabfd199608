//! Images as a file stores them, before preprocessing.

use super::{DataError, DataSet, Preprocess};
use crate::shape::{Shape, Tensor};
use ndarray::Array3;

/// Stored values, images one after the other, each channels x height x width.
#[derive(Debug, Clone, PartialEq)]
pub enum Values {
    /// Bytes.
    Bytes(Vec<u8>),
    /// Floats.
    Floats(Vec<f32>),
}

/// Images of one size with their classes.
#[derive(Debug, Clone, PartialEq)]
pub struct Raw {
    /// Name shown in reports.
    pub name: String,
    /// File (or folder) they come from, for errors.
    pub file: String,
    /// Size of an image.
    pub size: Shape,
    /// Values of all images.
    pub values: Values,
    /// Class of each image.
    pub labels: Vec<u16>,
}

impl Raw {
    /// Number of images.
    pub fn len(&self) -> usize {
        self.labels.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.labels.is_empty()
    }

    /// All images as inputs of a network.
    ///
    /// # Errors
    /// As [`Raw::pick`].
    pub fn prepare(&self, preprocess: &Preprocess) -> Result<DataSet, DataError> {
        self.pick(preprocess, &(0..self.len()).collect::<Vec<_>>())
    }

    /// The images of the given numbers, in that order, as inputs of a network.
    ///
    /// # Errors
    /// If preprocessing does not fit the channels or a stored float is not finite.
    pub fn pick(&self, preprocess: &Preprocess, numbers: &[usize]) -> Result<DataSet, DataError> {
        preprocess.check(&self.file, self.size.c)?;
        let images = numbers.iter().map(|&i| self.image(i, preprocess));
        Ok(DataSet {
            name: self.name.clone(),
            images: images.collect::<Result<Vec<_>, _>>()?,
            labels: numbers.iter().map(|&i| self.labels[i]).collect(),
        })
    }

    fn image(&self, index: usize, preprocess: &Preprocess) -> Result<Tensor, DataError> {
        let Shape { c, h, w } = self.size;
        let at = index * self.size.len();
        let stored = |i: usize| match &self.values {
            Values::Bytes(v) => f32::from(v[at + i]),
            Values::Floats(v) => v[at + i],
        };
        if let Some(i) = (0..c * h * w).find(|&i| !stored(i).is_finite()) {
            let what = format!(
                "image {index} holds {} at channel {}, row {}, column {}",
                stored(i),
                i / (h * w),
                i / w % h,
                i % w
            );
            return Err(DataError::format(&self.file, what));
        }
        Ok(Array3::from_shape_fn((c, h, w), |(k, y, x)| {
            preprocess.value(k, stored((k * h + y) * w + x))
        }))
    }
}
