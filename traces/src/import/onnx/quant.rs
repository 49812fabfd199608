//! QuantizeLinear and DequantizeLinear: a pair on an activation is one rounding to a grid; constants are folded.

use super::super::error::Fault;
use super::build::{Act, Builder, Code, Value};
use super::constant::{Const, Data, Dtype};
use super::node::NodeView;
use crate::op::{FakeQuant, Op};
use ndarray::{ArrayD, IxDyn};

/// Scale and zero point, one or one per channel.
struct Grid {
    scale: Vec<f32>,
    zero: Vec<i64>,
    dtype: Dtype,
}

/// Operands 1 and 2. Without a zero point the code is unsigned 8 bit (quantising) and the zero is 0.
fn grid(b: &Builder, n: &NodeView) -> Result<Grid, Fault> {
    let scale = b.constant(n, 1)?;
    if scale.dims().len() > 1 {
        return Err(n.unsupported("scale per block"));
    }
    let scale: Vec<f32> = scale.to_float().iter().copied().collect();
    if scale.is_empty() || scale.iter().any(|s| !(s.is_finite() && *s > 0.0)) {
        return Err(n.fault("scale must be positive"));
    }
    let (zero, dtype) = match b.optional(n, 2)? {
        None => (vec![0; scale.len()], Dtype::U8),
        Some(c) => (
            c.to_ints()
                .ok_or_else(|| n.unsupported("zero point is not of an integer type"))?,
            c.dtype,
        ),
    };
    if zero.len() != scale.len() {
        return Err(n.wrong_shape(
            "zero point",
            format!("[{}]", scale.len()),
            format!("[{}]", zero.len()),
        ));
    }
    Ok(Grid { scale, zero, dtype })
}

/// Axis of per-channel parameters in a tensor of these dimensions.
fn channel_axis(n: &NodeView, dims: &[usize], count: usize) -> Result<Option<usize>, Fault> {
    if count == 1 {
        return Ok(None);
    }
    let axis = n.axis(n.int("axis", 1), dims.len())?;
    if dims[axis] != count {
        return Err(n.wrong_shape("scale", format!("[{}]", dims[axis]), format!("[{count}]")));
    }
    Ok(Some(axis))
}

pub(crate) fn quantize(b: &mut Builder, n: &NodeView) -> Result<(), Fault> {
    let g = grid(b, n)?;
    let (lo, hi) = g
        .dtype
        .code_range()
        .ok_or_else(|| n.unsupported(format!("codes of type {:?}", g.dtype)))?;
    if let Value::Const(c) = b.value(n, 0)?.clone() {
        let values = c.to_float();
        b.budget.make(values.len())?;
        let axis = channel_axis(n, c.dims(), g.scale.len())?;
        let codes = per_channel(&values, axis, |v, k| {
            let code = (v / g.scale[k]).round_ties_even() as i64;
            code.saturating_add(g.zero[k]).clamp(lo, hi)
        });
        b.set(n, Value::Const(Const::int(g.dtype, codes)));
        return Ok(());
    }
    let act = b.act(n, 0)?;
    if channel_axis(n, &act.dims, g.scale.len())?.is_some_and(|axis| axis != 1) {
        return Err(n.unsupported("scale per another axis than channels"));
    }
    let input = b.settled(n, &act)?;
    let op = Op::FakeQuant(FakeQuant {
        scale: g.scale.iter().copied().collect(),
        zero: g.zero.iter().map(|&z| z as f32).collect(),
        lo: lo as f32,
        hi: hi as f32,
    });
    let layer = b.emit(n, op, &[input])?;
    let act = Act {
        layer,
        dims: act.dims,
    };
    b.set(
        n,
        Value::Code(Code {
            act,
            scale: g.scale,
            zero: g.zero,
            dtype: g.dtype,
        }),
    );
    Ok(())
}

pub(crate) fn dequantize(b: &mut Builder, n: &NodeView) -> Result<(), Fault> {
    let g = grid(b, n)?;
    match b.value(n, 0)?.clone() {
        Value::Const(c) => {
            let Data::Int(codes) = &c.data else {
                return Err(n.fault("codes are not of an integer type"));
            };
            b.budget.make(codes.len())?;
            let axis = channel_axis(n, c.dims(), g.scale.len())?;
            let values = per_channel(codes, axis, |q, k| {
                q.saturating_sub(g.zero[k]) as f32 * g.scale[k]
            });
            b.set(n, Value::Const(Const::float(values)));
            Ok(())
        }
        Value::Code(code) => {
            let same_type = n.input(2).is_none() || code.dtype == g.dtype;
            if code.scale != g.scale || code.zero != g.zero || !same_type {
                return Err(n.unsupported("other scale or zero point than in QuantizeLinear"));
            }
            b.set(n, Value::Act(code.act));
            Ok(())
        }
        _ => Err(n.unsupported("operand is not the result of QuantizeLinear")),
    }
}

/// Maps every value with the index of its channel.
fn per_channel<T: Copy, U>(
    a: &ArrayD<T>,
    axis: Option<usize>,
    f: impl Fn(T, usize) -> U,
) -> ArrayD<U> {
    let channels = axis.map_or(1, |x| a.shape()[x]);
    let inner: usize = axis
        .map_or(a.len(), |x| a.shape()[x + 1..].iter().product())
        .max(1);
    let mut flat = a
        .iter()
        .enumerate()
        .map(|(i, &v)| f(v, i / inner % channels.max(1)));
    ArrayD::from_shape_simple_fn(IxDyn(a.shape()), || {
        flat.next()
            .unwrap_or_else(|| unreachable!("as many values as the shape has"))
    })
}
