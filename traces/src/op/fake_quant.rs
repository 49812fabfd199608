//! Rounding to the grid of a quantiser and back.

use super::function::Function;
use super::kernel::Real;
use super::operator::{Gradient, Operator, bits};
use crate::onnx::file::{Form, OnnxFile, OnnxNode, Site, int};
use crate::shape::{Shape, ShapeError, Tensor};
use ndarray::Array1;
use std::sync::Arc;

/// Rounds to an 8-bit (or other) grid and back: QuantizeLinear followed by DequantizeLinear.
#[derive(Debug, Clone, PartialEq)]
pub struct FakeQuant {
    /// Step; one, or one per channel.
    pub scale: Array1<f32>,
    /// Zero point; as many as `scale`.
    pub zero: Array1<f32>,
    /// Lowest code.
    pub lo: f32,
    /// Highest code.
    pub hi: f32,
}

/// The function of one value at the core of [`FakeQuant`], which is more than that: the quantiser of the next layer.
#[derive(Debug, Clone)]
struct Rounding(FakeQuant);

impl Rounding {
    fn step<T: Real>(&self, channel: usize) -> (T, T) {
        let i = channel.min(self.0.scale.len() - 1);
        let of = |v: f32| T::of(f64::from(v));
        (of(self.0.scale[i]), of(self.0.zero[i]))
    }

    fn codes<T: Real>(&self) -> (T, T) {
        (T::of(f64::from(self.0.lo)), T::of(f64::from(self.0.hi)))
    }
}

impl Function for Rounding {
    const NAME: &'static str = "FakeQuant";
    const PER_CHANNEL: bool = true;

    fn value<T: Real>(&self, x: T, channel: usize) -> T {
        let ((step, zero), (lo, hi)) = (self.step(channel), self.codes());
        let code = (x / step).round_ties_even() + zero;
        (num_traits::clamp(code, lo, hi) - zero) * step
    }

    /// Straight-through estimator: 1 inside the range, 0 outside.
    fn slope<T: Real>(&self, x: T, _: T, channel: usize) -> T {
        let ((step, zero), (lo, hi)) = (self.step::<T>(channel), self.codes());
        let code = x / step + zero;
        if code >= lo && code <= hi {
            T::one()
        } else {
            T::zero()
        }
    }

    fn onnx(&self) -> OnnxNode {
        OnnxNode::new("QuantizeLinear")
    }
}

impl Operator for FakeQuant {
    fn name(&self) -> &'static str {
        Rounding::NAME
    }

    fn shape(&self, inputs: &[Shape]) -> Result<Shape, ShapeError> {
        let (x, n) = (inputs[0], self.scale.len());
        if self.scale.iter().any(|s| !(s.is_finite() && *s > 0.0)) {
            return ShapeError::fail("scales must be positive and finite");
        }
        if self.lo > self.hi || self.lo.is_nan() || self.hi.is_nan() {
            return ShapeError::fail(format!("code range {}..={} is empty", self.lo, self.hi));
        }
        if n != self.zero.len() || (n != 1 && n != x.c) {
            return ShapeError::fail(format!("needs 1 or {} scales, has {n}", x.c));
        }
        Ok(x)
    }

    fn run(&self, inputs: &[&Tensor], output: Shape) -> Tensor {
        Rounding(self.clone()).run(inputs, output)
    }

    fn parameters(&self) -> Vec<u64> {
        bits(
            self.scale
                .iter()
                .chain(&self.zero)
                .chain([&self.lo, &self.hi]),
        )
    }

    fn gradient(&self, _: Shape) -> Gradient<'_> {
        Gradient::Function(Arc::new(Rounding(self.clone())))
    }

    /// A pair of QuantizeLinear and DequantizeLinear.
    fn export(&self, site: &Site<'_>, file: &mut OnnxFile) -> Result<Form, String> {
        let name = site.name;
        let codes: Vec<u8> = match (self.lo, self.hi) {
            (-128.0, 127.0) => self.zero.iter().map(|&z| z as i8 as u8).collect(),
            (0.0, 255.0) => self.zero.iter().map(|&z| z as u8).collect(),
            (lo, hi) => {
                return Err(format!(
                    "codes {lo} to {hi}; ONNX has 0 to 255 and -128 to 127"
                ));
            }
        };
        let dims = if self.scale.len() == 1 {
            vec![]
        } else {
            vec![self.scale.len()]
        };
        let kind = if self.lo < 0.0 { 3 } else { 2 };
        let scale = file.floats(format!("{name}.scale"), &dims, &self.scale);
        let zero = file.tensor(format!("{name}.zero"), kind, &dims, codes);
        let axis = || {
            int("axis", 1)
                .filter(|_| !dims.is_empty())
                .into_iter()
                .collect()
        };
        // The importer makes the layer of the first node, so that it has the layer's name.
        let quantised = format!("{name}.codes");
        let inputs = [site.inputs[0].name.as_str(), &scale, &zero];
        file.named(name, &quantised, "QuantizeLinear", &inputs, axis());
        let inputs = [quantised.as_str(), &scale, &zero];
        let back = format!("{name}.values");
        file.named(&back, name, "DequantizeLinear", &inputs, axis());
        Ok(site.inputs[0].form)
    }
}
