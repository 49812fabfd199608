//! Limits of a converter from the column sums it will see.
//!
//! A converter of b bits has 2^b codes. Its range is a *window*: the first code and the step, both so that every code is
//! a multiple of the step, a power of two in units of column sum (shift-and-add then stays exact). A first code other
//! than 0 is an offset subtracted before the converter.

use crate::func::adc::codes::nearest;
use crate::func::adc::histogram::Histogram;
use crosscut_arch::{RangeCalibration, RangeRule};

/// What a window does to the sums of a histogram.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Window {
    /// Column sum of the first code.
    pub lowest: i64,
    /// Column sum per code.
    pub step: i64,
    /// Codes.
    pub codes: i64,
    /// Samples beyond either end: those that round to a code outside.
    pub clipped: u64,
    /// Sum of squared errors of all samples, rounding and clipping together.
    pub squared_error: f64,
}

impl Window {
    /// Column sum of the last code.
    pub fn highest(&self) -> i64 {
        self.lowest + self.step * (self.codes - 1)
    }
}

/// Prefix sums over the values of a histogram.
struct Sums {
    values: Vec<i64>,
    /// Counts, counts x value and counts x value^2 of all values before an index.
    n: Vec<f64>,
    first: Vec<f64>,
    second: Vec<f64>,
}

fn prefix(of: impl Iterator<Item = f64>) -> Vec<f64> {
    let mut sum = 0.0;
    std::iter::once(0.0)
        .chain(of.map(|v| {
            sum += v;
            sum
        }))
        .collect()
}

impl Sums {
    fn new(h: &Histogram) -> Sums {
        let entries: Vec<(i64, u64)> = h.iter().collect();
        let of = |power: i32| {
            let term = |&(v, n): &(i64, u64)| n as f64 * (v as f64).powi(power);
            prefix(entries.iter().map(term))
        };
        Sums {
            n: of(0),
            first: of(1),
            second: of(2),
            values: entries.iter().map(|e| e.0).collect(),
        }
    }

    /// Sum of squared distances from `to` of the values with indices in a range.
    fn distance(&self, range: std::ops::Range<usize>, to: f64) -> f64 {
        let part = |sums: &[f64]| sums[range.end] - sums[range.start];
        part(&self.second) - 2.0 * to * part(&self.first) + to * to * part(&self.n)
    }

    /// Indices of the values that round to the codes of a window.
    fn inside(&self, lowest: i64, step: i64, codes: i64) -> std::ops::Range<usize> {
        let first = lowest / step;
        let at = |code: i64| self.values.partition_point(|&v| nearest(v, step) < code);
        at(first)..at(first + codes)
    }
}

/// Sum of squared rounding errors of all values before each index.
fn rounding(h: &Histogram, step: i64) -> Vec<f64> {
    prefix(h.iter().map(|(v, n)| {
        let error = nearest(v, step) * step - v;
        n as f64 * (error as f64).powi(2)
    }))
}

/// Every window of a step that could be the best, with what it does.
fn windows(h: &Histogram, sums: &Sums, step: i64, codes: i64) -> Vec<Window> {
    let rounding = rounding(h, step);
    let (least, most) = (sums.values[0], *sums.values.last().expect("not empty"));
    // From the first code at the smallest value to the last code at the largest; at 0 too, which needs no offset.
    let (from, to) = (nearest(least, step), nearest(most, step) - codes + 1);
    let mut starts: Vec<i64> = (from.min(to)..=to.max(from)).collect();
    if least >= 0 {
        starts.push(0);
    }
    let window = |code: i64| {
        let lowest = code * step;
        let inside = sums.inside(lowest, step, codes);
        let highest = lowest + step * (codes - 1);
        let (below, above) = (0..inside.start, inside.end..sums.values.len());
        let clipped = sums.n[below.end] + sums.n[above.end] - sums.n[above.start];
        Window {
            lowest,
            step,
            codes,
            clipped: clipped.round() as u64,
            squared_error: sums.distance(below, lowest as f64)
                + sums.distance(above, highest as f64)
                + (rounding[inside.end] - rounding[inside.start]),
        }
    };
    starts.into_iter().map(window).collect()
}

