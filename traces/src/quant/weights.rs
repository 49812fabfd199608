//! Rules that turn the weights of a layer into integers, one output channel at a time.

use super::grid::{step, step_of};
use ndarray::{Array1, Array2, ArrayView1, ArrayView2, Axis};
use std::fmt;
use std::ops::RangeInclusive;

/// How real weights become integers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WeightRule {
    /// Rounded to `-(2^(b-1)-1) ..= 2^(b-1)-1`, the largest magnitude of a channel taking the last value.
    Integer,
    /// -1 or 1 by sign (0 counts as positive), scale = mean magnitude of the channel (XNOR-Net, Rastegari et al. 2016).
    Binary,
    /// -1, 0 or 1: 0 up to 0.7 x the mean magnitude of the channel, scale = mean magnitude of what is beyond (ternary
    /// weight networks, Li and Liu 2016).
    Ternary,
}

impl fmt::Display for WeightRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            WeightRule::Integer => "integer",
            WeightRule::Binary => "binary",
            WeightRule::Ternary => "ternary",
        })
    }
}

impl WeightRule {
    /// The rule a width stands for where nothing else is said: one bit is binary.
    pub fn of_bits(weight_bits: u32) -> WeightRule {
        if weight_bits == 1 {
            WeightRule::Binary
        } else {
            WeightRule::Integer
        }
    }

    /// Widths the rule is defined for.
    pub fn widths(self) -> RangeInclusive<u32> {
        match self {
            WeightRule::Integer => 2..=16,
            WeightRule::Binary => 1..=1,
            WeightRule::Ternary => 2..=2,
        }
    }

    /// Integers of finite `weights` (outputs x rows) and the real value of one step per output. With `own_grid` an
    /// output whose weights are whole multiples of a step keeps that step.
    pub(super) fn apply(
        self,
        weights: ArrayView2<'_, f32>,
        bits: u32,
        own_grid: bool,
    ) -> (Array2<i32>, Array1<f32>) {
        let channels = || weights.axis_iter(Axis(0));
        match self {
            WeightRule::Integer => {
                let top = ((1i32 << (bits - 1)) - 1) as f32;
                let largest = |r: ArrayView1<'_, f32>| r.iter().fold(0.0f32, |m, v| m.max(v.abs()));
                let own = |r| own_grid.then(|| step_of(r, top as u32)).flatten();
                let scale: Array1<f32> = channels()
                    .map(|r| own(r).unwrap_or_else(|| step(largest(r), top)))
                    .collect();
                let codes = Array2::from_shape_fn(weights.dim(), |(o, k)| {
                    (weights[[o, k]] / scale[o])
                        .round_ties_even()
                        .clamp(-top, top) as i32
                });
                (codes, scale)
            }
            WeightRule::Binary => {
                let scale = channels().map(|r| step(mean(r.iter().copied()), 1.0));
                (
                    weights.mapv(|v| if v < 0.0 { -1 } else { 1 }),
                    scale.collect(),
                )
            }
            WeightRule::Ternary => {
                let border: Array1<f32> =
                    channels().map(|r| 0.7 * mean(r.iter().copied())).collect();
                let codes = Array2::from_shape_fn(weights.dim(), |(o, k)| {
                    let v = weights[[o, k]];
                    if v.abs() > border[o] {
                        v.signum() as i32
                    } else {
                        0
                    }
                });
                let beyond = |(o, r): (usize, ArrayView1<'_, f32>)| {
                    step(mean(r.iter().copied().filter(|v| v.abs() > border[o])), 1.0)
                };
                let scale = channels().enumerate().map(beyond).collect();
                (codes, scale)
            }
        }
    }
}

/// Mean magnitude; 0 of nothing.
fn mean(values: impl Iterator<Item = f32>) -> f32 {
    let (mut sum, mut n) = (0.0f64, 0u64);
    for v in values {
        sum += f64::from(v.abs());
        n += 1;
    }
    (sum / n.max(1) as f64) as f32
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::arr2;

    #[test]
    fn binary_and_ternary_weights_as_published() {
        let w = arr2(&[[0.5, -1.5, 0.0, 2.0], [-0.25, 0.25, -0.25, 0.25]]);
        let (codes, scale) = WeightRule::Binary.apply(w.view(), 1, false);
        assert_eq!(codes, arr2(&[[1, -1, 1, 1], [-1, 1, -1, 1]]));
        assert_eq!(scale.to_vec(), [1.0, 0.25]);
        // Mean magnitude 1, border 0.7: two weights beyond, of mean magnitude 1.75.
        let (codes, scale) = WeightRule::Ternary.apply(w.view(), 2, false);
        assert_eq!(codes, arr2(&[[0, -1, 0, 1], [-1, 1, -1, 1]]));
        assert_eq!(scale.to_vec(), [1.75, 0.25]);
    }
}
