//! Add, Sub, Mul, Div: folded on constants, a factor and addend per channel on an activation and a
//! constant, a sum on two activations.

use super::super::error::Fault;
use super::build::{Act, Builder, Value};
use super::constant::Const;
use super::fold;
use super::node::NodeView;
use crate::op::{Add, Op, ScaleShift};
use ndarray::Array1;

type Done = Result<(), Fault>;

pub(crate) fn add(b: &mut Builder, n: &NodeView) -> Done {
    match operands(b, n)? {
        Operands::Constants(x, y) => fold::binary(b, n, &x, &y, |x, y| x + y, i64::checked_add),
        Operands::Left(act, c) => shift(b, n, 0, &act, channel_values(b, n, &act, &c)?),
        Operands::Right(c, act) => shift(b, n, 1, &act, channel_values(b, n, &act, &c)?),
        Operands::Activations => sum_activations(b, n),
    }
}

pub(crate) fn sub(b: &mut Builder, n: &NodeView) -> Done {
    match operands(b, n)? {
        Operands::Constants(x, y) => fold::binary(b, n, &x, &y, |x, y| x - y, i64::checked_sub),
        Operands::Left(act, c) => {
            let c = channel_values(b, n, &act, &c)?;
            shift(b, n, 0, &act, -c)
        }
        Operands::Right(c, act) => {
            let c = channel_values(b, n, &act, &c)?;
            scale_shift(b, n, &act, Array1::from_elem(c.len(), -1.0), c)
        }
        Operands::Activations => Err(n.unsupported("difference of two activations")),
    }
}

pub(crate) fn mul(b: &mut Builder, n: &NodeView) -> Done {
    match operands(b, n)? {
        Operands::Constants(x, y) => fold::binary(b, n, &x, &y, |x, y| x * y, i64::checked_mul),
        Operands::Left(act, c) | Operands::Right(c, act) => {
            let c = channel_values(b, n, &act, &c)?;
            let zero = Array1::zeros(c.len());
            scale_shift(b, n, &act, c, zero)
        }
        Operands::Activations => Err(n.unsupported("product of two activations")),
    }
}

pub(crate) fn div(b: &mut Builder, n: &NodeView) -> Done {
    match operands(b, n)? {
        Operands::Constants(x, y) => fold::binary(b, n, &x, &y, |x, y| x / y, i64::checked_div),
        Operands::Left(act, c) => {
            let c = channel_values(b, n, &act, &c)?;
            let zero = Array1::zeros(c.len());
            scale_shift(b, n, &act, c.mapv(|v| 1.0 / v), zero)
        }
        _ => Err(n.unsupported("division by an activation")),
    }
}

/// Sum of activations of one shape.
pub(crate) fn sum_activations(b: &mut Builder, n: &NodeView) -> Result<(), Fault> {
    let dims = b.act(n, 0)?.dims;
    let mut inputs = Vec::new();
    for i in 0..n.proto.input.len() {
        let act = b.act(n, i)?;
        if act.dims != dims {
            return Err(n.unsupported(format!("sum of shapes {dims:?} and {:?}", act.dims)));
        }
        inputs.push(b.settled(n, &act)?);
    }
    let layer = b.emit(n, Op::of(Add), &inputs)?;
    b.set_act(n, layer, dims);
    Ok(())
}

enum Operands {
    Constants(Const, Const),
    Left(Act, Const),
    Right(Const, Act),
    Activations,
}

fn operands(b: &Builder, n: &NodeView) -> Result<Operands, Fault> {
    if n.proto.input.len() != 2 {
        return Err(n.fault("needs two operands"));
    }
    // Operator sets before 7 align the second operand at `axis`.
    if b.opset < 7 && n.has("axis") {
        return Err(n.unsupported("broadcasting along 'axis' of operator sets before 7"));
    }
    Ok(match (b.value(n, 0)?, b.value(n, 1)?) {
        (Value::Const(x), Value::Const(y)) => Operands::Constants(x.clone(), y.clone()),
        (Value::Act(a), Value::Const(c)) => Operands::Left(a.clone(), c.clone()),
        (Value::Const(c), Value::Act(a)) => Operands::Right(c.clone(), a.clone()),
        (Value::Act(_), Value::Act(_)) => Operands::Activations,
        _ => return Err(n.unsupported("arithmetic on quantised codes")),
    })
}

/// One value per channel from a constant that varies along the channel axis only.
fn channel_values(_: &Builder, n: &NodeView, act: &Act, c: &Const) -> Result<Array1<f32>, Fault> {
    let refuse = || {
        n.unsupported(format!(
            "constant of shape {:?} on {:?}: only one value per channel",
            c.dims(),
            act.dims
        ))
    };
    let rank = act.dims.len();
    // A longer constant may only add leading ones, which leave the value as it is.
    let extra = c.dims().len().saturating_sub(rank);
    if c.dims()[..extra].iter().any(|&d| d != 1) || rank < 2 {
        return Err(refuse());
    }
    let aligned = rank - (c.dims().len() - extra);
    for (k, &d) in c.dims()[extra..].iter().enumerate() {
        let axis = aligned + k;
        if d != 1 && (axis != 1 || d != act.dims[1]) {
            return Err(refuse());
        }
    }
    let values = c.to_float();
    match values.len() {
        1 => Ok(Array1::from_elem(
            act.dims[1],
            values.iter().next().copied().unwrap_or(0.0),
        )),
        _ => Ok(values.iter().copied().collect()),
    }
}

/// An addend per channel: the bias of the Conv or Gemm just before if that has none and nothing else
/// reads it (how CNTK and Keras write a bias), a layer otherwise.
fn shift(b: &mut Builder, n: &NodeView, operand: usize, act: &Act, values: Array1<f32>) -> Done {
    let tensor = n.input(operand).unwrap_or("");
    if b.readers(tensor) == 1
        && let Some(layer) = b.open_bias.remove(tensor)
        && b.net.layer(layer).shape.c == values.len()
    {
        match &mut b.net.layer_mut(layer).op {
            Op::Conv(conv) => conv.bias = Some(values),
            Op::Gemm(gemm) => gemm.bias = Some(values),
            _ => return Err(n.fault("bias of a layer without weights")),
        }
        b.set_act(n, layer, act.dims.clone());
        return Ok(());
    }
    scale_shift(b, n, act, Array1::ones(values.len()), values)
}

fn scale_shift(
    b: &mut Builder,
    n: &NodeView,
    act: &Act,
    scale: Array1<f32>,
    shift: Array1<f32>,
) -> Done {
    let input = b.settled(n, act)?;
    let layer = b.emit(n, Op::ScaleShift(ScaleShift { scale, shift }), &[input])?;
    b.set_act(n, layer, act.dims.clone());
    Ok(())
}
