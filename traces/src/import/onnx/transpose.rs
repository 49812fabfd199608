//! Permutation of axes.

use super::super::error::Fault;
use super::build::{Act, Builder, Value};
use super::fold::transposed;
use super::node::NodeView;
use super::reshape::dims_of;
use crate::op::{ChannelShuffle, Op, Reshape, Transpose};
use crate::shape::Shape;

type Done = Result<(), Fault>;

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
            b.budget.make(c.len())?;
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
            Op::of(Transpose([perm[1] - 1, perm[2] - 1, perm[3] - 1])),
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
        let layer = b.emit(n, Op::of(ChannelShuffle(g)), &[act.layer])?;
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
            Op::of(Reshape(shape)),
            &[act.layer],
        )?
    };
    let layer = b.emit(n, Op::of(Transpose(axes)), &[input])?;
    b.set_act(n, layer, new);
    Ok(())
}
