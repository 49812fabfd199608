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
    let (span, padded) = (dilation * (kernel - 1) + 1, n + pad);
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
        let mut out = windows(n, p.kernel[axis], p.stride[axis], 1, before + after, p.ceil)?;
        // A window that would start beyond the image and its leading padding holds nothing.
        if p.ceil && (out - 1) * p.stride[axis] >= n + before {
            out -= 1;
        }
        Ok(out)
    };
    Ok(Shape::new(input.c, along(0, input.h)?, along(1, input.w)?))
}

/// Shape of the output of `op` on inputs of the given shapes.
///
/// # Errors
/// If the number of inputs or their shapes do not fit the parameters.
pub fn infer(op: &Op, inputs: &[Shape]) -> Result<Shape, ShapeError> {
    if let Op::Input(shape) = op {
        return if shape.is_empty() {
            fail(format!("input shape {shape} is empty"))
        } else {
            Ok(*shape)
        };
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
            if c.groups == 0 || x.c != p * c.groups || q % c.groups != 0 {
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
                c.pad[0] + c.pad[2],
                false,
            )?;
            let w = windows(
                x.w,
                kw,
                c.stride[1],
                c.dilation[1],
                c.pad[1] + c.pad[3],
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
        Op::FakeQuant { scale, zero, .. } => {
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
        Op::Reshape(to) if to.len() != x.len() => fail(format!("cannot reshape {x} to {to}")),
        Op::Reshape(to) => Ok(*to),
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
            x.h + pad[0] + pad[2],
            x.w + pad[1] + pad[3],
        )),
        _ => Ok(x),
    }
}
