//! Softmax and cross-entropy on the network's outputs, with label smoothing.

use super::ops::moves::place;
use super::real::Real;
use crosscut_traces::Shape;

/// Sum of losses and number of right answers.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Score {
    /// Sum of the images' losses.
    pub loss: f64,
    /// Images whose largest output is the right one (the first of equals).
    pub right: u64,
}

impl Score {
    /// Of both.
    pub fn join(self, other: Score) -> Score {
        Score {
            loss: self.loss + other.loss,
            right: self.right + other.right,
        }
    }
}

/// Loss of `n` images, target (1 - smoothing) for the label plus smoothing / classes for all. `gradient` gets the
/// gradient of `weight` times the sum of losses.
pub fn cross_entropy<T: Real>(
    outputs: &[T],
    n: usize,
    shape: Shape,
    labels: &[u16],
    smoothing: f64,
    mut gradient: Option<(&mut [T], f64)>,
) -> Score {
    let classes = shape.len();
    let rest = smoothing / classes as f64;
    let mut score = Score::default();
    for (i, &label) in labels.iter().enumerate().take(n) {
        let label = usize::from(label);
        let value = |e: usize| outputs[place(e, i, n, shape)].to();
        let mut best = 0;
        for e in 1..classes {
            if value(e) > value(best) {
                best = e;
            }
        }
        let top = value(best);
        let total: f64 = (0..classes).map(|e| (value(e) - top).exp()).sum();
        let log = total.ln() + top;
        for e in 0..classes {
            let target = rest + if e == label { 1.0 - smoothing } else { 0.0 };
            score.loss += target * (log - value(e));
            if let Some((gradient, weight)) = &mut gradient {
                let p = (value(e) - log).exp();
                gradient[place(e, i, n, shape)] = T::of(*weight * (p - target));
            }
        }
        score.right += u64::from(best == label);
    }
    score
}
