//! Operators on constants, evaluated during import: shape arithmetic of dynamic-batch exports, weight reshapes.

use super::super::error::Fault;
use super::build::{Act, Builder, Value};
use super::constant::{Const, Data, Dtype, MAX_ELEMENTS, elements};
use super::node::NodeView;
use ndarray::{ArrayD, Axis, IxDyn, Slice};

type Done = Result<(), Fault>;

pub(crate) fn gather(b: &mut Builder, n: &NodeView) -> Done {
    let (data, at) = (b.constant(n, 0)?, b.constant(n, 1)?);
    let axis = n.axis(n.int("axis", 0), data.dims().len())?;
    let length = data.dims()[axis] as i64;
    let indices = at
        .to_ints()
        .ok_or_else(|| n.fault("indices are not of an integer type"))?;
    let indices = indices.iter().map(|&i| {
        let i = if i < 0 { i.saturating_add(length) } else { i };
        usize::try_from(i).ok().filter(|_| i < length)
    });
    let indices: Vec<usize> = indices
        .collect::<Option<_>>()
        .ok_or_else(|| n.fault(format!("index outside 0..{length}")))?;
    let mut dims = data.dims()[..axis].to_vec();
    dims.extend_from_slice(at.dims());
    dims.extend_from_slice(&data.dims()[axis + 1..]);
    let count = elements(&dims).ok_or_else(|| n.fault("result is too large"))?;
    b.budget.make(count)?;
    let picked = match &data.data {
        Data::Float(a) => Const::float(a.select(Axis(axis), &indices)),
        Data::Int(a) => Const::int(data.dtype, a.select(Axis(axis), &indices)),
    };
    let value = picked
        .reshaped(&dims)
        .ok_or_else(|| n.fault("indices do not fit"))?;
    b.set(n, Value::Const(value));
    Ok(())
}

pub(crate) fn slice(b: &mut Builder, n: &NodeView) -> Done {
    if matches!(b.value(n, 0)?, Value::Act(_)) {
        return Err(n.unsupported("slice of an activation"));
    }
    let mut data = b.constant(n, 0)?;
    let missing = |what: &str| n.fault(format!("{what} are missing"));
    let starts = b.ints(n, "starts", 1)?.ok_or_else(|| missing("starts"))?;
    let ends = b.ints(n, "ends", 2)?.ok_or_else(|| missing("ends"))?;
    let axes = b
        .ints(n, "axes", 3)?
        .unwrap_or_else(|| (0..starts.len() as i64).collect());
    let steps = b
        .ints(n, "steps", 4)?
        .unwrap_or_else(|| vec![1; starts.len()]);
    if ends.len() != starts.len() || axes.len() != starts.len() || steps.len() != starts.len() {
        return Err(n.fault("starts, ends, axes and steps differ in length"));
    }
    for k in 0..starts.len() {
        b.budget.make(data.len())?;
        let axis = n.axis(axes[k], data.dims().len())?;
        let length = data.dims()[axis] as i64;
        let step = isize::try_from(steps[k]).ok().filter(|&s| s > 0);
        let step = step.ok_or_else(|| n.unsupported(format!("step {}", steps[k])))?;
        let end =
            |v: i64| (if v < 0 { v.saturating_add(length) } else { v }).clamp(0, length) as isize;
        let (first, last) = (end(starts[k]), end(ends[k]));
        let range = Slice::new(first, Some(last.max(first)), step);
        data = match &data.data {
            Data::Float(a) => Const::float(a.slice_axis(Axis(axis), range).into_owned()),
            Data::Int(a) => Const::int(data.dtype, a.slice_axis(Axis(axis), range).into_owned()),
        };
    }
    b.set(n, Value::Const(data));
    Ok(())
}

