//! `crosscut arch`.

mod diff;

use super::Outcome;
use crate::args::ArchVerb;
use crate::format::{area, count, energy, number, percent, power, time};
use crate::output;
use crate::table::Grid;
use anyhow::Context;
use crosscut_arch::{Arch, Check, check, load, preset_text, presets, schema_json};
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
        ArchVerb::Diff {
            a,
            b,
            set,
            set_a,
            set_b,
            json,
        } => {
            let load = |name: &str, own: &[String]| load(name, &[set, own].concat());
            let (a, b) = (load(a, set_a)?, load(b, set_b)?);
            diff::run(&a, &b, *json)?;
        }
        ArchVerb::Schema => output::json(&schema_json())?,
    }
    Ok(Outcome::Done)
}

fn list(json: bool) -> anyhow::Result<()> {
    if json {
        let rows: Vec<_> = presets()
            .iter()
            .map(|p| json!({ "name": p.name, "summary": p.summary }))
            .collect();
        return output::json(&rows);
    }
    let mut grid = Grid::new(2, &["machine", "what it is"]);
    for p in presets() {
        grid.row([p.name.to_string(), p.summary.to_string()]);
    }
    output::text(&grid.text())
}

fn show(name: &str, set: &[String], json: bool) -> anyhow::Result<()> {
    let arch = load(name, set)?;
    if json {
        return output::json(&arch);
    }
    match preset_text(name) {
        Some(text) => output::text(text),
        None => {
            let text = std::fs::read_to_string(name);
            output::text(&text.with_context(|| format!("cannot read `{name}`"))?)
        }
    }
}

fn text(arch: &Arch, c: &Check) -> String {
    let mut figures = Grid::new(1, &["figure", "value"]);
    let mut line = |name: String, value: String| figures.row([name, value]);
    let ticks = count(arch.cycle_ticks());
    let cycle = format!(
        "{} ({ticks} ticks), set by {}",
        time(c.cycle_ns),
        c.cycle_set_by
    );
    line("crossbar cycle".to_string(), cycle);
    for l in &c.levels {
        let name = format!("{:?}, fully busy", l.level).to_lowercase();
        line(name, format!("{}, {}", power(l.power_mw), area(l.area_mm2)));
    }
    for (name, value, unit) in [
        ("peak throughput of a chip", c.peak_gops, "GOPS"),
        ("computational efficiency", c.gops_per_mm2, "GOPS/mm2"),
        ("power efficiency", c.gops_per_w, "GOPS/W"),
        ("storage efficiency", c.mib_per_mm2, "MiB/mm2"),
    ] {
        line(name.to_string(), format!("{} {unit}", number(value)));
    }
    let header = [
        "part",
        "on a chip",
        "power",
        "share",
        "area",
        "share",
        "energy/action",
        "confidence",
    ];
    let mut parts = Grid::new(1, &header);
    let share = |x: f64, of: f64| percent(if of > 0.0 { x / of } else { 0.0 });
    for p in &c.parts {
        parts.row([
            p.kind.name().to_string(),
            count(p.count),
            power(p.power_mw),
            share(p.power_mw, c.power_mw),
            area(p.area_mm2),
            share(p.area_mm2, c.area_mm2),
            energy(p.energy_pj),
            format!("{:?}", p.confidence).to_lowercase(),
        ]);
    }
    let (figures, parts) = (figures.text(), parts.text());
    let mut out = format!(
        "{}: {}\n\n{figures}\n\n{parts}\n",
        arch.name, arch.description
    );
    for w in &c.warnings {
        out += &format!("\nwarning: {w}");
    }
    out
}
