//! How far a machine is from published and expected figures, as text.

use crate::table::Grid;
use crosscut_arch::{Check, Distance, Heaviest};
use crosscut_report::format::percent;

/// Two tables, each only if there is something in it. `changed`: overrides make the machine another than the published one.
pub fn text(check: &Check, expected: &[Distance], changed: bool) -> String {
    let mut out = String::new();
    if !check.published.is_empty() {
        out += &format!("\n{}\n", table("published", &check.published));
        if changed {
            out += "published figures are those of the machine without the overrides\n";
        }
    }
    if !expected.is_empty() {
        out += &format!("\n{}\n", table("expected", expected));
    }
    out
}

fn table(what: &str, distances: &[Distance]) -> String {
    let header = ["figure", "here", what, "off by", "weighs most"];
    let mut grid = Grid::with_text(&header, &[0, 4]);
    for d in distances {
        let or_none = |text: Option<String>| text.unwrap_or_else(|| "not given".to_string());
        grid.row([
            d.claim.figure.name().to_string(),
            or_none(d.ours.map(|c| c.to_string())),
            d.claim.to_string(),
            or_none(d.deviation.map(|x| format!("{:+.1} %", 100.0 * x))),
            d.heaviest.as_ref().map_or(String::new(), heaviest),
        ]);
    }
    let mut out = grid.text();
    for d in distances {
        let Some(source) = &d.source else { continue };
        let confidence = d
            .confidence
            .map_or(String::new(), |c| format!(" ({})", c.name()));
        out += &format!("\n{}: {source}{confidence}", d.claim);
        if !d.note.is_empty() {
            out += &format!("; {}", d.note);
        }
    }
    out
}

fn heaviest(h: &Heaviest) -> String {
    match h.share {
        Some(share) => format!("{}: {} of the {}", h.what, percent(share), h.of),
        None => format!("{} set the {}", h.what, h.of),
    }
}
