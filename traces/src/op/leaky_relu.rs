//! Leaky rectified linear unit.

use super::function::Function;
use super::kernel::Real;
use super::operator::bits;
use crate::onnx::file::OnnxNode;

/// x from 0 on, `alpha` x below: max(x, alpha x) for slopes below 1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LeakyRelu(pub f32);

impl Function for LeakyRelu {
    const NAME: &'static str = "LeakyRelu";

    fn value<T: Real>(&self, x: T, _: usize) -> T {
        if x >= T::zero() {
            x
        } else {
            T::of(f64::from(self.0)) * x
        }
    }

    fn slope<T: Real>(&self, x: T, _: T, _: usize) -> T {
        if x >= T::zero() {
            T::one()
        } else {
            T::of(f64::from(self.0))
        }
    }

    fn parameters(&self) -> Vec<u64> {
        bits([&self.0])
    }

    fn onnx(&self) -> OnnxNode {
        // A slope of 0 cannot be written as an attribute; it is ReLU.
        if self.0 == 0.0 {
            OnnxNode::new("Relu")
        } else {
            OnnxNode::new("LeakyRelu").attribute("alpha", self.0)
        }
    }
}
