//! Energy at assumed and at measured activity, side by side.

use crate::table::Grid;
use crosscut_report::format::{energy, given, number, percent, plural, power};
use crosscut_report::{MeasuredEnergy, RunReport};

/// Headline, parts and layers; nothing where nothing was measured.
pub fn text(r: &RunReport) -> String {
    let Some(m) = &r.measured else {
        return String::new();
    };
    let assumed = &m.assumed;
    let mut out = format!(
        "energy by values, {} of {}; `[activity]` assumes {} of the rows, a mean cell at {}\n\n",
        plural(m.images, "image"),
        m.data,
        percent(assumed.inputs),
        percent(assumed.cells)
    );
    out += &figures(r, m);
    out += "\n\n";
    out += &layers(m);
    if r.about.machine.skips_zeros {
        out += "\n\nskipped input steps save energy here; times and counts are those of all steps";
    }
    out
}

fn figures(r: &RunReport, m: &MeasuredEnergy) -> String {
    let mut grid = Grid::new(1, &["energy per image", "assumed", "measured"]);
    let mut row = |name: &str, assumed: Option<f64>, measured, show| {
        grid.row([
            name.to_string(),
            given(assumed, show),
            given(measured, show),
        ]);
    };
    row("all", r.energy_pj, m.energy_pj, energy as fn(f64) -> String);
    row("dynamic", r.dynamic_pj, m.dynamic_pj, energy);
    for p in &m.parts {
        let name = format!("  {}", p.part.name());
        row(&name, Some(p.assumed_pj), Some(p.measured_pj), energy);
    }
    row("mean power", r.power_mw, m.power_mw, power);
    row("GOPS/W", r.gops_per_w, m.gops_per_w, number);
    if r.links_pj > Some(0.0) {
        let without = (r.gops_per_w_without_links, m.gops_per_w_without_links);
        row("GOPS/W without links", without.0, without.1, number);
    }
    grid.text()
}

fn layers(m: &MeasuredEnergy) -> String {
    let header = [
        "layer",
        "active rows",
        "mean cell of them",
        "mean code",
        "steps needed",
        "dynamic, assumed",
        "measured",
    ];
    let mut grid = Grid::new(1, &header);
    for l in &m.layers {
        grid.row([
            l.name.clone(),
            percent(l.seen.inputs),
            percent(l.seen.cells),
            l.seen.codes.map_or("-".to_string(), percent),
            percent(l.seen.steps),
            given(l.assumed_pj, energy),
            given(l.measured_pj, energy),
        ]);
    }
    grid.text()
}
