//! Normalisations: batch, local response, softmax.

use super::super::error::Fault;
use super::build::Builder;
use super::conv::bias as vector;
use super::node::NodeView;
use crate::op::{Identity, Lrn, Op, ScaleShift, Softmax};

type Done = Result<(), Fault>;

/// y = gamma (x - mean) / sqrt(var + epsilon) + beta, as one factor and one addend per channel.
pub(crate) fn batch_norm(b: &mut Builder, n: &NodeView) -> Done {
    let act = b.act(n, 0)?;
    let channels = act
        .dims
        .get(1)
        .copied()
        .ok_or_else(|| n.fault("input has no channel axis"))?;
    if n.int("spatial", 1) == 0 {
        return Err(n.unsupported("spatial=0"));
    }
    if n.int("training_mode", 0) != 0 {
        b.warn(n, "training_mode=1 is ignored: the stored mean and variance are used, not those of the batch");
    }
    let mut parameters = Vec::new();
    for i in 1..5 {
        parameters.push(vector(n, &b.constant(n, i)?, channels)?);
    }
    let epsilon = f64::from(n.finite("epsilon", 1e-5)?);
    let scale =
        |i: usize| f64::from(parameters[0][i]) / (f64::from(parameters[3][i]) + epsilon).sqrt();
    if (0..channels).any(|i| !scale(i).is_finite()) {
        return Err(n.fault("variance plus epsilon is not positive in every channel"));
    }
    let shift = |i: usize| f64::from(parameters[1][i]) - f64::from(parameters[2][i]) * scale(i);
    b.unary(
        n,
        Op::ScaleShift(ScaleShift {
            scale: (0..channels).map(|i| scale(i) as f32).collect(),
            shift: (0..channels).map(|i| shift(i) as f32).collect(),
        }),
    )
}

pub(crate) fn lrn(b: &mut Builder, n: &NodeView) -> Done {
    let size = usize::try_from(n.int("size", 0))
        .ok()
        .filter(|&s| s > 0 && s <= 1 << 16);
    let size = size.ok_or_else(|| n.fault("size must be at least 1"))?;
    b.unary(
        n,
        Op::of(Lrn {
            size,
            alpha: n.finite("alpha", 1e-4)?,
            beta: n.finite("beta", 0.75)?,
            bias: n.finite("bias", 1.0)?,
        }),
    )
}

/// Whether the function runs over all values of an image. Before operator set 13 the input is
/// flattened from `axis` on; since then `axis` alone counts.
fn over_all_values(b: &Builder, n: &NodeView) -> Result<bool, Fault> {
    let dims = b.act(n, 0)?.dims;
    let axis = n.axis(n.int("axis", if b.opset < 13 { 1 } else { -1 }), dims.len())?;
    Ok(dims
        .iter()
        .enumerate()
        .all(|(i, &d)| d == 1 || i == axis || (b.opset < 13 && i > axis)))
}

pub(crate) fn softmax(b: &mut Builder, n: &NodeView) -> Done {
    if !over_all_values(b, n)? {
        return Err(n.unsupported("only over all values of an image"));
    }
    b.unary(n, Op::of(Softmax))
}

/// Subtracts one number per image from all values, so as the last node it may be left out: the order
/// of the classes is unchanged.
pub(crate) fn log_softmax(b: &mut Builder, n: &NodeView) -> Done {
    let last = n
        .proto
        .output
        .first()
        .is_some_and(|o| *o == b.output && b.readers(o) == 1);
    if !last || !over_all_values(b, n)? {
        return Err(n.unsupported("only over all values and as the last node"));
    }
    b.warn(n, "left out: the results are the values before LogSoftmax, which differ by one constant per image");
    b.unary(n, Op::of(Identity))
}
