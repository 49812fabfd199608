//! The start-up phase of a run's report as text.

use crate::table::Grid;
use crosscut_report::RunReport;
use crosscut_report::format::{count, energy, given, number, plural, power, time};

/// A table; empty if no weights were written.
pub fn text(r: &RunReport) -> String {
    let Some(s) = &r.startup else {
        return String::new();
    };
    let mut grid = Grid::new(1, &["writing the weights", "value"]);
    let took = format!("{} ({} cycles)", time(s.duration_ns), count(s.cycles));
    let set_by = match s.set_by.as_str() {
        "bus" => "bus of the busiest tile",
        "load" => "load of the busiest chip",
        _ => "arrays of the slowest PE",
    };
    let mut rows = vec![
        ("duration", took),
        ("  set by", set_by.to_string()),
        ("time to the first result", time(s.first_result_ns)),
        ("cells", count(s.cells + s.unit_cells)),
        ("pulses", count(s.pulses)),
        ("energy", given(s.energy_pj, energy)),
        ("  of pulses", given(s.write_pj, energy)),
        ("  of buses", given(s.bus_pj, energy)),
        ("  of the memory outside", given(s.dram_pj, energy)),
        ("  from static power", given(s.static_pj, energy)),
        ("mean power", given(s.power_mw, power)),
        (
            "images of the same energy",
            given(s.images_of_same_energy, number),
        ),
    ];
    if let (Some(endurance), Some(loads)) = (s.endurance, s.loads_until_worn) {
        let pulses = plural(u64::from(s.pulses_per_cell), "pulse");
        rows.push((
            "writes until cells wear out",
            format!("{} ({pulses} of {} each)", number(loads), number(endurance)),
        ));
    }
    for (name, value) in rows {
        grid.row([name.to_string(), value]);
    }
    grid.text()
}
