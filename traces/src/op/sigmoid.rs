//! Logistic function.

use super::function::Function;
use super::kernel::Real;
use crate::onnx::file::OnnxNode;

/// 1 / (1 + exp(-x)).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sigmoid;

impl Function for Sigmoid {
    const NAME: &'static str = "Sigmoid";
    const SLOPE_FROM_RESULT: bool = true;

    fn value<T: Real>(&self, x: T, _: usize) -> T {
        T::one() / (T::one() + (-x).exp())
    }

    fn slope<T: Real>(&self, _: T, y: T, _: usize) -> T {
        y * (T::one() - y)
    }

    fn onnx(&self) -> OnnxNode {
        OnnxNode::new("Sigmoid")
    }
}