/// Joins constants along any axis.
pub(crate) fn concat(b: &mut Builder, n: &NodeView, parts: &[Const], axis: i64) -> Done {
    let first = parts.first().ok_or_else(|| n.fault("no operands"))?;
    let axis = Axis(n.axis(axis, first.dims().len())?);
    let total: usize = parts.iter().map(Const::len).sum();
    if parts.iter().any(|p| p.dims().len() != first.dims().len()) || total > MAX_ELEMENTS {
        return Err(n.fault("operands differ in rank or are too large"));
    }
    b.budget.make(total)?;
    let wrong = |_| n.fault("operands differ in shape");
    let value = if first.dtype == Dtype::Float {
        let arrays: Vec<_> = parts.iter().map(Const::to_float).collect();
        let views: Vec<_> = arrays.iter().map(|a| a.view()).collect();
        Const::float(ndarray::concatenate(axis, &views).map_err(wrong)?)
    } else {
        let mut views = Vec::new();
        for p in parts {
            match &p.data {
                Data::Int(a) => views.push(a.view()),
                Data::Float(_) => return Err(n.fault("operands differ in type")),
            }
        }
        Const::int(
            first.dtype,
            ndarray::concatenate(axis, &views).map_err(wrong)?,
        )
    };
    b.set(n, Value::Const(value));
    Ok(())
}

/// Element by element with broadcasting. `int` returns `None` on overflow or division by zero.
pub(crate) fn binary(
    b: &mut Builder,
    n: &NodeView,
    x: &Const,
    y: &Const,
    float: fn(f32, f32) -> f32,
    int: fn(i64, i64) -> Option<i64>,
) -> Done {
    let dims = broadcast(x.dims(), y.dims()).filter(|d| elements(d).is_some());
    let dims = dims.ok_or_else(|| {
        n.fault(format!(
            "shapes {:?} and {:?} do not broadcast",
            x.dims(),
            y.dims()
        ))
    })?;
    b.budget.make(elements(&dims).unwrap_or(usize::MAX))?;
    let dims = IxDyn(&dims);
    let lost = || n.fault("shapes do not broadcast");
    let value = match (&x.data, &y.data) {
        (Data::Int(p), Data::Int(q)) => {
            let p = p.broadcast(dims.clone()).ok_or_else(lost)?;
            let q = q.broadcast(dims.clone()).ok_or_else(lost)?;
            let values: Option<Vec<i64>> =
                p.iter().zip(q.iter()).map(|(&p, &q)| int(p, q)).collect();
            let values = values.ok_or_else(|| n.fault("integer overflow or division by zero"))?;
            Const::int(
                x.dtype,
                ArrayD::from_shape_vec(dims, values).map_err(|_| lost())?,
            )
        }
        _ => {
            let (p, q) = (x.to_float(), y.to_float());
            let p = p.broadcast(dims.clone()).ok_or_else(lost)?;
            let q = q.broadcast(dims.clone()).ok_or_else(lost)?;
            let values = p.iter().zip(q.iter()).map(|(&p, &q)| float(p, q)).collect();
            Const::float(ArrayD::from_shape_vec(dims, values).map_err(|_| lost())?)
        }
    };
    b.set(n, Value::Const(value));
    Ok(())
}

fn broadcast(x: &[usize], y: &[usize]) -> Option<Vec<usize>> {
    let rank = x.len().max(y.len());
    let at = |d: &[usize], i: usize| {
        if i + d.len() < rank {
            1
        } else {
            d[i + d.len() - rank]
        }
    };
    (0..rank)
        .map(|i| match (at(x, i), at(y, i)) {
            (a, b) if a == b => Some(a),
            (1, b) => Some(b),
            (a, 1) => Some(a),
            _ => None,
        })
        .collect()
}

/// Axes of a constant permuted; `perm` is a permutation of its axes.
pub(crate) fn transposed(c: &Const, perm: &[usize]) -> Const {
    match &c.data {
        Data::Float(a) => Const::float(
            a.view()
                .permuted_axes(IxDyn(perm))
                .as_standard_layout()
                .into_owned(),
        ),
        Data::Int(a) => Const::int(
            c.dtype,
            a.view()
                .permuted_axes(IxDyn(perm))
                .as_standard_layout()
                .into_owned(),
        ),
    }
}

/// A constant or activation under new dimensions of the same product.
pub(crate) fn redimension(n: &NodeView, value: &Value, dims: Vec<usize>) -> Result<Value, Fault> {
    match value {
        Value::Const(c) => c.reshaped(&dims).map(Value::Const).ok_or_else(|| {
            n.wrong_shape(
                "operand",
                format!("as many values as {dims:?}"),
                format!("{:?}", c.dims()),
            )
        }),
        Value::Act(a) => Ok(Value::Act(Act {
            layer: a.layer,
            dims,
        })),
        _ => Err(n.unsupported("operand is quantised: expected DequantizeLinear before it")),
    }
}
