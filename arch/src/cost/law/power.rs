//! Power laws through published points, and tables of buffers by size.

use crate::cost::figures::NoFigures;
use crate::cost::point::Point;
use std::ops::RangeInclusive;

/// The straight line on logarithmic axes through two points.
pub(super) fn power_law(x: f64, (x0, y0): (f64, f64), (x1, y1): (f64, f64)) -> f64 {
    y0 * (x / x0).powf((y1 / y0).ln() / (x1 / x0).ln())
}

/// A published buffer of some KiB: energy of an access in pJ, area in mm2, static power in mW.
pub(super) type Row = (f64, [f64; 3]);

/// Figures of a buffer by the two rows around its size, or the two nearest: a power law through both. Rows ascend.
pub(super) fn by_size(kib: f64, rows: &[Row]) -> [f64; 3] {
    if let Some((_, figures)) = rows.iter().find(|row| row.0 == kib) {
        return *figures;
    }
    let above = rows.partition_point(|row| row.0 < kib);
    let above = above.clamp(1, rows.len() - 1);
    let ((x0, a), (x1, b)) = (rows[above - 1], rows[above]);
    [0, 1, 2].map(|i| power_law(kib, (x0, a[i]), (x1, b[i])))
}

/// KiB of the tile buffer, where a law covers them.
pub(super) fn buffer_kib(
    p: &Point,
    covered: RangeInclusive<f64>,
    covers: &'static str,
) -> Result<f64, NoFigures> {
    let kib = p.buffer_bytes / 1024.0;
    match covered.contains(&kib) {
        true => Ok(kib),
        false => {
            let value = format!("{} bytes", p.buffer_bytes);
            Err(NoFigures::new("tile.buffer", value, covers))
        }
    }
}
