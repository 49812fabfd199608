//! Rectified linear unit.

use super::function::Function;
use super::kernel::Real;
use crate::onnx::file::OnnxNode;

/// max(x, 0); slope 0 at 0.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Relu;

impl Function for Relu {
    const NAME: &'static str = "Relu";
    const SLOPE_FROM_RESULT: bool = true;

    fn value<T: Real>(&self, x: T, _: usize) -> T {
        if x > T::zero() { x } else { T::zero() }
    }

    fn slope<T: Real>(&self, _: T, y: T, _: usize) -> T {
        if y > T::zero() { T::one() } else { T::zero() }
    }

    fn carried<T: Real>(&self, dy: T, _: T, y: T, _: usize) -> T {
        // A choice instead of a product: vector units do it in one step.
        if y > T::zero() { dy } else { T::zero() }
    }

    fn onnx(&self) -> OnnxNode {
        OnnxNode::new("Relu")
    }
}
