//! `crosscut arch`.

use super::Outcome;
use crate::args::ArchVerb;
use crate::format::{area, count, number, percent, power, time};
use crate::output;
use crate::table::Grid;
use anyhow::Context;
use crosscut_arch::{Arch, Check, PRESETS, check, load, preset, schema_json};
use serde_json::json;

/// Lists, shows, checks machines; prints the schema.
pub fn run(verb: &ArchVerb) -> anyhow::Result<Outcome> {
    match verb {
        ArchVerb::List { json } => list(*json)?,
        ArchVerb::Show { arch, set, json } => show(arch, set, *json)?,
        ArchVerb::Check { arch, set, json } => {
            let arch = load(arch, set)?;
            let result = check(&arch);
            if *json {
                output::json(&json!({ "machine": arch, "check": result }))?;
            } else {
                output::text(&text(&arch, &result))?;
            }
        }
        ArchVerb::Schema => output::json(&schema_json())?,
    }
    Ok(Outcome::Done)
}

fn list(json: bool) -> anyhow::Result<()> {
    let machines = PRESETS
        .iter()
        .map(|p| load(p.name, &[]))
        .collect::<Result<Vec<Arch>, _>>()?;
    if json {
        let rows: Vec<_> = machines
            .iter()
            .map(|a| json!({ "name": a.name, "description": a.description, "source": a.source }))
            .collect();
        return output::json(&rows);
    }
    let mut grid = Grid::new(2, &["machine", "description"]);
    machines.into_iter().for_each(|a| grid.row([a.name, a.description]));
    output::text(&grid.text())
}

fn show(name: &str, set: &[String], json: bool) -> anyhow::Result<()> {
    let arch = load(name, set)?;
    if json {
        return output::json(&arch);
    }
    match preset(name) {
        Some(p) => output::text(p.text),
        None => {
            let text = std::fs::read_to_string(name).with_context(|| format!("cannot read `{name}`"))?;
            output::text(&text)
        }
    }
}

fn text(arch: &Arch, c: &Check) -> String {
    let mut figures = Grid::new(1, &["figure", "value"]);
    let pair = |p: f64, a: f64| format!("{}, {}", power(p), area(a));
    for (name, value) in [
        ("crossbar cycle", format!("{} ({} ticks)", time(c.cycle_ns), count(c.cycle_ticks))),
        ("PE, fully busy", pair(c.pe_power_mw, c.pe_area_mm2)),
        ("tile, fully busy", pair(c.tile_power_mw, c.tile_area_mm2)),
        ("chip, fully busy", pair(c.chip_power_mw, c.chip_area_mm2)),
        ("peak throughput", format!("{} GOPS", number(c.peak_gops))),
        ("computational efficiency", format!("{} GOPS/mm2", number(c.gops_per_mm2))),
        ("power efficiency", format!("{} GOPS/W", number(c.gops_per_w))),
        ("storage efficiency", format!("{} MiB/mm2", number(c.mib_per_mm2))),
    ] {
        figures.row([name.to_string(), value]);
    }
    let mut parts = Grid::new(1, &["part", "on a chip", "power", "share", "area", "share", "confidence"]);
    let share = |x: f64, of: f64| percent(if of > 0.0 { x / of } else { 0.0 });
    for p in &c.parts {
        parts.row([
            p.part.name().to_string(),
            count(p.instances),
            power(p.power_mw),
            share(p.power_mw, c.chip_power_mw),
            area(p.area_mm2),
            share(p.area_mm2, c.chip_area_mm2),
            format!("{:?}", p.confidence).to_lowercase(),
        ]);
    }
    let mut out = format!("{}: {}\n\n{}\n\n{}\n", arch.name, arch.description, figures.text(), parts.text());
    for w in &c.warnings {
        out += &format!("\nnote: {w}");
    }
    out
}
