//! Operators that move or regroup values without changing them.

use super::super::error::Fault;
use super::build::{Act, Builder, Value, layer_shape};
use super::constant::elements;
use super::fold::{redimension, transposed};
use super::node::NodeView;
use crate::layer::{Op, Shape};

type Done = Result<(), Fault>;

fn dims_of(b: &Builder, n: &NodeView) -> Result<(Value, Vec<usize>), Fault> {
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
        if known == 0 || count % known != 0 {
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
        Op::Flatten
    } else {
        Op::Reshape(shape)
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

pub(crate) fn transpose(b: &mut Builder, n: &NodeView) -> Done {
    let (value, dims) = dims_of(b, n)?;
    let perm = match n.ints("perm") {
        None => (0..dims.len()).rev().collect(),
        Some(p) => p
            .iter()
            .map(|&a| n.axis(a, dims.len()))
            .collect::<Result<Vec<_>, _>>()?,
    };
    let mut sorted = perm.clone();
    sorted.sort_unstable();
    if sorted != (0..dims.len()).collect::<Vec<_>>() {
        return Err(n.fault(format!(
            "perm {perm:?} is not a permutation of {} axes",
            dims.len()
        )));
    }
    let act = match value {
        Value::Act(act) => act,
        Value::Const(c) => {
            b.set(n, Value::Const(transposed(&c, &perm)));
            return Ok(());
        }
        _ => return Err(n.unsupported("operand is quantised: expected DequantizeLinear before it")),
    };
    let new: Vec<usize> = perm.iter().map(|&p| dims[p]).collect();
    if new.first() != Some(&1) {
        return Err(n.unsupported(format!("perm {perm:?} moves the batch")));
    }
    if let [1, c, h, w] = dims[..]
        && perm[0] == 0
    {
        // The plain case: exactly the layer's three axes.
        let input = b.settled(
            n,
            &Act {
                layer: act.layer,
                dims: vec![1, c, h, w],
            },
        )?;
        let layer = b.emit(
            n,
            Op::Transpose([perm[1] - 1, perm[2] - 1, perm[3] - 1]),
            &[input],
        )?;
        b.set_act(n, layer, new);
        return Ok(());
    }
    // Channels seen as groups x rest and turned, the image behind them untouched: ShuffleNet.
    if let [1, g, k, h, w] = dims[..]
        && perm == [0, 2, 1, 3, 4]
        && b.net.layer(act.layer).shape == Shape::new(g * k, h, w)
    {
        let layer = b.emit(n, Op::ChannelShuffle(g), &[act.layer])?;
        b.set_act(n, layer, new);
        return Ok(());
    }
    permute(b, n, &act, &dims, &perm, new)
}

/// Any other permutation, with runs of axes that stay together merged into one.
fn permute(
    b: &mut Builder,
    n: &NodeView,
    act: &Act,
    dims: &[usize],
    perm: &[usize],
    new: Vec<usize>,
) -> Done {
    let moved: Vec<usize> = perm.iter().copied().filter(|&a| dims[a] != 1).collect();
    // Runs of the result, each a list of consecutive source axes (ones between them do not count).
    let source: Vec<usize> = (0..dims.len()).filter(|&a| dims[a] != 1).collect();
    let place = |axis: usize| source.iter().position(|&s| s == axis);
    let mut runs: Vec<(usize, usize)> = Vec::new();
    for axis in moved {
        let at = place(axis).ok_or_else(|| n.fault("axes do not match"))?;
        match runs.last_mut() {
            Some((_, end)) if *end == at => *end += 1,
            _ => runs.push((at, at + 1)),
        }
    }
    if runs.len() <= 1 {
        b.set_act(n, act.layer, new);
        return Ok(());
    }
    if runs.len() > 3 {
        return Err(n.unsupported(format!(
            "perm {perm:?} of {dims:?}: more than three separate axes"
        )));
    }
    let mut ordered = runs.clone();
    ordered.sort_unstable();
    let mut sizes = [1; 3];
    for (size, &(from, to)) in sizes.iter_mut().zip(&ordered) {
        *size = source[from..to].iter().map(|&a| dims[a]).product();
    }
    let mut axes = [0, 1, 2];
    for (axis, run) in axes.iter_mut().zip(&runs) {
        *axis = ordered.iter().position(|r| r == run).unwrap_or(0);
    }
    let shape = Shape::new(sizes[0], sizes[1], sizes[2]);
    let input = if b.net.layer(act.layer).shape == shape {
        act.layer
    } else {
        b.emit_named(
            n,
            &format!("{}_reshape", n.name),
            Op::Reshape(shape),
            &[act.layer],
        )?
    };
    let layer = b.emit(n, Op::Transpose(axes), &[input])?;
    b.set_act(n, layer, new);
    Ok(())
}
