//! Post-training quantisation: per output channel weights, per tensor inputs calibrated on real data.

use super::{QuantLayer, QuantNetwork};
use crate::exec::{ExecError, float, int::code_range};
use crate::layer::{Op, Tensor};
use crate::network::{LayerId, Network};
use ndarray::{Array1, Array2, Axis};
use std::collections::BTreeMap;

/// Widths of the integer formats.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct QuantSpec {
    /// Bits of a weight, sign included (2..=16).
    pub weight_bits: u32,
    /// Bits of an input code (1..=16).
    pub input_bits: u32,
}

/// Why a network cannot be quantised.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum QuantError {
    /// A weight or bias is NaN or infinite.
    #[error("layer `{layer}` has a weight or bias that is not a finite number")]
    NotFinite {
        /// Layer.
        layer: String,
    },
    /// No image to calibrate on.
    #[error("calibration needs at least one image")]
    NoImages,
    /// An image does not fit.
    #[error(transparent)]
    Exec(#[from] ExecError),
}

/// Quantises every compute layer of `net` (batch norm folded). Inputs are scaled so that the largest value seen on
/// the calibration images takes the largest code; they are signed if any value seen is negative. A layer fed by a
/// quantiser of the network itself (QDQ, zero point 0) keeps that quantiser's scale; other zero points are
/// calibrated like any input.
///
/// # Errors
/// [`QuantError`] on values that are not finite, missing images or images of another shape.
pub fn quantise(
    net: &Network,
    calibration: &[Tensor],
    spec: QuantSpec,
) -> Result<QuantNetwork, QuantError> {
    if calibration.is_empty() {
        return Err(QuantError::NoImages);
    }
    let ranges = input_ranges(net, calibration)?;
    let mut layers = BTreeMap::new();
    for id in net.compute_layers() {
        layers.insert(id, layer(net, id, ranges[net.inputs(id)[0].0], spec)?);
    }
    Ok(QuantNetwork {
        network: net.clone(),
        weight_bits: spec.weight_bits,
        input_bits: spec.input_bits,
        layers,
    })
}

/// Smallest and largest value of every layer over the images.
fn input_ranges(net: &Network, images: &[Tensor]) -> Result<Vec<(f32, f32)>, QuantError> {
    let mut ranges = vec![(0.0f32, 0.0f32); net.len()];
    for image in images {
        float::run_seen(net, image, |id, v| {
            let r = &mut ranges[id.0];
            for &x in v {
                *r = (r.0.min(x), r.1.max(x));
            }
        })?;
    }
    Ok(ranges)
}

fn layer(
    net: &Network,
    id: LayerId,
    range: (f32, f32),
    spec: QuantSpec,
) -> Result<QuantLayer, QuantError> {
    let node = net.layer(id);
    let (weight, bias, groups) = match &node.op {
        Op::Conv(c) => (c.weight.values(), c.bias.as_ref(), c.groups),
        Op::Gemm(g) => (g.weight.values(), g.bias.as_ref(), 1),
        _ => unreachable!("only compute layers are quantised"),
    };
    let q = weight.shape()[0];
    let rows = weight
        .view()
        .into_shape_with_order((q, weight.len() / q))
        .expect("weights are contiguous");
    let bias = bias.cloned().unwrap_or_else(|| Array1::zeros(q));
    if rows.iter().chain(&bias).any(|v| !v.is_finite()) {
        return Err(QuantError::NotFinite {
            layer: node.name.clone(),
        });
    }
    let top = ((1i32 << (spec.weight_bits - 1)) - 1) as f32;
    let weight_scale: Array1<f32> = rows
        .axis_iter(Axis(0))
        .map(|r| step(r.iter().fold(0.0f32, |m, v| m.max(v.abs())), top))
        .collect();
    let weights = Array2::from_shape_fn(rows.dim(), |(o, k)| {
        (rows[[o, k]] / weight_scale[o])
            .round_ties_even()
            .clamp(-top, top) as i32
    });
    let (input_scale, input_signed) = own_quantiser(net, id).unwrap_or_else(|| {
        let signed = range.0 < 0.0;
        let (_, hi) = code_range(spec.input_bits, signed);
        // One bit of signed input has the codes -1 and 0; the negative end then sets the scale.
        (step(range.1.max(-range.0), hi.max(1) as f32), signed)
    });
    Ok(QuantLayer {
        weights,
        weight_scale,
        input_scale,
        input_signed,
        bias,
        groups,
    })
}

/// Real value of one code; 1 for a tensor of zeros, where any step is right.
fn step(largest: f32, top: f32) -> f32 {
    let step = largest / top;
    if step > 0.0 && step.is_normal() {
        step
    } else {
        1.0
    }
}

fn own_quantiser(net: &Network, id: LayerId) -> Option<(f32, bool)> {
    match &net.layer(net.inputs(id)[0]).op {
        Op::FakeQuant {
            scale, zero, lo, ..
        } if scale.len() == 1 && zero[0] == 0.0 => Some((scale[0], *lo < 0.0)),
        _ => None,
    }
}
