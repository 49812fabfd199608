//! Hard swish (Howard et al., Searching for MobileNetV3, ICCV 2019).

use super::function::Function;
use super::kernel::Real;
use crate::onnx::file::OnnxNode;
use num_traits::clamp;

/// x * clip(x / 6 + 1/2, 0, 1): 0 up to -3, x from 3 on, a parabola between.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct HardSwish;

impl Function for HardSwish {
    const NAME: &'static str = "HardSwish";

    fn value<T: Real>(&self, x: T, _: usize) -> T {
        x * clamp(x / T::of(6.0) + T::of(0.5), T::zero(), T::one())
    }

    fn slope<T: Real>(&self, x: T, _: T, _: usize) -> T {
        if x <= T::of(-3.0) {
            T::zero()
        } else if x >= T::of(3.0) {
            T::one()
        } else {
            x / T::of(3.0) + T::of(0.5)
        }
    }

    fn onnx(&self) -> OnnxNode {
        OnnxNode::new("HardSwish").since(14)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::op::Operator;

    #[test]
    fn values_and_slopes_by_hand() {
        // ONNX: y = x * max(0, min(1, x / 6 + 0.5)).
        for (x, y, slope) in [
            (-4.0f64, 0.0, 0.0),
            (-1.5, -0.375, 0.0),
            (0.0, 0.0, 0.5),
            (1.0, 2.0 / 3.0, 5.0 / 6.0),
            (5.0, 5.0, 1.0),
        ] {
            assert!((HardSwish.value(x, 0) - y).abs() < 1e-12, "{x}");
            assert!((HardSwish.slope(x, y, 0) - slope).abs() < 1e-12, "{x}");
        }
        assert!(HardSwish.keeps_zero(0));
    }
}
