//! A linear axis from zero with round ticks.

/// Ticks 0, step, 2 step, ... up to the end of the axis, which is not below `max`. Steps are 1, 2 or 5 times a power of
/// ten; `whole` keeps them at 1 or above.
pub fn ticks(max: f64, whole: bool) -> Vec<f64> {
    let least = if whole { 1.0 } else { f64::MIN_POSITIVE };
    let raw = if max > 0.0 { max / 6.0 } else { 1.0 };
    let power = 10f64.powf(raw.log10().floor());
    let factor = [1.0, 2.0, 5.0, 10.0]
        .into_iter()
        .find(|f| f * power >= raw * (1.0 - 1e-9));
    let step = (factor.unwrap_or(10.0) * power).max(least);
    let n = (max / step - 1e-9).ceil().max(1.0) as usize;
    (0..=n).map(|i| i as f64 * step).collect()
}

/// A tick as text, with the decimals its step needs.
pub fn label(value: f64, step: f64) -> String {
    let decimals = (-(step.log10() + 1e-9).floor()).max(0.0) as usize;
    if decimals == 0 {
        return crate::format::count(value.round() as u64);
    }
    format!("{value:.decimals$}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_round_and_cover_the_largest_value() {
        assert_eq!(ticks(6.0, false), [0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0]);
        assert_eq!(ticks(2.0, true), [0.0, 1.0, 2.0]);
        assert_eq!(ticks(0.0, false), [0.0, 1.0]);
        let t = ticks(123.0, false);
        assert_eq!((t[1], t[t.len() - 1]), (50.0, 150.0));
        assert_eq!(label(0.25, 0.05), "0.25");
        assert_eq!(label(1500.0, 500.0), "1,500");
    }
}
