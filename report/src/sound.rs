//! What must hold in a report from a file before it is drawn: drawings loop over its counts and divide by them.

use crate::map::MapReport;
use serde_json::Value;

/// Tiles that a floor plan is drawn of, at most: of more, none could be told from another.
const MOST_TILES: u64 = 1 << 20;

/// Largest figure that is drawn; sums and products of figures stay finite.
const MOST: f64 = 1e60;

/// A figure that no report holds.
pub(crate) fn absurd(value: &Value) -> Option<f64> {
    match value {
        Value::Number(n) => n.as_f64().filter(|v| v.abs() > MOST),
        Value::Array(items) => items.iter().find_map(absurd),
        Value::Object(entries) => entries.values().find_map(absurd),
        _ => None,
    }
}

/// What does not fit in the places of a mapping.
pub(crate) fn places(report: &MapReport) -> Result<(), String> {
    let (machine, totals) = (&report.about.machine, &report.totals);
    let sizes = [
        ("tile.pes", machine.tile.pes),
        ("chip.tiles_x", machine.chip.tiles_x),
        ("chip.tiles_y", machine.chip.tiles_y),
        ("chip.tiles", machine.chip.tiles),
        ("tiles_per_router", machine.noc.params.tiles_per_router),
    ];
    if let Some((key, _)) = sizes.iter().find(|(_, size)| *size == 0) {
        return Err(format!("`{key}` of its machine is 0"));
    }
    let chip = u64::from(machine.chip.tiles);
    if chip > u64::from(machine.chip.tiles_x) * u64::from(machine.chip.tiles_y) {
        return Err(format!("a chip of its machine has {chip} tiles"));
    }
    match totals.chips.checked_mul(chip) {
        Some(all) if totals.tiles <= all && all <= MOST_TILES => {}
        _ => {
            return Err(format!(
                "{} tiles are on {} chips",
                totals.tiles, totals.chips
            ));
        }
    }
    let pes = totals.tiles * u64::from(machine.tile.pes);
    for layer in &report.layers {
        let end = layer.first_pe.checked_add(layer.crossbars.pes);
        if end.is_none_or(|end| end > pes) {
            let name = &layer.name;
            return Err(format!("the PEs of layer `{name}` are beyond its {pes}"));
        }
    }
    Ok(())
}
