//! Operators that merge several activations.

use super::super::error::Fault;
use super::build::Builder;
use super::node::NodeView;
use super::{affine, fold};
use crate::op::{Concat, Op};

/// Joins along the channels; constants are folded along any axis.
pub(crate) fn concat(b: &mut Builder, n: &NodeView) -> Result<(), Fault> {
    let axis = n.int("axis", 1);
    if let Some(parts) = b.all_constant(n) {
        return fold::concat(b, n, &parts, axis);
    }
    let mut inputs = Vec::new();
    let mut dims: Vec<usize> = Vec::new();
    for i in 0..n.proto.input.len() {
        let act = b.act(n, i)?;
        if n.axis(axis, act.dims.len())? != 1 {
            return Err(n.unsupported(format!("axis {axis}: only channels")));
        }
        if i == 0 {
            dims.clone_from(&act.dims);
        } else {
            let agrees = |k: usize| k == 1 || dims[k] == act.dims[k];
            if dims.len() != act.dims.len() || !(0..dims.len()).all(agrees) {
                return Err(n.wrong_shape(
                    format!("operand {i}"),
                    format!("{dims:?} but for axis 1"),
                    format!("{:?}", act.dims),
                ));
            }
            dims[1] += act.dims[1];
        }
        inputs.push(b.settled(n, &act)?);
    }
    if inputs.is_empty() {
        return Err(n.fault("no operands"));
    }
    let layer = b.emit(n, Op::of(Concat), &inputs)?;
    b.set_act(n, layer, dims);
    Ok(())
}

/// Sum of any number of operands.
pub(crate) fn sum(b: &mut Builder, n: &NodeView) -> Result<(), Fault> {
    match n.proto.input.len() {
        0 => Err(n.fault("no operands")),
        1 => super::act::identity(b, n),
        2 => affine::add(b, n),
        _ => affine::sum_activations(b, n),
    }
}
