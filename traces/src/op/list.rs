//! The operator of a layer.

use super::conv::Conv;
use super::fake_quant::FakeQuant;
use super::gemm::Gemm;
use super::input::Source;
use super::operator::{Operator, ProductMut};
use super::scale_shift::ScaleShift;
use super::window::Pool;
use crate::shape::{Shape, ShapeError, Tensor};
use std::sync::Arc;

/// What a layer computes. Inputs are in declared order.
///
/// The operators whose parameters others read or change are named here; all others, own ones of a program that uses this
/// library too, are [`Op::Other`]. Everything an operator is asked for is in [`Op::operator`].
#[derive(Debug, Clone)]
pub enum Op {
    /// A network input of the given shape.
    Input(Shape),
    /// Convolution.
    Conv(Conv),
    /// Fully connected; flattens its input.
    Gemm(Gemm),
    /// Factor and addend per channel.
    ScaleShift(ScaleShift),
    /// Rounding to a quantiser's grid and back.
    FakeQuant(FakeQuant),
    /// Windowed pooling.
    Pool(Pool),
    /// Any other, made by [`Op::of`].
    Other(Arc<dyn Operator>),
}

impl Op {
    /// An operator that has no name of its own in [`Op`].
    pub fn of(operator: impl Operator + 'static) -> Op {
        Op::Other(Arc::new(operator))
    }

    /// The operator, to be asked.
    pub fn operator(&self) -> &dyn Operator {
        match self {
            Op::Input(_) => &Source,
            Op::Conv(c) => c,
            Op::Gemm(g) => g,
            Op::ScaleShift(s) => s,
            Op::FakeQuant(q) => q,
            Op::Pool(p) => p,
            Op::Other(o) => o.as_ref(),
        }
    }

    /// The name users know.
    pub fn name(&self) -> &'static str {
        self.operator().name()
    }

    /// Whether the layer runs on crossbars (has a weight matrix).
    pub fn is_compute(&self) -> bool {
        self.operator().product().is_some()
    }

    /// Weights and bias, to be changed.
    pub fn product_mut(&mut self) -> Option<ProductMut<'_>> {
        let (weight, bias) = match self {
            Op::Conv(c) => (&mut c.weight, &mut c.bias),
            Op::Gemm(g) => (&mut g.weight, &mut g.bias),
            _ => return None,
        };
        Some(ProductMut { weight, bias })
    }

    /// Value in float arithmetic. `image` is the network's input, `output` the inferred shape.
    pub fn value(&self, inputs: &[&Tensor], image: &Tensor, output: Shape) -> Tensor {
        match self {
            Op::Input(_) => image.clone(),
            op => op.operator().run(inputs, output),
        }
    }
}

/// Largest number of values in one activation: far above any real layer, far below what overflows an index.
const MOST_VALUES: usize = 1 << 40;

/// Shape of the output of `op` on inputs of the given shapes.
///
/// # Errors
/// If the number of inputs or their shapes do not fit the parameters, a parameter has no meaning, or the output
/// would be empty or absurdly large.
pub fn infer(op: &Op, inputs: &[Shape]) -> Result<Shape, ShapeError> {
    let shape = match (op, inputs) {
        (Op::Input(shape), _) => *shape,
        (_, []) => return ShapeError::fail("has no input"),
        (op, [_, _, ..]) if !op.operator().takes_many() => {
            return ShapeError::fail(format!("takes one input, not {}", inputs.len()));
        }
        _ => op.operator().shape(inputs)?,
    };
    match shape.checked_len() {
        Some(0) => ShapeError::fail(format!("its output of shape {shape} is empty")),
        Some(n) if n <= MOST_VALUES => Ok(shape),
        _ => ShapeError::fail(format!("its output of shape {shape} is too large")),
    }
}
