//! Float reference: 32-bit arithmetic, layers as declared.

use super::{ExecError, apply, walk};
use crate::layer::Tensor;
use crate::network::{LayerId, Network};

/// Output of the network.
///
/// # Errors
/// If the input does not have the declared shape.
pub fn run(net: &Network, input: &Tensor) -> Result<Tensor, ExecError> {
    run_seen(net, input, |_, _| {})
}

/// Output of the network; `seen` is shown the value of every layer in order.
///
/// # Errors
/// As [`run`].
pub fn run_seen(
    net: &Network,
    input: &Tensor,
    seen: impl FnMut(LayerId, &Tensor),
) -> Result<Tensor, ExecError> {
    walk(
        net,
        input,
        |id, x| apply(&net.layer(id).op, &[x], input, net.layer(id).shape),
        seen,
    )
}

/// Output of every layer, by layer index.
///
/// # Errors
/// As [`run`].
pub fn run_all(net: &Network, input: &Tensor) -> Result<Vec<Tensor>, ExecError> {
    let mut values = Vec::with_capacity(net.len());
    run_seen(net, input, |_, v| values.push(v.clone()))?;
    Ok(values)
}
