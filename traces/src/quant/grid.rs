//! Grids a network brings along (QDQ files): the scale of its own quantiser in front of a layer, and the step its weights
//! are whole multiples of. What such a network computes is kept exactly: no weight and no input is rounded a second time.

use crate::exec::int::code_range;
use crate::layer::{Op, PoolKind};
use crate::network::{LayerId, Network};
use ndarray::ArrayView1;

/// Codes of a layer's input: value = scale x (code - zero).
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct InputGrid {
    /// Real value of one code.
    pub scale: f32,
    /// Whether codes can be negative.
    pub signed: bool,
    /// Code of the value 0.
    pub zero: i32,
}

/// Grid of the network's own quantiser in front of a layer, if codes of `input_bits` can hold it.
///
/// A grid whose zero point is 0 keeps its sign. Any other is counted from its lowest code, which makes the codes
/// unsigned; the sum of weights times the zero point is then subtracted behind the accumulator.
pub(super) fn own_quantiser(net: &Network, id: LayerId, input_bits: u32) -> Option<InputGrid> {
    let mut at = net.inputs(id)[0];
    loop {
        match &net.layer(at).op {
            Op::FakeQuant {
                scale,
                zero,
                lo,
                hi,
            } => {
                let (signed, shift) = match zero[0] == 0.0 {
                    true => (*lo < 0.0, 0.0),
                    false => (false, *lo),
                };
                let (least, most) = code_range(input_bits, signed);
                let fits = *lo - shift >= least as f32 && *hi - shift <= most as f32;
                return (scale.len() == 1 && fits).then(|| InputGrid {
                    scale: scale[0],
                    signed,
                    zero: (zero[0] - shift) as i32,
                });
            }
            // Values pass through these unchanged, so they stay on the grid.
            Op::Flatten | Op::Reshape(_) | Op::Transpose(_) | Op::Identity => {}
            Op::ChannelShuffle(_) | Op::GlobalMaxPool => {}
            Op::Pool(p) if p.kind == PoolKind::Max => {}
            _ => return None,
        }
        at = net.inputs(at)[0];
    }
}

/// Distance from a whole number, in steps, that 32-bit products of code and scale stay below.
const TOLERANCE: f32 = 1e-4;

/// The largest step that every weight of an output is a whole multiple of, with multiples of at most `top`.
///
/// Files hold weights as code x scale in 32 bits (a batch norm folded into them scales a whole output), so the step is
/// found again from the values. A coarser step than the file's, where all its codes share a factor, gives the same
/// weights.
pub(super) fn step_of(weights: ArrayView1<'_, f32>, top: u32) -> Option<f32> {
    let largest = weights.iter().fold(0.0f32, |m, v| m.max(v.abs()));
    if largest == 0.0 || !(largest / top as f32).is_normal() {
        return None;
    }
    (1..=top).map(|code| largest / code as f32).find(|step| {
        weights.iter().all(|w| {
            let steps = w / step;
            (steps - steps.round()).abs() <= TOLERANCE
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::Array1;

    #[test]
    fn steps_are_found_again_and_other_values_have_none() {
        let scale = 0.003_721_4_f32;
        let of = |codes: &[i32]| {
            codes
                .iter()
                .map(|&q| q as f32 * scale)
                .collect::<Array1<f32>>()
        };
        let step = step_of(of(&[-127, 3, 0, 90, 14]).view(), 127).unwrap();
        assert!((step / scale - 1.0).abs() < 1e-6);
        // All even: a step twice as wide holds the same values.
        let step = step_of(of(&[-126, 4, 0, 90, 14]).view(), 127).unwrap();
        assert!((step / scale - 2.0).abs() < 1e-6);
        assert_eq!(step_of(of(&[-127, 3, 0, 90, 14]).view(), 7), None);
        let odd: Array1<f32> = (1..40).map(|i| (i as f32).sqrt()).collect();
        assert_eq!(step_of(odd.view(), 127), None);
        assert_eq!(step_of(Array1::zeros(3).view(), 127), None);
    }
}
