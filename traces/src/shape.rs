//! Shape inference.

use crate::layer::{Op, Pool, Shape};

/// Why shapes do not fit. The caller adds the layer's name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct ShapeError(pub String);

fn fail<T>(message: impl Into<String>) -> Result<T, ShapeError> {
    Err(ShapeError(message.into()))
}

/// Output length of a window moved over `n` values.
fn windows(
    n: usize,
    kernel: usize,
    stride: usize,
    dilation: usize,
    pad: usize,
    ceil: bool,
) -> Result<usize, ShapeError> {
    if kernel == 0 || stride == 0 || dilation == 0 {
        return fail("kernel, stride and dilation must be at least 1");
    }
    let span = dilation
        .checked_mul(kernel - 1)
        .and_then(|s| s.checked_add(1));
    let (Some(span), Some(padded)) = (span, n.checked_add(pad)) else {
        return fail("kernel, dilation or padding is too large");
    };
    if padded < span {
        return fail(format!(
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

fn pooled(p: &Pool, input: Shape) -> Result<Shape, ShapeError> {
    let along = |axis: usize, n: usize| -> Result<usize, ShapeError> {
        let (before, after) = (p.pad[axis], p.pad[axis + 2]);
        // Such a window could lie wholly in the padding and have nothing to pool.
        if p.kernel[axis] > 0 && before.max(after) >= p.kernel[axis] {
            return fail(format!(
                "padding {} must be smaller than the pooling window {}",
                before.max(after),
                p.kernel[axis]
            ));
        }
        let mut out = windows(
            n,
            p.kernel[axis],
            p.stride[axis],
            1,
            before.saturating_add(after),
            p.ceil,
        )?;
        // A window that would start beyond the image and its leading padding holds nothing.
        if p.ceil && (out - 1) * p.stride[axis] >= n + before {
            out -= 1;
        }
        Ok(out)
    };
    Ok(Shape::new(input.c, along(0, input.h)?, along(1, input.w)?))
}

/// Largest number of values in one activation: far above any real layer, far below what overflows an index.
const MOST_VALUES: usize = 1 << 40;

/// Shape of the output of `op` on inputs of the given shapes.
///
/// # Errors
/// If the number of inputs or their shapes do not fit the parameters, a parameter has no meaning, or the output
/// would be empty or absurdly large.
pub fn infer(op: &Op, inputs: &[Shape]) -> Result<Shape, ShapeError> {
    let shape = unchecked(op, inputs)?;
    let values = shape
        .c
        .checked_mul(shape.h)
        .and_then(|n| n.checked_mul(shape.w));
    match values {
        Some(0) => fail(format!("its output of shape {shape} is empty")),
        Some(n) if n <= MOST_VALUES => Ok(shape),
        _ => fail(format!("its output of shape {shape} is too large")),
    }
}

fn unchecked(op: &Op, inputs: &[Shape]) -> Result<Shape, ShapeError> {
    if let Op::Input(shape) = op {
        return Ok(*shape);
    }
    let Some(&x) = inputs.first() else {
        return fail("has no input");
    };
    if inputs.len() > 1 && !matches!(op, Op::Add | Op::Concat) {
        return fail(format!("takes one input, not {}", inputs.len()));
    }
    match op {
        Op::Conv(c) => {
            let [q, p, kh, kw] = *c.weight.shape() else {
                return fail(format!(
                    "weight must have 4 dimensions, not {:?}",
                    c.weight.shape()
                ));
            };
            if c.groups == 0 || p.checked_mul(c.groups) != Some(x.c) || q % c.groups != 0 {
                return fail(format!(
                    "weight {q}x{p}x{kh}x{kw} with {} groups does not fit {} input channels",
                    c.groups, x.c
                ));
            }
            if c.bias.as_ref().is_some_and(|b| b.len() != q) {
                return fail(format!("bias must have {q} values"));
            }
            let h = windows(
                x.h,
                kh,
                c.stride[0],
                c.dilation[0],
                c.pad[0].saturating_add(c.pad[2]),
                false,
            )?;
            let w = windows(
                x.w,
                kw,
                c.stride[1],
                c.dilation[1],
                c.pad[1].saturating_add(c.pad[3]),
                false,
            )?;
            Ok(Shape::new(q, h, w))
        }
        Op::Gemm(g) => {
            let [out, k] = *g.weight.shape() else {
                return fail(format!(
                    "weight must have 2 dimensions, not {:?}",
                    g.weight.shape()
                ));
            };
            if k != x.len() {
                return fail(format!(
                    "weight {out}x{k} does not fit {} input values ({x})",
                    x.len()
                ));
            }
            if g.bias.as_ref().is_some_and(|b| b.len() != out) {
                return fail(format!("bias must have {out} values"));
            }
            Ok(Shape::new(out, 1, 1))
        }
        Op::ScaleShift { scale, shift } => {
            if scale.len() != x.c || shift.len() != x.c {
                return fail(format!(
                    "needs {} scales and shifts, has {} and {}",
                    x.c,
                    scale.len(),
                    shift.len()
                ));
            }
            Ok(x)
        }
        Op::FakeQuant {
            scale,
            zero,
            lo,
            hi,
        } => {
            if scale.iter().any(|s| !(s.is_finite() && *s > 0.0)) {
                return fail("scales must be positive and finite");
            }
            if lo > hi || lo.is_nan() || hi.is_nan() {
                return fail(format!("code range {lo}..={hi} is empty"));
            }
            if scale.len() != zero.len() || (scale.len() != 1 && scale.len() != x.c) {
                return fail(format!("needs 1 or {} scales, has {}", x.c, scale.len()));
            }
            Ok(x)
        }
        Op::Pool(p) => pooled(p, x),
        Op::GlobalAveragePool | Op::GlobalMaxPool => Ok(Shape::new(x.c, 1, 1)),
        Op::Add => match inputs.iter().find(|s| **s != x) {
            Some(other) => fail(format!("cannot add {x} and {other}")),
            None => Ok(x),
        },
        Op::Concat => match inputs.iter().find(|s| (s.h, s.w) != (x.h, x.w)) {
            Some(other) => fail(format!("cannot join {x} and {other} along channels")),
            None => Ok(Shape::new(inputs.iter().map(|s| s.c).sum(), x.h, x.w)),
        },
        Op::Flatten => Ok(Shape::new(x.len(), 1, 1)),
        Op::Reshape(to) => {
            let values = to.c.checked_mul(to.h).and_then(|n| n.checked_mul(to.w));
            if values != Some(x.len()) {
                return fail(format!("cannot reshape {x} to {to}"));
            }
            Ok(*to)
        }
        Op::Lrn { size: 0, .. } => fail("window of channels must be at least 1"),
        Op::Transpose(axes) => {
            let dims = [x.c, x.h, x.w];
            let mut seen = *axes;
            seen.sort_unstable();
            if seen != [0, 1, 2] {
                return fail(format!("{axes:?} is no permutation of 0, 1, 2"));
            }
            Ok(Shape::new(dims[axes[0]], dims[axes[1]], dims[axes[2]]))
        }
        Op::ChannelShuffle(groups) => match x.c.checked_rem(*groups) {
            Some(0) => Ok(x),
            _ => fail(format!(
                "{} channels do not divide into {groups} groups",
                x.c
            )),
        },
        Op::Pad { pad, .. } => Ok(Shape::new(
            x.c,
            x.h.saturating_add(pad[0]).saturating_add(pad[2]),
            x.w.saturating_add(pad[1]).saturating_add(pad[3]),
        )),
        _ => Ok(x),
    }
}
