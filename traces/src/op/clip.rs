//! Limits.

use super::function::Function;
use super::kernel::Real;
use super::operator::bits;
use crate::onnx::file::OnnxNode;

/// x limited to a range; slope 0 at and beyond the limits.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Clip {
    /// Lower limit.
    pub lo: f32,
    /// Upper limit.
    pub hi: f32,
}

impl Function for Clip {
    const NAME: &'static str = "Clip";
    const SLOPE_FROM_RESULT: bool = true;

    fn value<T: Real>(&self, x: T, _: usize) -> T {
        x.max(T::of(f64::from(self.lo)))
            .min(T::of(f64::from(self.hi)))
    }

    fn slope<T: Real>(&self, _: T, y: T, _: usize) -> T {
        if y > T::of(f64::from(self.lo)) && y < T::of(f64::from(self.hi)) {
            T::one()
        } else {
            T::zero()
        }
    }

    fn parameters(&self) -> Vec<u64> {
        bits([&self.lo, &self.hi])
    }

    fn onnx(&self) -> OnnxNode {
        OnnxNode::new("Clip")
            .operand("min", self.lo)
            .operand("max", self.hi)
    }
}
