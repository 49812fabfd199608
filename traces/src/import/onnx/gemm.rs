//! Fully connected layers: Gemm and MatMul by a constant.

use super::super::error::Fault;
use super::build::{Builder, Value};
use super::constant::Const;
use super::node::NodeView;
use crate::op::{Gemm, Op};
use crate::weights::Weights;
use ndarray::{Array1, ArrayD};
use std::sync::Arc;

/// y = alpha x B' + beta C.
pub(crate) fn gemm(b: &mut Builder, n: &NodeView) -> Result<(), Fault> {
    let act = b.act(n, 0)?;
    if act.dims.len() != 2 || act.dims[0] != 1 || n.int("transA", 0) != 0 {
        return Err(n.unsupported(format!(
            "first operand of shape {:?} with transA={}: only batch x features",
            act.dims,
            n.int("transA", 0)
        )));
    }
    let (alpha, beta) = (n.finite("alpha", 1.0)?, n.finite("beta", 1.0)?);
    let weight = matrix(n, &b.reals(n, 1)?, n.int("transB", 0) != 0, alpha)?;
    let outputs = weight.shape()[0];
    let bias = b
        .optional_reals(n, 2)?
        .map(|c| broadcast_bias(n, &c, outputs, beta))
        .transpose()?;
    let input = b.settled(n, &act)?;
    dense(b, n, input, act.dims, weight, bias)
}

/// Activation times a constant matrix.
pub(crate) fn matmul(b: &mut Builder, n: &NodeView) -> Result<(), Fault> {
    if matches!(b.value(n, 0)?, Value::Const(_)) {
        return Err(n.unsupported("the first operand is a constant"));
    }
    let act = b.act(n, 0)?;
    if matches!(b.value(n, 1)?, Value::Act(_)) {
        return Err(n.unsupported("product of two activations"));
    }
    // Only one row: leading dimensions are all 1.
    let (last, rows) = act
        .dims
        .split_last()
        .ok_or_else(|| n.fault("first operand is a scalar"))?;
    if rows.iter().any(|&d| d != 1) || act.dims.len() < 2 {
        return Err(n.unsupported(format!(
            "first operand of shape {:?}: only one row per image",
            act.dims
        )));
    }
    let weight = matrix(n, &b.reals(n, 1)?, false, 1.0)?;
    // A Gemm layer flattens, so the single row needs no Reshape layer of its own.
    if b.net.layer(act.layer).shape.len() != *last {
        return Err(n.fault("first operand has lost values"));
    }
    dense(b, n, act.layer, act.dims, weight, None)
}

fn dense(
    b: &mut Builder,
    n: &NodeView,
    input: crate::LayerId,
    mut dims: Vec<usize>,
    weight: Arc<ArrayD<f32>>,
    bias: Option<Array1<f32>>,
) -> Result<(), Fault> {
    let inputs = dims.last().copied().unwrap_or(0);
    let (outputs, columns) = (weight.shape()[0], weight.shape()[1]);
    if columns != inputs {
        return Err(n.wrong_shape(
            "weight",
            format!("{inputs} inputs per output"),
            format!("{outputs} outputs x {columns} inputs"),
        ));
    }
    let open = bias.is_none();
    let layer = b.emit(
        n,
        Op::Gemm(Gemm {
            weight: Weights::Dense(weight),
            bias,
        }),
        &[input],
    )?;
    if let Some(last) = dims.last_mut() {
        *last = outputs;
    }
    b.set_act(n, layer, dims);
    if open && let Some(out) = n.proto.output.first() {
        b.open_bias.insert(out.clone(), layer);
    }
    Ok(())
}

/// The weight as outputs x inputs.
fn matrix(
    n: &NodeView,
    c: &Const,
    transposed: bool,
    alpha: f32,
) -> Result<Arc<ArrayD<f32>>, Fault> {
    if c.dims().len() != 2 || c.len() == 0 {
        return Err(n.wrong_shape("weight", "2 dimensions", format!("{:?}", c.dims())));
    }
    let w = c.to_float();
    let w = if transposed {
        w
    } else {
        Arc::new(w.t().as_standard_layout().into_owned())
    };
    Ok(if alpha == 1.0 {
        w
    } else {
        Arc::new(w.mapv(|v| v * alpha))
    })
}

/// One value per output from anything that broadcasts to 1 x outputs.
fn broadcast_bias(
    n: &NodeView,
    c: &Const,
    outputs: usize,
    beta: f32,
) -> Result<Array1<f32>, Fault> {
    let values = c.to_float();
    let wrong = || n.wrong_shape("bias", format!("[{outputs}]"), format!("{:?}", c.dims()));
    if c.dims().iter().rev().skip(1).any(|&d| d != 1) {
        return Err(wrong());
    }
    match values.len() {
        1 => Ok(Array1::from_elem(
            outputs,
            values.iter().next().map_or(0.0, |v| v * beta),
        )),
        len if len == outputs => Ok(values.iter().map(|v| v * beta).collect()),
        _ => Err(wrong()),
    }
}
