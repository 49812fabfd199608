//! Operators that give values new dimensions without moving them: Reshape, Flatten, Squeeze, Unsqueeze.

use super::super::error::Fault;
use super::build::{Builder, Value, layer_shape};
use super::constant::elements;
use super::fold::redimension;
use super::node::NodeView;
use crate::op::{Flatten, Op, Reshape};

type Done = Result<(), Fault>;

/// Operand 0 and its dimensions.
pub(crate) fn dims_of(b: &Builder, n: &NodeView) -> Result<(Value, Vec<usize>), Fault> {
    match b.value(n, 0)?.clone() {
        Value::Const(c) => {
            let dims = c.dims().to_vec();
            Ok((Value::Const(c), dims))
        }
        Value::Act(a) => {
            let dims = a.dims.clone();
            Ok((Value::Act(a), dims))
        }
        _ => Err(n.unsupported("operand is quantised: expected DequantizeLinear before it")),
    }
}

pub(crate) fn flatten(b: &mut Builder, n: &NodeView) -> Done {
    let (value, dims) = dims_of(b, n)?;
    let axis = n.int("axis", 1);
    // Flatten, alone among the operators, also accepts axis = rank.
    let axis = if axis == dims.len() as i64 {
        dims.len()
    } else {
        n.axis(axis, dims.len())?
    };
    let new = vec![dims[..axis].iter().product(), dims[axis..].iter().product()];
    regroup(b, n, value, new)
}

pub(crate) fn reshape(b: &mut Builder, n: &NodeView) -> Done {
    let (value, dims) = dims_of(b, n)?;
    let target = b
        .ints(n, "shape", 1)?
        .ok_or_else(|| n.fault("shape is missing"))?;
    let count: usize = dims.iter().product();
    let mut resolved = resolve(n, &dims, count, &target);
    // A batch written into the file as a number is taken as 1, here too.
    if resolved.is_err()
        && matches!(value, Value::Act(_))
        && target
            .first()
            .is_some_and(|&t| b.batch.is_some_and(|batch| t == batch as i64))
    {
        let mut target = target.clone();
        target[0] = 1;
        resolved = resolve(n, &dims, count, &target);
    }
    let resolved = resolved?;
    regroup(b, n, value, resolved)
}

/// Target dimensions with 0 (copy) and -1 (the rest) replaced.
fn resolve(
    n: &NodeView,
    dims: &[usize],
    count: usize,
    target: &[i64],
) -> Result<Vec<usize>, Fault> {
    let wrong = || {
        n.wrong_shape(
            "operand",
            format!("as many values as {target:?}"),
            format!("{dims:?}"),
        )
    };
    let mut out = Vec::with_capacity(target.len());
    let mut rest = None;
    for (i, &t) in target.iter().enumerate() {
        out.push(match t {
            0 if n.int("allowzero", 0) == 0 => *dims.get(i).ok_or_else(wrong)?,
            -1 if rest.is_none() => {
                rest = Some(i);
                1
            }
            t => usize::try_from(t).map_err(|_| wrong())?,
        });
    }
    let known = elements(&out).ok_or_else(wrong)?;
    if let Some(i) = rest {
        if known == 0 || !count.is_multiple_of(known) {
            return Err(wrong());
        }
        out[i] = count / known;
    }
    if elements(&out) != Some(count) || out.len() > 8 {
        return Err(wrong());
    }
    Ok(out)
}

/// Gives a value new dimensions. On an activation the batch must stay alone in front; a layer is
/// added if the layer shape changes and can be expressed (up to three axes), else it waits.
fn regroup(b: &mut Builder, n: &NodeView, value: Value, dims: Vec<usize>) -> Done {
    let act = match value {
        Value::Act(act) => act,
        constant => {
            if let Value::Const(c) = &constant {
                b.budget.make(c.len())?;
            }
            let value = redimension(n, &constant, dims)?;
            b.set(n, value);
            return Ok(());
        }
    };
    if dims.first() != Some(&1) {
        return Err(n.unsupported(format!(
            "{:?} to {dims:?} mixes the batch with other axes",
            act.dims
        )));
    }
    let shape = layer_shape(&dims);
    if dims.len() > 4 {
        b.set_act(n, act.layer, dims);
        return Ok(());
    }
    let op = if dims.len() == 2 {
        Op::of(Flatten)
    } else {
        Op::of(Reshape(shape))
    };
    // Both read values row-major, so a regrouping still waiting needs no layer of its own.
    let same = b.net.layer(act.layer).shape == shape;
    let layer = if same {
        act.layer
    } else {
        b.emit(n, op, &[act.layer])?
    };
    b.set_act(n, layer, dims);
    Ok(())
}

pub(crate) fn squeeze(b: &mut Builder, n: &NodeView) -> Done {
    let (value, dims) = dims_of(b, n)?;
    let axes = match b.ints(n, "axes", 1)? {
        Some(axes) => axes
            .iter()
            .map(|&a| n.axis(a, dims.len()))
            .collect::<Result<Vec<_>, _>>()?,
        // Without axes all ones go, but never the batch of an activation.
        None => {
            let first = usize::from(matches!(value, Value::Act(_)));
            (first..dims.len()).filter(|&i| dims[i] == 1).collect()
        }
    };
    if axes.iter().any(|&a| dims[a] != 1) {
        return Err(n.fault(format!("axes {axes:?} of {dims:?} are not all 1")));
    }
    let kept = (0..dims.len())
        .filter(|i| !axes.contains(i))
        .map(|i| dims[i])
        .collect();
    regroup(b, n, value, kept)
}

pub(crate) fn unsqueeze(b: &mut Builder, n: &NodeView) -> Done {
    let (value, dims) = dims_of(b, n)?;
    let axes = b
        .ints(n, "axes", 1)?
        .ok_or_else(|| n.fault("axes are missing"))?;
    let rank = dims.len() + axes.len();
    let mut axes = axes
        .iter()
        .map(|&a| n.axis(a, rank))
        .collect::<Result<Vec<_>, _>>()?;
    axes.sort_unstable();
    axes.dedup();
    if dims.len() + axes.len() != rank || rank > 8 {
        return Err(n.fault("axes are given twice, or too many"));
    }
    let mut new = dims;
    for a in axes {
        new.insert(a, 1);
    }
    regroup(b, n, value, new)
}
