//! Activations: their shape, their values, and what is wrong with shapes that do not fit.

use ndarray::Array3;
use serde::{Deserialize, Serialize};

/// One activation: channels x height x width. A vector is `n x 1 x 1`.
pub type Tensor = Array3<f32>;

/// Shape of an activation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Shape {
    /// Channels (feature maps).
    pub c: usize,
    /// Height.
    pub h: usize,
    /// Width.
    pub w: usize,
}

impl Shape {
    /// A shape.
    pub fn new(c: usize, h: usize, w: usize) -> Self {
        Shape { c, h, w }
    }

    /// Shape of a tensor.
    pub fn of(x: &Tensor) -> Shape {
        let (c, h, w) = x.dim();
        Shape { c, h, w }
    }

    /// Number of values.
    pub fn len(&self) -> usize {
        self.c * self.h * self.w
    }

    /// Number of values; `None` if it does not fit a number of this machine.
    pub fn checked_len(&self) -> Option<usize> {
        self.c.checked_mul(self.h)?.checked_mul(self.w)
    }

    /// Whether there are no values.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Height and width.
    pub fn image(&self) -> [usize; 2] {
        [self.h, self.w]
    }

    /// Place of a value in row-major order.
    pub fn index(&self, [c, y, x]: [usize; 3]) -> usize {
        (c * self.h + y) * self.w + x
    }

    /// Channel, row and column of the value at a row-major place.
    pub fn place(&self, index: usize) -> [usize; 3] {
        let line = index / self.w;
        [line / self.h, line % self.h, index % self.w]
    }
}

impl std::fmt::Display for Shape {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}x{}x{}", self.c, self.h, self.w)
    }
}

/// Why shapes do not fit. The caller adds the layer's name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct ShapeError(pub String);

impl ShapeError {
    /// The error with that message, as the result of anything.
    ///
    /// # Errors
    /// Always.
    pub fn fail<T>(message: impl Into<String>) -> Result<T, ShapeError> {
        Err(ShapeError(message.into()))
    }
}
