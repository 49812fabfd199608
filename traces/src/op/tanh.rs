//! Hyperbolic tangent.

use super::function::Function;
use super::kernel::Real;
use crate::onnx::file::OnnxNode;

/// tanh(x).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Tanh;

impl Function for Tanh {
    const NAME: &'static str = "Tanh";
    const SLOPE_FROM_RESULT: bool = true;

    fn value<T: Real>(&self, x: T, _: usize) -> T {
        x.tanh()
    }

    fn slope<T: Real>(&self, _: T, y: T, _: usize) -> T {
        T::one() - y * y
    }

    fn onnx(&self) -> OnnxNode {
        OnnxNode::new("Tanh")
    }
}
