//! Axes of planes: linear or logarithmic, with round ticks or ticks at the values of an axis.

use super::super::axis;

/// Ratio of the ends from which on a scale is logarithmic.
const LOG_FROM: f64 = 30.0;

/// Most ticks at the values of an axis.
const MOST_TICKS: usize = 14;

/// One axis of a plane.
pub struct Scale {
    /// What it measures, with unit.
    pub title: String,
    log: bool,
    /// Ends as drawn.
    pub ends: [f64; 2],
    /// Where labels stand as drawn, and their texts.
    pub ticks: Vec<(f64, String)>,
}

impl Scale {
    /// Over figures.
    pub fn over(title: String, values: impl Iterator<Item = f64>) -> Scale {
        let (low, high) = ends(values);
        if low > 0.0 && high / low > LOG_FROM {
            return Scale::log(title, low, high);
        }
        let span = high - low;
        // An axis from zero, unless all values lie far from it.
        let zero = low >= 0.0 && (low < 0.6 * high || span == 0.0);
        let from = if zero { 0.0 } else { low };
        let steps = axis::ticks(high - from, false);
        let step = steps[1];
        let first = (from / step + 1e-9).floor() * step;
        let count = ((high - first) / step - 1e-9).ceil().max(1.0) as usize;
        let ticks: Vec<f64> = (0..=count).map(|i| first + i as f64 * step).collect();
        Scale {
            title,
            log: false,
            ends: [first, ticks[ticks.len() - 1]],
            ticks: ticks.into_iter().map(|t| (t, label(t))).collect(),
        }
    }

    /// Over positive figures, in decades however few there are.
    pub fn decades(title: String, values: impl Iterator<Item = f64>) -> Scale {
        let (low, high) = ends(values.filter(|&v| v > 0.0));
        if low > 0.0 {
            Scale::log(title, low, high)
        } else {
            Scale::over(title, [low, high].into_iter())
        }
    }

    fn log(title: String, low: f64, high: f64) -> Scale {
        let (from, to) = (low.log10().floor() as i32, high.log10().ceil() as i32);
        let factors: &[f64] = if to - from <= 3 {
            &[1.0, 2.0, 5.0]
        } else {
            &[1.0]
        };
        let every = ((to - from) / 8 + 1) as usize;
        let all = (from..=to)
            .step_by(every)
            .flat_map(|p| factors.iter().map(move |f| f * 10f64.powi(p)));
        let all: Vec<f64> = all.collect();
        let first = all.iter().rposition(|t| *t <= low * 1.000_001).unwrap_or(0);
        let last = all
            .iter()
            .position(|t| *t >= high * 0.999_999)
            .unwrap_or(all.len() - 1);
        let ticks: Vec<(f64, String)> = all[first..=last.max(first)]
            .iter()
            .map(|&t| (t.log10(), label(t)))
            .collect();
        let [begin, end] = [ticks[0].0, ticks[ticks.len() - 1].0];
        Scale {
            title,
            log: true,
            ends: [
                begin.min(low.log10()),
                end.max(high.log10()).max(begin + 0.1),
            ],
            ticks,
        }
    }

    /// Over the values of a swept axis: its own values are the ticks.
    pub fn levels(title: String, numbers: &[f64]) -> Scale {
        let (low, high) = ends(numbers.iter().copied());
        let log = low > 0.0 && high / low >= 6.0;
        let at = |x: f64| if log { x.log10() } else { x };
        let mut sorted = numbers.to_vec();
        sorted.sort_by(f64::total_cmp);
        let room = (at(high) - at(low)).max(1e-12);
        let mut ticks: Vec<(f64, String)> = Vec::new();
        for x in sorted {
            // Labels that would touch are left out.
            let far = ticks
                .last()
                .is_none_or(|(t, _)| at(x) - t >= room / MOST_TICKS as f64);
            if far {
                ticks.push((at(x), label(x)));
            }
        }
        let margin = 0.03 * room;
        Scale {
            title,
            log,
            ends: [at(low) - margin, at(high) + margin],
            ticks,
        }
    }

    /// Where a value is drawn; none where it cannot be, as it lies far beyond the ends.
    pub fn at(&self, value: f64) -> Option<f64> {
        let x = if self.log { value.log10() } else { value };
        let [low, high] = self.ends;
        let span = high - low;
        (low - span..=high + span).contains(&x).then_some(x)
    }
}

fn ends(values: impl Iterator<Item = f64>) -> (f64, f64) {
    let (low, high) = values
        .filter(|v| v.is_finite() && v.abs() < 1e30)
        .fold((f64::INFINITY, f64::NEG_INFINITY), |(l, h), v| {
            (l.min(v), h.max(v))
        });
    if low > high {
        return (0.0, 1.0);
    }
    // Ticks below the last digit of a float would never end.
    if high - low < 1e-9 * high.abs() {
        return (
            low - 0.5 * low.abs().max(1e-9),
            high + 0.5 * high.abs().max(1e-9),
        );
    }
    (low, high)
}

/// A number without digits that say nothing.
pub fn label(x: f64) -> String {
    let size = x.abs();
    if size != 0.0 && !(1e-3..1e7).contains(&size) {
        return format!("{x:e}");
    }
    let text = format!("{:.4}", x);
    let text = text.trim_end_matches('0').trim_end_matches('.');
    match text.parse::<i64>() {
        Ok(n) if n >= 10_000 => crate::format::count(n as u64),
        _ if text == "-0" => "0".to_string(),
        _ => text.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scales_cover_their_values_with_round_ticks() {
        for values in [
            vec![3.0, 97.0],
            vec![0.97, 0.99],
            vec![1e-3, 5e4],
            vec![7.0],
            vec![2.0, 80.0],
            vec![-3.0, 5.0],
        ] {
            let scale = Scale::over("x".to_string(), values.iter().copied());
            for v in &values {
                let at = scale.at(*v).expect("it can be drawn");
                assert!(
                    scale.ends[0] <= at + 1e-9 && at <= scale.ends[1] + 1e-9,
                    "{values:?} {:?}",
                    scale.ends
                );
            }
            assert!(
                (2..=20).contains(&scale.ticks.len()),
                "{values:?}: {:?}",
                scale.ticks
            );
        }
        assert_eq!(
            [0.25, 1500.0, 20000.0, 1e9, -0.0].map(label),
            ["0.25", "1500", "20,000", "1e9", "0"]
        );
    }
}
