//! Float reference: 32-bit arithmetic, layers as declared.

use super::walk::{ExecError, walk};
use crate::net::{LayerId, Network};
use crate::shape::Tensor;
use std::collections::BTreeMap;

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
        |id, x| net.layer(id).op.value(&[x], input, net.layer(id).shape),
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

/// Inputs of the chosen layers (the first input of a layer with several), for calibration and refitting.
///
/// # Errors
/// As [`run`].
pub fn record(
    net: &Network,
    input: &Tensor,
    layers: &[LayerId],
) -> Result<BTreeMap<LayerId, Tensor>, ExecError> {
    let mut users: BTreeMap<LayerId, Vec<LayerId>> = BTreeMap::new();
    for &layer in layers {
        if let Some(&source) = net.inputs(layer).first() {
            users.entry(source).or_default().push(layer);
        }
    }
    let mut seen = BTreeMap::new();
    run_seen(net, input, |id, value| {
        for &user in users.get(&id).into_iter().flatten() {
            seen.insert(user, value.clone());
        }
    })?;
    Ok(seen)
}
