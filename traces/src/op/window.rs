//! Windows: how many fit along an axis, and those of pools.

use crate::shape::{Shape, ShapeError};
use serde::{Deserialize, Serialize};

/// What a pooling window computes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum PoolKind {
    /// Largest value; padding never wins.
    Max,
    /// Mean of the values inside the image.
    Average,
    /// Mean with padding counted as zeros.
    AverageWithPad,
}

/// Pooling over windows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pool {
    /// Function.
    pub kind: PoolKind,
    /// Window (vertical, horizontal).
    pub kernel: [usize; 2],
    /// Stride (vertical, horizontal).
    pub stride: [usize; 2],
    /// Padding: top, left, bottom, right.
    pub pad: [usize; 4],
    /// Whether the last, incomplete window counts.
    pub ceil: bool,
}

/// Output length of a window moved over `n` values.
pub(super) fn windows(
    n: usize,
    kernel: usize,
    stride: usize,
    dilation: usize,
    pad: usize,
    ceil: bool,
) -> Result<usize, ShapeError> {
    if kernel == 0 || stride == 0 || dilation == 0 {
        return ShapeError::fail("kernel, stride and dilation must be at least 1");
    }
    let span = dilation
        .checked_mul(kernel - 1)
        .and_then(|s| s.checked_add(1));
    let (Some(span), Some(padded)) = (span, n.checked_add(pad)) else {
        return ShapeError::fail("kernel, dilation or padding is too large");
    };
    if padded < span {
        return ShapeError::fail(format!(
            "a window of {span} does not fit {n} values with padding {pad}"
        ));
    }
    let free = padded - span;
    Ok(if ceil {
        free.div_ceil(stride) + 1
    } else {
        free / stride + 1
    })
}

impl Pool {
    /// A window as large as the image.
    pub(super) fn whole(kind: PoolKind, input: Shape) -> Pool {
        Pool {
            kind,
            kernel: input.image(),
            stride: [1, 1],
            pad: [0; 4],
            ceil: false,
        }
    }

    /// Shape of the output.
    pub(super) fn pooled(&self, input: Shape) -> Result<Shape, ShapeError> {
        let along = |axis: usize, n: usize| -> Result<usize, ShapeError> {
            let (before, after) = (self.pad[axis], self.pad[axis + 2]);
            // Such a window could lie wholly in the padding and have nothing to pool.
            if self.kernel[axis] > 0 && before.max(after) >= self.kernel[axis] {
                return ShapeError::fail(format!(
                    "padding {} must be smaller than the pooling window {}",
                    before.max(after),
                    self.kernel[axis]
                ));
            }
            let mut out = windows(
                n,
                self.kernel[axis],
                self.stride[axis],
                1,
                before.saturating_add(after),
                self.ceil,
            )?;
            // A window that would start beyond the image and its leading padding holds nothing.
            if self.ceil && (out - 1) * self.stride[axis] >= n + before {
                out -= 1;
            }
            Ok(out)
        };
        Ok(Shape::new(input.c, along(0, input.h)?, along(1, input.w)?))
    }
}
