//! Value-by-value functions.

use super::super::error::Fault;
use super::build::{Builder, Value};
use super::node::NodeView;
use crate::op::{Clip, Identity, LeakyRelu, Op};

type Done = Result<(), Fault>;

pub(crate) fn leaky_relu(b: &mut Builder, n: &NodeView) -> Done {
    let alpha = n.finite("alpha", 0.01)?;
    // The layer is max(x, alpha x), which is the ONNX function only for a slope below 1.
    if alpha > 1.0 {
        return Err(n.unsupported(format!("alpha {alpha} above 1")));
    }
    b.unary(n, Op::of(LeakyRelu(alpha)))
}

/// Limits as attributes (before operator set 11) or as operands.
pub(crate) fn clip(b: &mut Builder, n: &NodeView) -> Done {
    let limit = |b: &Builder, i: usize, name: &str, default: f32| -> Result<f32, Fault> {
        match b.optional(n, i)? {
            None => Ok(n.float(name, default)),
            Some(c) => {
                let first = c.to_float().iter().next().copied();
                first.ok_or_else(|| n.fault(format!("{name} is empty")))
            }
        }
    };
    let lo = limit(b, 1, "min", f32::MIN)?;
    let hi = limit(b, 2, "max", f32::MAX)?;
    if lo.is_nan() || hi.is_nan() || lo > hi {
        return Err(n.fault(format!("limits {lo} and {hi} are not in order")));
    }
    b.unary(n, Op::of(Clip { lo, hi }))
}

pub(crate) fn identity(b: &mut Builder, n: &NodeView) -> Done {
    match b.value(n, 0)? {
        Value::Act(_) => b.unary(n, Op::of(Identity)),
        other => {
            let other = other.clone();
            b.set(n, other);
            Ok(())
        }
    }
}

/// Does nothing at inference.
pub(crate) fn dropout(b: &mut Builder, n: &NodeView) -> Done {
    if let Some(mode) = b.optional(n, 2)?
        && mode.to_float().iter().any(|&v| v != 0.0)
    {
        b.warn(n, "training mode is ignored, values pass unchanged");
    }
    identity(b, n)
}
