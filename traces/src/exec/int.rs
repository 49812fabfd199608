//! Integer reference: compute layers multiply integer codes, everything else is float in a fixed order.

use super::walk::{ExecError, walk};
use crate::net::LayerId;
use crate::op::{Op, patches};
use crate::quant::{Accumulate, QuantNetwork};
use crate::shape::Tensor;
use ndarray::{Array2, Array3};
use std::collections::BTreeMap;

/// Output of the network with products taken by `acc`.
///
/// # Errors
/// If the input does not have the declared shape.
pub fn run(
    qnet: &QuantNetwork,
    input: &Tensor,
    acc: &mut dyn Accumulate,
) -> Result<Tensor, ExecError> {
    run_seen(qnet, input, acc, |_, _| {})
}

/// As [`run`]; `seen` is shown the value of every layer in order.
///
/// # Errors
/// As [`run`].
pub fn run_seen(
    qnet: &QuantNetwork,
    input: &Tensor,
    acc: &mut dyn Accumulate,
    seen: impl FnMut(LayerId, &Tensor),
) -> Result<Tensor, ExecError> {
    walk(
        &qnet.network,
        input,
        |id, x| compute(qnet, id, x, acc),
        seen,
    )
}

/// Output of every layer, by layer index.
///
/// # Errors
/// As [`run`].
pub fn run_all(
    qnet: &QuantNetwork,
    input: &Tensor,
    acc: &mut dyn Accumulate,
) -> Result<Vec<Tensor>, ExecError> {
    let mut values = Vec::with_capacity(qnet.network.len());
    run_seen(qnet, input, acc, |_, v| values.push(v.clone()))?;
    Ok(values)
}

/// As [`run`], with the number of input values of each compute layer that lay outside the calibrated range and
/// were limited to the lowest or highest code.
///
/// # Errors
/// As [`run`].
pub fn run_counting_saturation(
    qnet: &QuantNetwork,
    input: &Tensor,
    acc: &mut dyn Accumulate,
) -> Result<(Tensor, BTreeMap<LayerId, u64>), ExecError> {
    let mut saturated = BTreeMap::new();
    let out = walk(
        &qnet.network,
        input,
        |id, x| {
            saturated.insert(id, qnet.layers[&id].saturated(x, qnet.input_bits));
            compute(qnet, id, x, acc)
        },
        |_, _| {},
    )?;
    Ok((out, saturated))
}

fn compute(qnet: &QuantNetwork, id: LayerId, x: &Tensor, acc: &mut dyn Accumulate) -> Tensor {
    let q = &qnet.layers[&id];
    // Counted from the code of 0, so that padding is 0.
    let mut codes = q.codes(x, qnet.input_bits);
    if q.input_zero != 0 {
        codes -= q.input_zero;
    }
    let surplus: Vec<i64> = match q.input_zero {
        0 => Vec::new(),
        zero => (q.weights.rows().into_iter())
            .map(|r| i64::from(zero) * r.iter().map(|&w| i64::from(w)).sum::<i64>())
            .collect(),
    };
    let layer = qnet.network.layer(id);
    let shape = layer.shape;
    let mut out = Array3::zeros((shape.c, shape.h, shape.w));
    let (outputs, positions) = (shape.c / q.groups, shape.h * shape.w);
    let scales = q.weight_scale.iter();
    let steps: Vec<f64> = scales
        .map(|&w| f64::from(q.input_scale) * f64::from(w))
        .collect();
    for group in 0..q.groups {
        let mut rows = input_rows(&layer.op, &codes, group);
        if q.input_zero != 0 {
            rows += q.input_zero;
        }
        let sums = acc.accumulate(id, group, rows.view());
        let first = group * outputs;
        let values = out.as_slice_mut().expect("fresh arrays are contiguous");
        let values = &mut values[first * positions..][..outputs * positions];
        for (position, row) in sums.rows().into_iter().enumerate() {
            let channels = (first..).zip(values.iter_mut().skip(position).step_by(positions));
            for (&sum, (channel, value)) in row.iter().zip(channels) {
                let sum = sum - surplus.get(channel).unwrap_or(&0);
                *value = (sum as f64 * steps[channel] + f64::from(q.bias[channel])) as f32;
            }
        }
    }
    out
}

/// Rows that a compute layer multiplies: positions x K of one channel group.
pub fn input_rows(op: &Op, codes: &Array3<i32>, group: usize) -> Array2<i32> {
    match op {
        Op::Conv(c) => {
            let channels = codes.dim().0 / c.groups;
            patches(
                codes.view(),
                &c.window(),
                group * channels..(group + 1) * channels,
            )
        }
        _ => Array2::from_shape_vec((1, codes.len()), codes.iter().copied().collect())
            .expect("one row"),
    }
}