/// The window that a rule chooses for a converter of `bits`; `None` if nothing was counted. Among equals the one nearest
/// to 0 is taken if no sum is negative, else the one with the same room beyond either end.
pub fn choose(h: &Histogram, bits: u32, rule: RangeCalibration) -> Option<Window> {
    if h.is_empty() {
        return None;
    }
    let (sums, codes) = (Sums::new(h), 1i64 << bits);
    let span = sums.values[sums.values.len() - 1] - sums.values[0];
    let (least, most) = (sums.values[0], sums.values[sums.values.len() - 1]);
    // Sums of one sign need no offset; others get the same room beyond either end.
    let off = |w: &Window| {
        if least >= 0 {
            w.lowest.abs()
        } else {
            (w.lowest + w.highest() - least - most).abs()
        }
    };
    let mut best: Option<Window> = None;
    let mut step = 1;
    loop {
        let all = windows(h, &sums, step, codes);
        match rule.rule {
            RangeRule::LeastError => {
                for w in all {
                    let better = best
                        .is_none_or(|b| (w.squared_error, off(&w)) < (b.squared_error, off(&b)));
                    best = if better { Some(w) } else { best };
                }
            }
            RangeRule::Percentile => {
                let allowed = (1.0 - rule.percentile / 100.0) * h.total() as f64;
                let fits = all
                    .into_iter()
                    .filter(|w| w.clipped as f64 <= allowed + 1e-9);
                let chosen = fits.min_by_key(|w| (w.clipped, off(w)));
                if chosen.is_some() {
                    return chosen;
                }
            }
        }
        // The last step tried covers every value.
        if span < step * (codes - 1).max(1) || step > span.max(1) * 2 {
            break;
        }
        step *= 2;
    }
    best.or_else(|| {
        windows(h, &sums, step, codes)
            .into_iter()
            .min_by_key(|w| w.clipped)
    })
}

/// What a given window does to the sums of a histogram.
pub fn effect(h: &Histogram, lowest: i64, step: i64, codes: i64) -> Window {
    let mut w = Window {
        lowest,
        step,
        codes,
        clipped: 0,
        squared_error: 0.0,
    };
    for (v, n) in h.iter() {
        let code = nearest(v, step);
        let nearest_code = code.clamp(lowest / step, lowest / step + codes - 1);
        w.clipped += if nearest_code == code { 0 } else { n };
        w.squared_error += n as f64 * ((nearest_code * step - v) as f64).powi(2);
    }
    w
}

#[cfg(test)]
mod tests {
    use super::*;
    use crosscut_traces::random::Key;

    const LEAST: RangeCalibration = RangeCalibration {
        rule: RangeRule::LeastError,
        percentile: 99.99,
    };

    fn share(percentile: f64) -> RangeCalibration {
        RangeCalibration {
            rule: RangeRule::Percentile,
            percentile,
        }
    }

    fn drawn(seed: u64, spread: u64, shift: i64) -> Histogram {
        let mut h = Histogram::default();
        for i in 0..300 {
            let v = (0..4)
                .map(|k| (Key::new(seed).bits(4 * i + k) % spread) as i64)
                .sum::<i64>();
            h.add(v + shift, 1 + Key::new(seed).bits(i) % 5);
        }
        h
    }

    #[test]
    fn least_error_is_what_trying_every_window_finds() {
        for (seed, spread, shift, bits) in [
            (1, 40, 0, 4),
            (2, 90, -150, 5),
            (3, 30, 200, 3),
            (4, 9, 0, 6),
        ] {
            let h = drawn(seed, spread, shift);
            let chosen = choose(&h, bits, LEAST).unwrap();
            let codes = 1i64 << bits;
            let mut least = f64::INFINITY;
            for step in [1i64, 2, 4, 8, 16, 32, 64] {
                for code in -400..400 {
                    least = least.min(effect(&h, code * step, step, codes).squared_error);
                }
            }
            let again = effect(&h, chosen.lowest, chosen.step, codes);
            assert_eq!(again.squared_error.round(), least.round(), "{chosen:?}");
            assert_eq!(chosen.clipped, again.clipped);
            assert!((chosen.squared_error - least).abs() < 1e-6 * least.max(1.0));
        }
    }

    #[test]
    fn percentile_takes_the_smallest_step_that_keeps_the_share() {
        // 990 samples from 0 to 14, 10 at 100: 16 codes of step 1 clip 1 %.
        let mut h = Histogram::default();
        (0..990).for_each(|i| h.add(i % 15, 1));
        h.add(100, 10);
        let w = choose(&h, 4, share(99.0)).unwrap();
        assert_eq!((w.lowest, w.step, w.clipped), (0, 1, 10));
        // All of them: 8 x 15 = 120 is the first last code beyond 100.
        let w = choose(&h, 4, share(100.0)).unwrap();
        assert_eq!((w.lowest, w.step, w.clipped), (0, 8, 0));
    }

    #[test]
    fn few_codes_and_few_values_have_a_window() {
        let mut h = Histogram::default();
        h.add(7, 3);
        for rule in [LEAST, share(100.0)] {
            let w = choose(&h, 1, rule).unwrap();
            assert_eq!((w.squared_error, w.clipped), (0.0, 0));
            assert!(w.lowest <= 7 && 7 <= w.highest());
        }
        assert_eq!(choose(&Histogram::default(), 4, LEAST), None);
        let (mut wide, rule) = (Histogram::default(), share(100.0));
        (-50..=50).for_each(|v| wide.add(v, 1));
        let w = choose(&wide, 1, rule).unwrap();
        assert_eq!(w.clipped, 0, "{w:?}");
    }
}
