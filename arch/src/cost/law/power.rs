//! A power law through two published points.

/// The straight line on logarithmic axes through two points.
pub(super) fn power_law(x: f64, (x0, y0): (f64, f64), (x1, y1): (f64, f64)) -> f64 {
    y0 * (x / x0).powf((y1 / y0).ln() / (x1 / x0).ln())
}
