//! How far energy and area may be off, as text.

use crate::table::Grid;
use crosscut_report::format::{area, count, energy};
use crosscut_report::{Band, DoubtOf, RunReport};

/// Bands and the figures that matter most; nothing where it was not asked for.
pub fn text(r: &RunReport) -> String {
    let Some(u) = &r.uncertainty else {
        return String::new();
    };
    let mut grid = Grid::new(1, &["", "printed", "5 % below", "median", "95 % below"]);
    let mut row = |name: &str, band: Option<Band>, show: fn(f64) -> String| match band {
        Some(b) => {
            let cells = [b.printed, b.low, b.median, b.high].map(show);
            grid.row([name.to_string()].into_iter().chain(cells));
        }
        None => grid.row([name, "not given", "", "", ""].map(String::from)),
    };
    row("energy per image", u.energy_pj, energy);
    row("area in use", u.area_mm2, area);
    let mut out = format!(
        "how far figures may be off: {} samples, {} figures in doubt\n{}",
        count(u.samples),
        u.doubts.len(),
        grid.text()
    );
    for w in &u.most {
        let what = match w.doubt.of {
            DoubtOf::Energy => format!("energy of {}", w.doubt.part.name()),
            DoubtOf::Area => format!("area of {}", w.doubt.part.name()),
            DoubtOf::Inputs => "rows that carry a one".to_string(),
        };
        out += &format!(
            "\n{what}, x {:.2} to {:.2}: {} to {} ({})",
            w.doubt.low,
            w.doubt.high,
            energy(w.ends[0]),
            energy(w.ends[1]),
            w.doubt.why
        );
    }
    out
}
