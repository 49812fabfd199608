//! Post-training quantisation: per output channel weights, per tensor inputs calibrated on real data.

use super::error::QuantError;
use super::grid::{InputGrid, code_range, step};
use super::network::{QuantLayer, QuantNetwork};
use super::own::own_quantiser;
use super::weights::WeightRule;
use crate::exec::float;
use crate::net::{LayerId, Network};
use crate::op::Product;
use crate::random::Key;
use crate::shape::Tensor;
use ndarray::Array1;
use rand_distr::{Distribution, StandardNormal};
use std::collections::BTreeMap;

/// Widths of the integer formats.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct QuantSpec {
    /// Bits of a weight, sign included (1..=16); one bit means binary weights.
    pub weight_bits: u32,
    /// Bits of an input code (1..=16).
    pub input_bits: u32,
}

/// How the range of a compute layer's input is taken from the calibration images.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Calibration {
    /// The largest magnitude seen.
    Max,
    /// The magnitude that this share (0 to 1, for example 0.9999) of the values does not exceed, to 1/65,536 of the
    /// largest; rarer values saturate.
    Percentile(f64),
}

/// Quantises every compute layer of `net` (batch norm folded), calibrated on the largest value ([`Calibration::Max`]).
///
/// # Errors
/// As [`quantise_with`].
pub fn quantise(
    net: &Network,
    calibration: &[Tensor],
    spec: QuantSpec,
) -> Result<QuantNetwork, QuantError> {
    quantise_with(net, calibration, spec, Calibration::Max)
}

/// As [`quantise`] for networks without data (the zoo): calibrates on one image of standard normal values that are a
/// pure function of `seed`.
///
/// # Errors
/// As [`quantise_with`].
pub fn quantise_seeded(
    net: &Network,
    seed: u64,
    spec: QuantSpec,
) -> Result<QuantNetwork, QuantError> {
    let shape = net.layer(net.input()).shape;
    let draws = Key::new(seed).named("calibration image").rng();
    let values = StandardNormal.sample_iter(draws).take(shape.len());
    let image = Tensor::from_shape_vec((shape.c, shape.h, shape.w), values.collect())
        .expect("as many values as the shape has");
    quantise(net, &[image], spec)
}

/// Quantises every compute layer of `net` (batch norm folded). Weights are symmetric per output channel. Inputs are
/// scaled so that the calibrated range takes the largest code; they are signed if any value seen is negative.
///
/// A layer fed by a quantiser of the network itself (QDQ), directly or through layers that only move or select values,
/// keeps that quantiser's scale and zero point if its codes fit `input_bits`; its weights then keep their own step, one
/// per output, wherever whole multiples of one hold them. One input scale per channel and wider grids cannot be held by
/// these codes: such inputs are calibrated like any other.
///
/// # Errors
/// [`QuantError`] on widths out of range, values that are not finite, missing images or images of another shape.
pub fn quantise_with(
    net: &Network,
    images: &[Tensor],
    spec: QuantSpec,
    calibration: Calibration,
) -> Result<QuantNetwork, QuantError> {
    let rule = WeightRule::of_bits(spec.weight_bits);
    quantise_weights(net, images, spec, calibration, rule)
}

/// As [`quantise_with`], with another rule for weights than the one that follows from their width.
///
/// # Errors
/// As [`quantise_with`]; also if the width is not that of the rule.
pub fn quantise_weights(
    net: &Network,
    images: &[Tensor],
    spec: QuantSpec,
    calibration: Calibration,
    rule: WeightRule,
) -> Result<QuantNetwork, QuantError> {
    if !rule.widths().contains(&spec.weight_bits) || !(1..=16).contains(&spec.input_bits) {
        return Err(QuantError::Bits {
            weight: spec.weight_bits,
            input: spec.input_bits,
            rule,
        });
    }
    if images.is_empty() {
        return Err(QuantError::NoImages);
    }
    let mut ranges = input_ranges(net, images)?;
    if let Calibration::Percentile(share) = calibration {
        narrow(net, images, share, &mut ranges)?;
    }
    let mut layers = BTreeMap::new();
    for id in net.compute_layers() {
        layers.insert(id, layer(net, id, ranges[net.inputs(id)[0].0], spec, rule)?);
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

/// Bins of the histogram of magnitudes.
const BINS: usize = 1 << 16;

/// Limits the ranges of compute layers' inputs to the magnitude that `share` of the values does not exceed.
fn narrow(
    net: &Network,
    images: &[Tensor],
    share: f64,
    ranges: &mut [(f32, f32)],
) -> Result<(), QuantError> {
    if !(share > 0.0 && share <= 1.0) {
        return Err(QuantError::Percentile(share));
    }
    let mut histograms: BTreeMap<LayerId, Vec<u64>> = net
        .compute_layers()
        .into_iter()
        .map(|id| (net.inputs(id)[0], vec![0; BINS]))
        .collect();
    for image in images {
        float::run_seen(net, image, |id, v| {
            let Some(histogram) = histograms.get_mut(&id) else {
                return;
            };
            let top = ranges[id.0].1.max(-ranges[id.0].0);
            for &x in v {
                let bin = (f64::from(x.abs()) / f64::from(top) * BINS as f64).ceil();
                histogram[(bin as usize).saturating_sub(1).min(BINS - 1)] += 1;
            }
        })?;
    }
    for (id, histogram) in histograms {
        let wanted = share * histogram.iter().sum::<u64>() as f64;
        let mut below = 0;
        let bin = histogram.iter().position(|n| {
            below += n;
            below as f64 >= wanted
        });
        let range = &mut ranges[id.0];
        let top = f64::from(range.1.max(-range.0));
        let limit = (top * (bin.unwrap_or(BINS - 1) + 1) as f64 / BINS as f64) as f32;
        *range = (range.0.max(-limit), range.1.min(limit));
    }
    Ok(())
}

fn layer(
    net: &Network,
    id: LayerId,
    range: (f32, f32),
    spec: QuantSpec,
    rule: WeightRule,
) -> Result<QuantLayer, QuantError> {
    let node = net.layer(id);
    let product = node.op.operator().product();
    let Product {
        weight,
        bias,
        groups,
    } = product.expect("only compute layers are quantised");
    let weight = weight.values();
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
    let own = own_quantiser(net, id, spec.input_bits);
    let (weights, weight_scale) = rule.apply(rows, spec.weight_bits, own.is_some());
    let grid = own.unwrap_or_else(|| {
        let signed = range.0 < 0.0;
        let (_, hi) = code_range(spec.input_bits, signed);
        InputGrid {
            // One bit of signed input has the codes -1 and 0; the negative end then sets the scale.
            scale: step(range.1.max(-range.0), hi.max(1) as f32),
            signed,
            zero: 0,
        }
    });
    Ok(QuantLayer {
        weights,
        weight_scale,
        input_scale: grid.scale,
        input_signed: grid.signed,
        input_zero: grid.zero,
        bias,
        groups,
    })
}
