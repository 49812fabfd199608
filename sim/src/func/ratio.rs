//! Shares of counts.

/// a / b, and 0 of nothing.
pub(super) fn ratio(a: f64, b: f64) -> f64 {
    if b == 0.0 { 0.0 } else { a / b }
}
