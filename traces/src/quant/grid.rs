//! Grids of codes: their range, and the step that weights are whole multiples of.

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

/// Lowest and highest input code.
pub fn code_range(bits: u32, signed: bool) -> (i32, i32) {
    if signed {
        (-(1 << (bits - 1)), (1 << (bits - 1)) - 1)
    } else {
        (0, ((1i64 << bits) - 1) as i32)
    }
}

/// Real value of one code; 1 for a tensor of zeros, where any step is right.
pub(super) fn step(largest: f32, top: f32) -> f32 {
    let step = largest / top;
    if step > 0.0 && step.is_normal() {
        step
    } else {
        1.0
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
