//! Nodes that state a constant, ask for a shape, or change an element type.

use super::super::error::Fault;
use super::build::{Builder, Value};
use super::constant::{Const, Data, Dtype, elements, sizes, type_name};
use super::node::NodeView;
use super::tensor;
use crate::op::{Identity, Op};
use ndarray::{ArrayD, IxDyn};

type Done = Result<(), Fault>;

pub(crate) fn constant(b: &mut Builder, n: &NodeView) -> Done {
    let value = if let Some(t) = n.tensor("value") {
        tensor::decode(t, None, &mut b.budget)?
    } else if n.has("value_float") {
        Const::float(ArrayD::from_elem(IxDyn(&[]), n.float("value_float", 0.0)))
    } else if let Some(v) = n.floats("value_floats") {
        Const::float(ndarray::Array1::from_vec(v.to_vec()).into_dyn())
    } else if n.has("value_int") {
        Const::int(
            Dtype::I64,
            ArrayD::from_elem(IxDyn(&[]), n.int("value_int", 0)),
        )
    } else if let Some(v) = n.ints("value_ints") {
        Const::shape_vector(v.to_vec())
    } else {
        return Err(n.unsupported("value is not a tensor or number"));
    };
    b.set(n, Value::Const(value));
    Ok(())
}

pub(crate) fn constant_of_shape(b: &mut Builder, n: &NodeView) -> Done {
    let shape = b
        .constant(n, 0)?
        .to_ints()
        .ok_or_else(|| n.fault("shape is not of an integer type"))?;
    let dims = sizes(n.proto.output.first().map_or("", String::as_str), &shape)?;
    b.budget.fill(elements(&dims).unwrap_or(usize::MAX))?;
    let fill = match n.tensor("value") {
        Some(t) => tensor::decode(t, None, &mut b.budget)?,
        None => Const::float(ArrayD::zeros(IxDyn(&[1]))),
    };
    let missing = || n.fault("value must have one element");
    let value = match &fill.data {
        Data::Float(a) => Const::float(ArrayD::from_elem(
            IxDyn(&dims),
            *a.iter().next().ok_or_else(missing)?,
        )),
        Data::Int(a) => Const::int(
            fill.dtype,
            ArrayD::from_elem(IxDyn(&dims), *a.iter().next().ok_or_else(missing)?),
        ),
    };
    b.set(n, Value::Const(value));
    Ok(())
}

/// Dimensions of a tensor; those of an activation are known since the batch is taken as 1.
pub(crate) fn shape(b: &mut Builder, n: &NodeView) -> Done {
    let dims: Vec<i64> = match b.value(n, 0)? {
        Value::Const(c) => c.dims().to_vec(),
        Value::Act(a) => a.dims.clone(),
        Value::Code(c) => c.act.dims.clone(),
        Value::Poison => Vec::new(),
    }
    .iter()
    .map(|&d| d as i64)
    .collect();
    let rank = dims.len() as i64;
    let end = |v: i64| (if v < 0 { v.saturating_add(rank) } else { v }).clamp(0, rank) as usize;
    let (first, last) = (end(n.int("start", 0)), end(n.int("end", rank)));
    b.set(
        n,
        Value::Const(Const::shape_vector(dims[first..last.max(first)].to_vec())),
    );
    Ok(())
}

pub(crate) fn cast(b: &mut Builder, n: &NodeView) -> Done {
    let code = i32::try_from(n.int("to", 0)).unwrap_or(0);
    let to =
        Dtype::from_code(code).ok_or_else(|| n.unsupported(format!("to {}", type_name(code))))?;
    if let Value::Act(_) = b.value(n, 0)? {
        if to != Dtype::Float {
            return Err(n.unsupported(format!("activation to {}", type_name(code))));
        }
        return b.unary(n, Op::of(Identity));
    }
    let c = b.constant(n, 0)?;
    b.budget.make(c.len())?;
    let value = match (&c.data, to) {
        (_, Dtype::Float) => Const::float((*c.to_float()).clone()),
        (Data::Int(a), Dtype::I64) => Const::int(to, (**a).clone()),
        (Data::Float(a), Dtype::Bool) => Const::int(to, a.mapv(|v| i64::from(v != 0.0))),
        (Data::Float(a), _) => Const::int(to, a.mapv(|v| v as i64)),
        (Data::Int(a), Dtype::I32) => Const::int(to, a.mapv(|v| i64::from(v as i32))),
        (Data::Int(a), Dtype::Bool) => Const::int(to, a.mapv(|v| i64::from(v != 0))),
        _ => return Err(n.unsupported(format!("integer constant to {}", type_name(code)))),
    };
    b.set(n, Value::Const(value));
    Ok(())
}
